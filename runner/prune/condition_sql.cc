#include "runner/prune/condition_sql.h"

#include <fmt/format.h>

#include <set>

#include "generators/calendar.h"
#include "generators/text_form.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

// Ends a subtransaction that is never kept.
struct PolicyRead : DatabaseError {
  PolicyRead() : DatabaseError("") {}
};

std::string age_sql(const Connection& connection, const Relation& relation,
                    const PruneCondition::Age& age) {
  const std::string column = column_sql(connection, relation, age.column);
  std::string text = timestamp_text(age.before);
  const char* type = "timestamptz";
  if (age.whole_days) {
    text = date_text(split_timestamp(age.before).days);
    type = "date";
  } else if (!age.with_zone) {
    text = text.substr(0, text.rfind('+'));
    type = "timestamp";
  }
  return fmt::format("{} OPERATOR(pg_catalog.<) {}::pg_catalog.{}", column,
                     connection.quote_literal(text), type);
}

std::string state_sql(const Connection& connection, const Relation& relation,
                      const PruneCondition::State& state) {
  const std::string column = column_sql(connection, relation, state.column);
  std::string list;
  bool null = false;
  for (const auto& value : state.values) {
    if (!value) {
      null = true;
    } else {
      list += (list.empty() ? "" : ", ") + connection.quote_literal(*value);
    }
  }
  if (list.empty()) return column + " IS NULL";
  const std::string in = fmt::format("{} IN ({})", column, list);
  return null ? fmt::format("({} OR {} IS NULL)", in, column) : in;
}

void add_and(std::string& all, const std::string& more) {
  all += (all.empty() ? "" : " AND ") + more;
}

}  // namespace

bool has_pinned_operators(const Catalog& catalog, const Column& column) {
  const auto type = catalog.types.find(column.type);
  return type != catalog.types.end() &&
         (type->second.schema == "pg_catalog" || type->second.kind == TypeKind::kEnum);
}

std::string column_sql(const Connection& connection, const Relation& relation,
                       ColumnNumber number) {
  return connection.quote_name(relation.name, relation.column(number)->name);
}

std::string from_sql(const Connection& connection, const Relation& relation) {
  return only_table(connection, relation) + " AS " + connection.quote_name(relation.name);
}

std::string orphan_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                       const PruneCondition::Orphan& orphan, const std::string& other) {
  const Relation& own = catalog.relations[relation];
  const Relation& referenced = catalog.relations[orphan.referenced];
  std::string present, join;
  for (const auto& [mine, theirs] : orphan.columns) {
    const std::string column = column_sql(connection, own, mine);
    add_and(present, column + " IS NOT NULL");
    add_and(join, fmt::format("resow_other.{} = {}",
                              connection.quote_name(referenced.column(theirs)->name), column));
  }
  return fmt::format("{} AND NOT EXISTS (SELECT FROM {} AS resow_other WHERE {})", present, other,
                     join);
}

ConditionSql conditions_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                            const PruneCondition& rule) {
  const Relation& table = catalog.relations[relation];
  ConditionSql sql{"", false};
  if (rule.age) add_and(sql.text, age_sql(connection, table, *rule.age));
  for (const PruneCondition::State& state : rule.states) {
    add_and(sql.text, state_sql(connection, table, state));
    sql.foreign = sql.foreign || !has_pinned_operators(catalog, *table.column(state.column));
  }
  // The line break ends a comment at the end of the policy's words.
  if (!rule.where.empty()) {
    add_and(sql.text, fmt::format("(\n{}\n)", rule.where));
    sql.foreign = true;
  }
  if (sql.text.empty()) sql.text = "true";
  return sql;
}

ConditionSql condition_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                           const std::vector<PruneCondition>& rules) {
  ConditionSql all{"", false};
  for (const PruneCondition& rule : rules) {
    ConditionSql one = conditions_sql(connection, catalog, relation, rule);
    if (rule.orphan) {
      const Relation& referenced = catalog.relations[rule.orphan->referenced];
      add_and(one.text, orphan_sql(connection, catalog, relation, *rule.orphan,
                                   table_name(connection, referenced)));
      one.foreign = true;
    }
    all.text += (all.text.empty() ? "(" : " OR (") + one.text + ")";
    all.foreign = all.foreign || one.foreign;
  }
  if (all.text.empty()) all.text = "false";
  return all;
}

ConditionSql chosen_sql(const Connection& connection, const Catalog& catalog,
                        const PruneTable& table) {
  if (table.everything) return {};
  ConditionSql sql = condition_sql(connection, catalog, table.relation, table.rules);
  sql.text = fmt::format("COALESCE({}, false)", sql.text);
  return sql;
}

std::string reset_value_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                            const PruneReset::Column& column) {
  const Column& target = *catalog.relations[relation].column(column.number);
  const std::string type = type_name(connection, catalog, target);
  if (!column.text) return "NULL::" + type;
  if (column.kind == ResetValue::Kind::kConstant) {
    return connection.quote_literal(*column.text) + "::" + type;
  }
  return fmt::format("(\n{}\n)::{}", *column.text, type);
}

std::string differs_sql(const Connection& connection, const Catalog& catalog, size_t relation,
                        const PruneReset::Column& column) {
  static const std::set<std::string_view> kWithoutEquality = {"json", "xml",  "point",  "box",
                                                              "path", "line", "polygon"};
  const Relation& table = catalog.relations[relation];
  const Type& type = catalog.types.at(table.column(column.number)->type);
  const char* cast = kWithoutEquality.contains(type.name) ? "::pg_catalog.text" : "";
  return fmt::format("{}{} IS DISTINCT FROM {}{}", column_sql(connection, table, column.number),
                     cast, reset_value_sql(connection, catalog, relation, column), cast);
}

void as_the_policy_reads(Transaction& transaction, const std::vector<std::string>& schemas,
                         std::string_view step, const std::function<void()>& body) {
  std::string path;
  for (const std::string& schema : schemas) {
    path += transaction.connection().quote_name(schema) + ", ";
  }
  try {
    transaction.savepoint([&] {
      transaction.execute(
          "SET LOCAL transaction_read_only = on; SET LOCAL search_path TO " + path + "public",
          step);
      body();
      throw PolicyRead();
    });
  } catch (const PolicyRead&) {
  }
}

}  // namespace resow
