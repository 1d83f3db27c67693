#include "runner/catalog/read_keys.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runner/catalog/queries.h"
#include "runner/catalog/row_values.h"

namespace resow {
namespace {

using namespace catalog_queries;

ForeignKeyAction action_of(char letter) {
  switch (letter) {
    case 'r':
      return ForeignKeyAction::kRestrict;
    case 'c':
      return ForeignKeyAction::kCascade;
    case 'n':
      return ForeignKeyAction::kSetNull;
    case 'd':
      return ForeignKeyAction::kSetDefault;
    default:
      return ForeignKeyAction::kNoAction;
  }
}

ForeignKey foreign_key_at(const Rows& rows, size_t row) {
  ForeignKey key;
  key.name = rows.text(row, kForeignKeyName);
  key.oid = oid_at(rows, row, kForeignKeyOid);
  key.columns = column_numbers(rows.text(row, kForeignKeyColumns));
  key.referenced_columns = column_numbers(rows.text(row, kForeignKeyReferencedColumns));
  key.match_full = char_at(rows, row, kForeignKeyMatch) == 'f';
  key.on_delete = action_of(char_at(rows, row, kForeignKeyOnDelete));
  key.on_update = action_of(char_at(rows, row, kForeignKeyOnUpdate));
  key.deferrable = rows.boolean(row, kForeignKeyDeferrable);
  key.deferred = rows.boolean(row, kForeignKeyDeferred);
  key.validated = rows.boolean(row, kForeignKeyValidated);
  key.inherited = rows.boolean(row, kForeignKeyInherited);
  return key;
}

UniqueKey unique_key_at(const Rows& rows, size_t row, std::vector<ColumnNumber> columns) {
  UniqueKey key;
  key.name = rows.text(row, kIndexName);
  key.index = oid_at(rows, row, kIndexOid);
  key.constraint = rows.is_null(row, kIndexConstraint) ? 0 : oid_at(rows, row, kIndexConstraint);
  key.primary = rows.boolean(row, kIndexPrimary);
  key.columns = std::move(columns);
  for (Field& expression : array_elements(rows.text(row, kIndexExpressions))) {
    key.expressions.push_back(std::move(expression).value_or(""));
  }
  key.predicate = optional_text_at(rows, row, kIndexPredicate);
  if (!key.predicate && rows.boolean(row, kIndexPartial)) key.predicate = "";
  key.nulls_not_distinct = rows.boolean(row, kIndexNullsNotDistinct);
  key.deferrable = !rows.boolean(row, kIndexImmediate);
  key.deferred = rows.boolean(row, kIndexDeferred);
  key.valid = rows.boolean(row, kIndexValid);
  key.definition = rows.text(row, kIndexDefinition);
  return key;
}

Exclusion exclusion_at(const Rows& rows, size_t row) {
  Exclusion exclusion;
  exclusion.name = rows.text(row, kIndexConstraintName);
  exclusion.oid = oid_at(rows, row, kIndexConstraint);
  exclusion.definition = rows.text(row, kIndexConstraintDefinition);
  exclusion.columns = column_numbers(rows.text(row, kIndexConstraintColumns));
  exclusion.deferrable = !rows.boolean(row, kIndexImmediate);
  return exclusion;
}

void sort_keys(Relation& relation) {
  std::sort(relation.unique_keys.begin(), relation.unique_keys.end(),
            [](const UniqueKey& a, const UniqueKey& b) {
              return std::pair(!a.primary, std::string_view(a.name)) <
                     std::pair(!b.primary, std::string_view(b.name));
            });
  std::sort(relation.exclusions.begin(), relation.exclusions.end(),
            [](const Exclusion& a, const Exclusion& b) { return a.name < b.name; });
  std::sort(relation.index_prefixes.begin(), relation.index_prefixes.end());
}

struct CheckText {
  Oid check = 0;  // the one that it was read of
  std::string text;
};
using CheckKinds = std::unordered_map<std::string, CheckText>;

// Checks of one kind are written in the same way: the same tree over columns of the same names.
std::string check_kind_at(const Rows& rows, size_t row, const Relation& relation) {
  std::string kind = text_at(rows, row, kCheckTree);
  for (const ColumnNumber number : column_numbers(rows.text(row, kCheckColumns))) {
    const Column* column = relation.column(number);
    kind += '\n';
    if (column != nullptr) kind += column->name;
  }
  return kind;
}

void read_expressions(Transaction& transaction, CheckKinds& kinds) {
  if (kinds.empty()) return;
  std::unordered_map<Oid, CheckText*> by_check;
  std::vector<Oid> oids;
  for (auto& [kind, expression] : kinds) {
    by_check[expression.check] = &expression;
    oids.push_back(expression.check);
  }
  const Field parameters[] = {integer_array(std::span<const Oid>(oids))};
  const Rows rows =
      transaction.query(check_expressions(), parameters, "reading the catalog: checks");
  for (size_t row = 0; row < rows.size(); ++row) {
    by_check.at(oid_at(rows, row, 0))->text = rows.text(row, 1);
  }
}

}  // namespace

ForeignKeyRows::ForeignKeyRows(Transaction& transaction, const std::unordered_set<Oid>& relations,
                               bool few)
    : rows_([&] {
        const std::vector<Oid> oids(relations.begin(), relations.end());
        const Field parameters[] = {integer_array(std::span<const Oid>(oids))};
        return transaction.query(foreign_keys(few ? Amount::kFew : Amount::kMany), parameters,
                                 "reading the catalog: foreign keys");
      }()) {}

std::unordered_set<Oid> ForeignKeyRows::relations() const {
  std::unordered_set<Oid> found;
  for (size_t row = 0; row < rows_.size(); ++row) {
    found.insert(oid_at(rows_, row, kForeignKeyRelation));
    found.insert(oid_at(rows_, row, kForeignKeyReferenced));
  }
  return found;
}

void ForeignKeyRows::add_to(Catalog& catalog, const RelationIndexes& indexes) const {
  for (size_t row = 0; row < rows_.size(); ++row) {
    const auto from = indexes.find(oid_at(rows_, row, kForeignKeyRelation));
    const auto to = indexes.find(oid_at(rows_, row, kForeignKeyReferenced));
    if (from == indexes.end() || to == indexes.end()) continue;
    ForeignKey key = foreign_key_at(rows_, row);
    key.referenced = to->second;
    catalog.relations[from->second].foreign_keys.push_back(std::move(key));
  }
  for (size_t i = 0; i < catalog.relations.size(); ++i) {
    Relation& relation = catalog.relations[i];
    std::sort(relation.foreign_keys.begin(), relation.foreign_keys.end(),
              [](const ForeignKey& a, const ForeignKey& b) { return a.name < b.name; });
    for (const ForeignKey& key : relation.foreign_keys) {
      std::vector<size_t>& referenced_by = catalog.relations[key.referenced].referenced_by;
      if (referenced_by.empty() || referenced_by.back() != i) referenced_by.push_back(i);
    }
  }
}

void read_indexes(Transaction& transaction, const std::string& relations, CatalogDetail detail,
                  const RelationIndexes& indexes, Catalog& catalog) {
  const Field parameters[] = {relations};
  const Rows rows = transaction.query(catalog_queries::indexes(detail, {catalog.server_version}),
                                      parameters, "reading the catalog: indexes");
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto at = indexes.find(oid_at(rows, row, kIndexRelation));
    if (at == indexes.end()) continue;
    Relation& relation = catalog.relations[at->second];
    std::vector<ColumnNumber> columns = column_numbers(rows.text(row, kIndexColumns));
    columns.resize(static_cast<size_t>(rows.integer(row, kIndexKeyColumns)));
    const bool exclusion = rows.boolean(row, kIndexExclusion);
    if (rows.boolean(row, kIndexValid) && !rows.boolean(row, kIndexPartial)) {
      relation.index_prefixes.push_back(columns);
    }
    // A key WITHOUT OVERLAPS (PostgreSQL 18) is both.
    if (exclusion && !rows.is_null(row, kIndexConstraint)) {
      relation.exclusions.push_back(exclusion_at(rows, row));
    }
    if (rows.boolean(row, kIndexUnique)) {
      relation.unique_keys.push_back(unique_key_at(rows, row, std::move(columns)));
    }
  }
  for (Relation& relation : catalog.relations) sort_keys(relation);
}

