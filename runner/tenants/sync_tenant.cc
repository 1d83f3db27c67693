#include "runner/tenants/sync_tenant.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "fixtures/script_text.h"
#include "fixtures/structure/compare.h"
#include "fixtures/structure/enum_labels.h"
#include "fixtures/structure/fact_list.h"
#include "fixtures/structure/object_address.h"
#include "fixtures/text.h"
#include "runner/catalog/exact_sql.h"
#include "runner/sql_text.h"
#include "runner/structure/read_structure.h"
#include "runner/tenants/tenant_script.h"
#include "runner/tenants/way_back.h"

namespace resow {
namespace {

// "a, b" of a table's primary key, as the server writes them; "" where there is none, or where a
// column of it is among the lost ones.
std::string key_columns(const Structure& structure, const std::string& table,
                        const std::vector<const SyncLoss*>& losses) {
  constexpr std::string_view kPrimary = "PRIMARY KEY (";
  for (const StructureObject& object : structure.objects) {
    if (object.kind != ObjectKind::kKey || object.table != table) continue;
    const std::string_view definition = object.fact(Fact::kDefinition);
    if (!definition.starts_with(kPrimary)) continue;
    const std::string_view columns =
        definition.substr(kPrimary.size(), definition.find(')') - kPrimary.size());
    std::string all(columns);
    for (const SyncLoss* loss : losses) {
      if ((", " + all + ", ").find(", " + loss->sql_column + ", ") != std::string::npos) return "";
    }
    return all;
  }
  return "";
}

// Its rows without those of tables that inherit it; a partitioned table's are its partitions'.
std::string rows_of(const Structure& structure, const SyncLoss& loss) {
  const StructureObject* table = find_owner(structure, loss.table);
  const bool partitioned = table != nullptr && !table->fact(Fact::kPartitionBy).empty();
  return fmt::format("{}{}.{}", partitioned ? "" : "ONLY ", structure.sql_schema, loss.sql_table);
}

std::string count_sql(const Structure& structure, const SyncLoss& loss) {
  const bool rows = loss.kind == ObjectKind::kTable || !loss.condition.empty();
  return fmt::format("(SELECT pg_catalog.count({}) FROM {}{})", rows ? "*" : loss.sql_column,
                     rows_of(structure, loss),
                     loss.condition.empty() ? "" : " WHERE " + loss.condition);
}

// A column of a table that was kept, on its way back. With marks, for plan_sync().
struct Kept {
  std::vector<std::string> tables;
  std::map<ColumnName, std::string> fills;
  std::vector<std::string> notes;
};

// A column in a kept table. What is of a type of the schema itself is kept as text, for that type
// can go, or be made anew, before it is wanted again; likewise without a collation of the schema's.
struct KeptColumn {
  std::string name;  // as the server quotes it
  std::string type;  // with marks; "" where it is kept as it is
  bool collated = false;

