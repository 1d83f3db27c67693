#include "runner/prune/reset_rows.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "generators/encode.h"
#include "runner/at_table.h"
#include "runner/catalog/row_values.h"
#include "runner/sql_text.h"

namespace resow {
namespace {

ConditionSql reset_condition(const Connection& connection, const Catalog& catalog,
                             const PruneReset& reset) {
  std::string differs;
  for (const PruneReset::Column& column : reset.columns) {
    differs +=
        (differs.empty() ? "(" : " OR ") + differs_sql(connection, catalog, reset.relation, column);
  }
  const std::string chosen =
      reset.everything
          ? "true"
          : "COALESCE(" + condition_sql(connection, catalog, reset.relation, reset.rules).text +
                ", false)";
  return {chosen + " AND " + differs + ")", true};
}

// Rows of one relation, locked: where they lie now.
std::vector<Field> lock_part(Transaction& transaction, const std::string& from,
                             const std::string& name, const std::vector<Field>& rows,
                             const Relation& relation) {
  const Field parameters[] = {array_text(rows)};
  const Rows found = transaction.query(
      fmt::format("SELECT {0}.ctid FROM {1} WHERE {0}.ctid OPERATOR(pg_catalog.=) ANY"
                  " ($1::pg_catalog.tid[]) FOR UPDATE OF {0}",
                  name, from),
      parameters, "lock rows of " + display_name(relation));
  std::vector<Field> places;
  for (size_t row = 0; row < found.size(); ++row) places.emplace_back(found.text(row, 0));
  return places;
}

// A row as COPY's text form has it.
std::string copy_line(const std::vector<Field>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += '\t';
    append_copy_text(fields[i], line);
  }
  return line + '\n';
}

// Whether rows may have to go to another partition: the table at the top sends them there. (A name
// may be a part of another one: then the server looks into more partitions than it had to.)
bool may_move(const Catalog& catalog, size_t part, const PruneReset& reset) {
  const Relation& relation = catalog.relations[reset.relation];
  for (std::optional<size_t> at = catalog.relations[part].partition_of; at;
       at = catalog.relations[*at].partition_of) {
    const std::string& key = catalog.relations[*at].partition_key.value_or("");
    for (const PruneReset::Column& column : reset.columns) {
      if (key.find(relation.column(column.number)->name) != std::string::npos) return true;
    }
  }
  return false;
}

std::ptrdiff_t as_offset(size_t count) { return static_cast<std::ptrdiff_t>(count); }

}  // namespace

RowScan reset_scan(const PruneContext& context, const Connection& connection, size_t place) {
  const PruneReset& reset = context.plan.resets[place];
  return {context, connection, reset.relation, reset_condition(connection, context.catalog, reset),
          lasting_columns(context.catalog, reset)};
}

int64_t reset_rows(Transaction& transaction, const PruneContext& context, size_t place,
                   const std::vector<Candidate>& candidates, Archive* archive, size_t archived) {
  const Connection& connection = transaction.connection();
  const Catalog& catalog = context.catalog;
  const PruneReset& reset = context.plan.resets[place];
  const Relation& relation = catalog.relations[reset.relation];
  const std::string name = connection.quote_name(relation.name);
  const std::vector<ColumnNumber> key = lasting_columns(catalog, reset);
  const ConditionSql condition = reset_condition(connection, catalog, reset);

  std::map<size_t, std::vector<Field>> by_part;
  for (const Candidate& candidate : candidates) {
    by_part[candidate.place.relation].emplace_back(candidate.place.ctid);
  }
  int64_t changed = 0;
  for (const auto& of_part : by_part) {
    const size_t part = of_part.first;
    const std::vector<Field>& rows = of_part.second;
    const std::string from = from_as(connection, catalog.relations[part], relation);
    const Field locked[] = {array_text(lock_part(transaction, from, name, rows, relation))};
    // What the policy says may be anything: it is asked where nothing can be changed.
    std::string columns = name + ".ctid";
    for (const ColumnNumber number : key) {
      columns += ", " + column_sql(connection, relation, number) + "::pg_catalog.text";
    }
    for (const PruneReset::Column& column : reset.columns) {
      columns += ", " + column_sql(connection, relation, column.number) + "::pg_catalog.text, (" +
                 reset_value_sql(connection, catalog, reset.relation, column) +
                 ")::pg_catalog.text";
    }
    const std::string step = "read rows of " + display_name(relation);
    std::vector<std::vector<Field>> found;  // by row
    as_the_policy_reads(transaction, context.plan.schemas, step, [&] {
      const Rows values =
          transaction.query(fmt::format("SELECT {} FROM {} WHERE {}.ctid OPERATOR(pg_catalog.=) ANY"
                                        " ($1::pg_catalog.tid[]) AND {}",
                                        columns, from, name, condition.text),
                            locked, step);
      for (size_t row = 0; row < values.size(); ++row) {
        std::vector<Field> fields;
        for (size_t i = 0; i < values.columns(); ++i) {
          fields.push_back(optional_text_at(values, row, i));
        }
        found.push_back(std::move(fields));
      }
    });
    if (found.empty()) continue;
    std::vector<Field> parameters(1 + reset.columns.size());
    std::vector<std::vector<Field>> news(reset.columns.size());
    std::vector<Field> places;
    for (const std::vector<Field>& row : found) {
      places.push_back(row[0]);
      std::vector<Field> kept(row.begin() + 1, row.begin() + 1 + as_offset(key.size()));
      for (size_t i = 0; i < news.size(); ++i) kept.push_back(row[1 + key.size() + 2 * i]);
      for (size_t i = 0; i < news.size(); ++i) {
        news[i].push_back(row[2 + key.size() + 2 * i]);
        kept.push_back(news[i].back());
      }
      if (archive != nullptr) archive->add(archived, 1, copy_line(kept));
    }
    parameters[0] = array_text(places);
    std::string set, arrays, names;
    for (size_t i = 0; i < news.size(); ++i) {
      const Column& column = *relation.column(reset.columns[i].number);
      parameters[1 + i] = array_text(news[i]);
      set += fmt::format("{}{} = v.v{}::{}", i == 0 ? "" : ", ", connection.quote_name(column.name),
                         i, type_name(connection, catalog, column));
      arrays += fmt::format(", pg_catalog.unnest(${}::pg_catalog.text[])", i + 2);
      names += fmt::format(", v{}", i);
    }
    std::string target = only_table(connection, catalog.relations[part]), lies_there;
    if (may_move(catalog, part, reset)) {
      target = only_table(connection, relation);
      lies_there = fmt::format(" AND x.tableoid OPERATOR(pg_catalog.=) {}::pg_catalog.oid",
                               catalog.relations[part].oid);
    }
    const Rows updated = at_table(relation, [&] {
      return transaction.query(
          fmt::format(
              "UPDATE {} AS x SET {} FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.tid[]){}) AS"
              " v(row{}) WHERE x.ctid OPERATOR(pg_catalog.=) v.row{}",
              target, set, arrays, names, lies_there),
          parameters, "UPDATE " + display_name(relation));
    });
    if (updated.affected() != static_cast<int64_t>(found.size())) {
      DatabaseError error(
          fmt::format("{} of {} rows were reset: a trigger or a rule keeps the others",
                      updated.affected(), found.size()));
      error.step = "UPDATE " + display_name(relation);
      error.schema = relation.schema;
      error.table = relation.name;
      throw error;
    }
    changed += updated.affected();
  }
  return changed;
}

}  // namespace resow