// To write an expression out, the server opens the table. Tenants and partitions have the same
// checks again and again, so only one of each kind is written out.
void read_checks(Transaction& transaction, const std::string& relations,
                 const RelationIndexes& indexes, Catalog& catalog) {
  const Field parameters[] = {relations};
  const Rows rows = transaction.query(checks(), parameters, "reading the catalog: checks");
  CheckKinds kinds;
  std::vector<const CheckKinds::value_type*> kind_of_row(rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto at = indexes.find(oid_at(rows, row, kCheckRelation));
    if (at == indexes.end()) continue;
    std::string kind = check_kind_at(rows, row, catalog.relations[at->second]);
    const Oid oid = oid_at(rows, row, kCheckOid);
    kind_of_row[row] = &*kinds.try_emplace(std::move(kind), CheckText{oid, ""}).first;
  }
  read_expressions(transaction, kinds);
  for (size_t row = 0; row < rows.size(); ++row) {
    if (kind_of_row[row] == nullptr) continue;
    const size_t relation = indexes.at(oid_at(rows, row, kCheckRelation));
    Check& check = catalog.relations[relation].checks.emplace_back();
    check.name = rows.text(row, kCheckName);
    check.expression = kind_of_row[row]->second.text;
    check.columns = column_numbers(rows.text(row, kCheckColumns));
    check.validated = rows.boolean(row, kCheckValidated);
    check.no_inherit = rows.boolean(row, kCheckNoInherit);
  }
  for (Relation& relation : catalog.relations) {
    std::sort(relation.checks.begin(), relation.checks.end(),
              [](const Check& a, const Check& b) { return a.name < b.name; });
  }
}

}  // namespace resow