  std::string kept() const {
    if (!type.empty()) return fmt::format("{0}::pg_catalog.text AS {0}", name);
    return collated ? fmt::format("{0} COLLATE pg_catalog.\"default\" AS {0}", name) : name;
  }
  std::string back(std::string_view from) const {
    return fmt::format("{}{}{}{}", from, name, type.empty() ? "" : "::", type);
  }
};

KeptColumn kept_column(const Structure& found, const std::string& table, std::string_view name) {
  KeptColumn kept{std::string(name), "", false};
  for (const StructureObject* column : columns_of(found, table)) {
    if (column->sql_name != name) continue;
    const std::string own = own_name("");
    if (column->fact(Fact::kType).find(own) != std::string_view::npos) {
      kept.type = column->fact(Fact::kType);
    }
    kept.collated = column->fact(Fact::kCollation).find(own) != std::string_view::npos;
  }
  return kept;
}

// What an UPDATE of table t sets from table kept.
std::string restored(const SyncLoss& loss, const KeptColumn& column) {
  if (loss.attributes.empty()) return fmt::format("{} = {}", column.name, column.back("kept."));
  std::string all;
  for (const std::string& attribute : loss.attributes) {
    all += fmt::format("{0}{1}.{2} = ({3}).{2}", all.empty() ? "" : ", ", column.name, attribute,
                       column.back("kept."));
  }
  return all;
}

// Which rows get it: a label that went left NULL behind; what was written since then stays.
std::string still_empty(const SyncLoss& loss) {
  if (loss.type.empty() || is_array_type(loss.type)) return "";
  if (loss.attributes.empty()) return fmt::format(" AND t.{} IS NULL", loss.sql_column);
  return fmt::format(" AND t.{} IS DISTINCT FROM NULL", loss.sql_column);
}

// A table that goes; gives the statement that fills it again, "" for none.
std::string keep_table(Transaction& transaction, const Structure& found, const SyncLoss& loss,
                       const std::string& into) {
  std::string columns, kept, back;
  for (const StructureObject* column : columns_of(found, loss.table)) {
    if (!column->fact(Fact::kGenerated).empty()) continue;
    const KeptColumn one = kept_column(found, loss.table, column->sql_name);
    const std::string_view comma = columns.empty() ? "" : ", ";
    columns += fmt::format("{}{}", comma, one.name);
    kept += fmt::format("{}{}", comma, one.kept());
    back += fmt::format("{}{}", comma, one.back(""));
  }
  transaction.execute(
      fmt::format("CREATE TABLE {} AS SELECT {} FROM {}", into, kept, rows_of(found, loss)),
      "keep the rows of " + loss.table);
  if (columns.empty()) return "";
  return fmt::format("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}",
                     own_name(loss.sql_table), columns, back, into);
}

// Values of columns of one table; gives the statements that put them back, none where there is no
// primary key to find their rows by.
std::map<ColumnName, std::string> keep_values(Transaction& transaction, const Structure& found,
                                              const std::vector<const SyncLoss*>& losses,
                                              const std::string& into) {
  const std::string& table = losses.front()->table;
  const std::string key = key_columns(found, table, losses);
  std::string columns, same;
  for (const std::string_view name : elements_of(key)) {
    const KeptColumn column = kept_column(found, table, name);
    columns += (columns.empty() ? "" : ", ") + column.kept();
    same += fmt::format("{}t.{} OPERATOR(pg_catalog.=) {}", same.empty() ? "" : " AND ", name,
                        column.back("kept."));
  }
  std::string conditions;  // of all of them, else every row is kept
  bool some_rows = true;
  for (const SyncLoss* loss : losses) {
    columns += (columns.empty() ? "" : ", ") + kept_column(found, table, loss->sql_column).kept();
    conditions += (conditions.empty() ? " WHERE " : " OR ") + loss->condition;
    some_rows = some_rows && !loss->condition.empty();
  }
  transaction.execute(fmt::format("CREATE TABLE {} AS SELECT {} FROM {}{}", into, columns,
                                  rows_of(found, *losses.front()), some_rows ? conditions : ""),
                      "keep the values of " + table);
  std::map<ColumnName, std::string> fills;
  if (key.empty()) return fills;
  for (const SyncLoss* loss : losses) {
    fills[{table, loss->column}] =
        fmt::format("UPDATE {} AS t SET {} FROM {} AS kept WHERE {}{}", own_name(loss->sql_table),
                    restored(*loss, kept_column(found, table, loss->sql_column)), into, same,
                    still_empty(*loss));
  }
  return fills;
}

Kept keep_lost(Transaction& transaction, const StructureGraph& found, const SyncPlan& plan,
               int64_t run) {
  Kept kept;
  std::map<std::string, std::vector<const SyncLoss*>> by_table;
  for (const SyncLoss& loss : plan.losses) by_table[loss.table].push_back(&loss);
  for (const auto& [table, losses] : by_table) {
    // No other tenant's: its schema's oid is part of it.
    const std::string name =
        fmt::format("lost_{}_{}_{}", run, found.structure.objects.front().ids.front().oid,
                    kept.tables.size() + 1);
    const std::string into = transaction.connection().quote_name("resow", name);
    kept.tables.push_back(name);
    if (losses.front()->kind == ObjectKind::kTable) {
      std::string fill = keep_table(transaction, found.structure, *losses.front(), into);
      if (!fill.empty()) kept.fills[{table, ""}] = std::move(fill);
      continue;
    }
    std::map<ColumnName, std::string> fills =
        keep_values(transaction, found.structure, losses, into);
    if (fills.empty()) {
      kept.notes.push_back(fmt::format(
          "{} has no primary key to put values back by: they stay in resow.{}", table, name));
    }
    kept.fills.merge(fills);
  }
  return kept;
}

std::vector<std::string> default_grantees(Transaction& transaction) {
  const Rows rows = transaction.query(
      exact("SELECT DISTINCT CASE WHEN x.grantee == '0'::@oid THEN 'PUBLIC' ELSE"
            " @quote_ident(@pg_get_userbyid(x.grantee)) END FROM @pg_default_acl d"
            " CROSS JOIN LATERAL @aclexplode(d.defaclacl) AS x WHERE x.grantee != d.defaclrole"),
      "look for default privileges");
  std::vector<std::string> grantees;
  for (size_t row = 0; row < rows.size(); ++row) grantees.emplace_back(rows.text(row, 0));
  return grantees;
}

// A table that comes back goes on counting behind the rows that it has.
std::vector<std::string> sequences_behind(const Structure& found, const SyncPlan& plan) {
  std::vector<std::string> statements;
  for (const SyncLoss& loss : plan.losses) {
    if (loss.kind != ObjectKind::kTable) continue;
    const std::string table = found.sql_schema + "." + loss.sql_table;
    for (const StructureObject* column : columns_of(found, loss.table)) {
      const std::string column_name = own_name(loss.sql_table) + "." + column->sql_name;
      const bool owns =
          std::any_of(found.objects.begin(), found.objects.end(), [&](const auto& object) {
            return object.kind == ObjectKind::kSequence &&
                   object.fact(Fact::kOwnedBy) == column_name;
          });
      if (column->fact(Fact::kIdentity).empty() && !owns) continue;
      statements.push_back(fmt::format(
          "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), pg_catalog.max({})) "
          "FROM {} HAVING pg_catalog.max({}) IS NOT NULL",
          script_literal(table), script_literal(column->name), column->sql_name, table,
          column->sql_name));
    }
  }
  return statements;
}

}  // namespace

SyncFindings look_at_rows(Transaction& transaction, const StructureGraph& found,
                          const SyncPlan& plan) {
  std::vector<std::string> expressions;
  for (const SyncLoss& loss : plan.losses) expressions.push_back(count_sql(found.structure, loss));
  for (const SyncDemand& demand : plan.demands) {
    expressions.push_back(fmt::format(
        "(SELECT pg_catalog.count(*) FROM {}.{}{})", found.structure.sql_schema, demand.sql_table,
        demand.is_new ? "" : fmt::format(" WHERE {} IS NULL", demand.sql_column)));
  }
  const std::vector<Field> counts = scalars(transaction, expressions, "count what would be lost");
  SyncFindings findings;
  for (size_t i = 0; i < counts.size(); ++i) {
    const int64_t count = std::stoll(counts[i].value_or("0"));
    if (i < plan.losses.size()) {
      const SyncLoss& loss = plan.losses[i];
      if (!loss.required) {
        findings.losses.emplace_back(loss, count);
      } else if (count > 0) {
        findings.faults.push_back(
            {found.structure.schema,
             fmt::format("{}, and {}", loss.what,
                         count == 1 ? "one row is" : with_thousands(count) + " rows are"),
             fmt::format("it is NOT NULL: give them another one first, where {}", loss.condition)});
      }
      continue;
    }
    const SyncDemand& demand = plan.demands[i - plan.losses.size()];
    if (count == 0) continue;
    findings.faults.push_back(
        {found.structure.schema,
         demand.is_new
             ? fmt::format("{}.{} is to be NOT NULL without a default, and the table has {}",
                           demand.table, demand.column, count_of_things(count, "row"))
             : fmt::format(
                   "{}.{} is to be NOT NULL, and {} in it", demand.table, demand.column,
                   count == 1 ? "one NULL is" : fmt::format("{} NULLs are", with_thousands(count))),
         demand.is_new ? "add the column by hand, and fill it" : "fill it first"});
  }
  return findings;
}

SyncFindings look_at_locked_rows(Transaction& transaction, const StructureGraph& found,
                                 const SyncPlan& plan) {
  std::set<std::string> tables;
  for (const SyncLoss& loss : plan.losses) tables.insert(loss.sql_table);
  for (const SyncDemand& demand : plan.demands) tables.insert(demand.sql_table);
  std::string names;
  for (const std::string& table : tables) {
    names += fmt::format("{}{}.{}", names.empty() ? "" : ", ", found.structure.sql_schema, table);
  }
  if (!names.empty()) {
    transaction.execute(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names),
                        "lock tables of " + found.structure.schema);
  }
  return look_at_rows(transaction, found, plan);
}

