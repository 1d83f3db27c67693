#include "runner/verify_structure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixtures/scope.h"
#include "runner/catalog/exact_sql.h"
#include "runner/catalog/row_values.h"
#include "runner/migration_revision.h"
#include "runner/sql_text.h"

namespace resow {

std::string presence(bool present) { return present ? "present" : "absent"; }

namespace {

constexpr const char* kNoSuchTable = "no such table";
constexpr const char* kSharedSchema = "public";

// By the oid of a table: its indexes, and whether the server uses them.
using Indexes = std::map<Oid, std::map<std::string, bool>>;

Indexes read_index_names(Transaction& transaction, const std::set<Oid>& tables) {
  Indexes indexes;
  if (tables.empty()) return indexes;
  std::vector<Field> wanted;
  for (const Oid table : tables) wanted.emplace_back(std::to_string(table));
  const Field parameters[] = {array_text(wanted)};
  const Rows rows =
      transaction.query(exact("SELECT i.indrelid, c.relname, i.indisvalid"
                              " FROM $wanted JOIN @pg_index i ON i.indrelid == wanted.oid"
                              " JOIN @pg_class c ON c.oid == i.indexrelid"),
                        parameters, "read which indexes there are");
  for (size_t row = 0; row < rows.size(); ++row) {
    indexes[oid_at(rows, row, 0)].emplace(text_at(rows, row, 1), rows.boolean(row, 2));
  }
  return indexes;
}

std::string found_index(const Indexes& indexes, Oid table, const std::string& name) {
  const auto of_table = indexes.find(table);
  if (of_table == indexes.end()) return presence(false);
  const auto index = of_table->second.find(name);
  if (index == of_table->second.end()) return presence(false);
  return index->second ? presence(true) : "present, but invalid";
}

// Migration tools give the heads of a history as "a, b", in the order of the database's collation.
std::vector<std::string> heads_of(std::string_view revision) {
  constexpr std::string_view kBetween = ", ";
  std::vector<std::string> heads;
  while (!revision.empty()) {
    const size_t end = revision.find(kBetween);
    heads.emplace_back(revision.substr(0, end));
    revision.remove_prefix(end == std::string_view::npos ? revision.size() : end + kBetween.size());
  }
  std::sort(heads.begin(), heads.end());
  return heads;
}

bool agrees(const Revision& revision, const expected::Revision& what) {
  // What has one head is not taken apart: the names of migrations are free.
  if (what.heads.size() == 1) return revision.revision == what.heads[0];
  return heads_of(revision.revision) == what.heads;
}

// "4d2f0c1a9b7e", "4d2f0c1a9b7e in public.alembic_version".
std::string found_revision(const std::vector<Revision>& revisions, std::string_view schema) {
  if (revisions.empty()) return "no table of a migration tool";
  std::vector<std::string> texts;
  for (const Revision& each : revisions) {
    const std::string text = each.revision.empty() ? "no row" : each.revision;
    const bool plain = each.schema == schema && revisions.size() == 1;
    texts.push_back(plain ? text : text + " in " + display_name(each.schema, each.table));
  }
  return fmt::format("{}", fmt::join(texts, "; "));
}

// The migration tools' tables of `schemas` and of "public" that the catalog has. That costs no
// query for each schema that looks through all of the database's tables.
std::vector<MigrationTable> migration_tables(const Catalog& catalog,
                                             const std::set<std::string>& schemas) {
  std::vector<MigrationTable> tables;
  for (const Relation& relation : catalog.relations) {
    if (!schemas.contains(relation.schema) && relation.schema != kSharedSchema) continue;
    if (relation.kind != RelationKind::kTable || !relation.privileges.select) continue;
    if (migration_tool(relation.name).empty()) continue;
    MigrationTable& table = tables.emplace_back(MigrationTable{relation.schema, relation.name, {}});
    for (const Column& column : relation.columns) table.columns.insert(column.name);
  }
  return tables;
}

std::map<std::string, std::vector<Revision>> revisions_of(Transaction& transaction,
                                                          const Catalog& catalog,
                                                          const std::set<std::string>& schemas) {
  std::map<std::string, std::vector<Revision>> by_schema;
  for (Revision& revision : read_revisions(transaction, migration_tables(catalog, schemas))) {
    by_schema[revision.schema].push_back(std::move(revision));
  }
  const bool shared_is_known = std::find(catalog.schemas.begin(), catalog.schemas.end(),
                                         kSharedSchema) != catalog.schemas.end();
  const bool all_have_one =
      std::all_of(schemas.begin(), schemas.end(),
                  [&](const std::string& schema) { return by_schema.contains(schema); });
  if (shared_is_known || all_have_one) return by_schema;
  // The dataset leaves it out.
  const std::string shared[] = {kSharedSchema};
  by_schema.erase(kSharedSchema);
  for (Revision& revision : migration_revisions(transaction, shared)) {
    by_schema[kSharedSchema].push_back(std::move(revision));
  }
  return by_schema;
}

}  // namespace

void check_tables(const Plan& plan, Findings& findings) {
  for_each_expectation<expected::TablePresence>(
      plan, [&](size_t i, const Expectation& expectation, const expected::TablePresence& what) {
        const bool present = expectation.relation.has_value();
        if (present == what.present) return;
        findings[i].push_back(
            difference(expectation, "table", presence(what.present), presence(present)));
      });
}

void check_columns(const Catalog& catalog, const Plan& plan, Findings& findings) {
  for_each_expectation<expected::ColumnPresence>(plan, [&](size_t i, const Expectation& expectation,
                                                           const expected::ColumnPresence& what) {
    const auto relation = expectation.relation;
    const bool present = relation && catalog.relations[*relation].column(what.column) != nullptr;
    if (present == what.present) return;
    findings[i].push_back(difference(expectation, "column " + what.column, presence(what.present),
                                     relation ? presence(present) : kNoSuchTable));
  });
}

void check_indexes(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                   Findings& findings) {
  std::set<Oid> tables;
  for_each_expectation<expected::IndexPresence>(
      plan, [&](size_t, const Expectation& expectation, const expected::IndexPresence&) {
        if (expectation.relation) tables.insert(catalog.relations[*expectation.relation].oid);
      });
  const Indexes indexes = read_index_names(transaction, tables);
  for_each_expectation<expected::IndexPresence>(
      plan, [&](size_t i, const Expectation& expectation, const expected::IndexPresence& what) {
        const auto relation = expectation.relation;
        if (!relation && !what.present) return;
        const std::string found =
            relation ? found_index(indexes, catalog.relations[*relation].oid, what.index)
                     : kNoSuchTable;
        if (found == presence(what.present)) return;
        findings[i].push_back(
            difference(expectation, "index " + what.index, presence(what.present), found));
      });
}

void check_revisions(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                     Findings& findings) {
  std::set<std::string> schemas;
  for_each_expectation<expected::Revision>(
      plan, [&](size_t, const Expectation& expectation, const expected::Revision&) {
        schemas.insert(expectation.schema);
      });
  if (schemas.empty()) return;
  const auto by_schema = revisions_of(transaction, catalog, schemas);
  for_each_expectation<expected::Revision>(
      plan, [&](size_t i, const Expectation& expectation, const expected::Revision& what) {
        auto found = by_schema.find(expectation.schema);
        if (found == by_schema.end()) found = by_schema.find(kSharedSchema);
        const std::vector<Revision> revisions =
            found == by_schema.end() ? std::vector<Revision>() : found->second;
        const bool agreed = std::any_of(revisions.begin(), revisions.end(),
                                        [&](const Revision& each) { return agrees(each, what); });
        if (agreed) return;
        findings[i].push_back(difference(expectation, "migration revision",
                                         fmt::format("{}", fmt::join(what.heads, ", ")),
                                         found_revision(revisions, expectation.schema)));
      });
}

}  // namespace resow