void sync_tenant(Transaction& transaction, const StructureGraph& wanted,
                 const StructureGraph& found, const SyncChoices& choices, const SyncPlan& plan,
                 const std::string& creator, std::optional<int64_t> run) {
  const Structure& before = found.structure;
  const auto statements_of = [&](const Statements& marked) {
    return statements_for(marked, before.schema, before.sql_schema, before.sql_owner);
  };
  Kept kept;
  if (run) kept = keep_lost(transaction, found, plan, *run);
  run_statements(transaction, before.schema, statements_of(plan.drops), "sync " + before.schema);
  run_statements(transaction, before.schema, statements_of(plan.makes), "sync " + before.schema);
  StructureGraph after;
  after.structure = make_like(transaction, wanted.structure, before.schema, run.has_value());
  if (!run) return;
  after.dependencies = read_dependencies(transaction, after.structure);
  SyncChoices back;
  for (const auto& [from, to] : choices.renames) back.renames[{from.first, to}] = from.second;
  back.fills = kept.fills;
  back.default_grantees = default_grantees(transaction);
  // What comes and goes between the two is known; nothing has to be asked.
  for (const StructureObject& object : after.structure.objects) {
    if (object.kind == ObjectKind::kColumn) back.separate.insert({object.table, object.name});
  }
  const SyncPlan reverse = plan_sync(found, after, back, creator);
  if (!reverse.faults.empty()) throw InputError(reverse.faults);
  WayBack way;
  way.schema = before.schema;
  way.before = fingerprint(before);
  way.after = fingerprint(after.structure);
  way.statements = statements_of(reverse.drops);
  for (std::string& statement : statements_of(reverse.makes)) {
    way.statements.push_back(std::move(statement));
  }
  for (std::string& statement : sequences_behind(found.structure, plan)) {
    way.statements.push_back(std::move(statement));
  }
  way.kept = kept.tables;
  way.notes = kept.notes;
  for (const SyncLoss& loss : reverse.losses) {
    way.losses.emplace_back(loss.what, count_sql(after.structure, loss));
  }
  keep_way_back(transaction, *run, way);
}

}  // namespace resow
