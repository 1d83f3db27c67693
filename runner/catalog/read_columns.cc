#include "runner/catalog/read_columns.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "runner/catalog/queries.h"
#include "runner/catalog/read_types.h"
#include "runner/catalog/row_values.h"

namespace resow {
namespace {

using namespace catalog_queries;

using ModifiedType = std::pair<Oid, int32_t>;

Identity identity_of(char letter) {
  return letter == 'a' ? Identity::kAlways : letter == 'd' ? Identity::kByDefault : Identity::kNone;
}

Column column_at(const Rows& rows, size_t row) {
  Column column;
  column.name = rows.text(row, kColumnName);
  column.number = static_cast<ColumnNumber>(rows.integer(row, kColumnNumber));
  column.type = oid_at(rows, row, kColumnType);
  column.typmod = static_cast<int32_t>(rows.integer(row, kColumnTypmod));
  column.not_null = rows.boolean(row, kColumnNotNull);
  column.identity = identity_of(char_at(rows, row, kColumnIdentity));
  column.generated = char_at(rows, row, kColumnGenerated) != '\0';
  column.default_expression = optional_text_at(rows, row, kColumnDefault);
  column.comment = rows.text(row, kColumnComment);
  return column;
}

Sequence sequence_at(const Rows& rows, size_t row) {
  Sequence sequence;
  sequence.oid = oid_at(rows, row, kSequenceOid);
  sequence.schema = rows.text(row, kSequenceSchema);
  sequence.name = rows.text(row, kSequenceName);
  sequence.start = rows.integer(row, kSequenceStart);
  sequence.increment = rows.integer(row, kSequenceIncrement);
  sequence.minimum = rows.integer(row, kSequenceMinimum);
  sequence.maximum = rows.integer(row, kSequenceMaximum);
  sequence.cycle = rows.boolean(row, kSequenceCycle);
  sequence.may_alter = rows.boolean(row, kSequenceMayAlter);
  return sequence;
}

// What a column's number stands for in a relation that has its columns already.
Column* find_column(Relation& relation, ColumnNumber number) {
  const Column* found = relation.column(number);
  return found == nullptr ? nullptr
                          : &relation.columns[static_cast<size_t>(found - &relation.columns[0])];
}

// Columns share few types: each is formatted once.
void name_types(Transaction& transaction, Catalog& catalog) {
  std::map<ModifiedType, std::string> names;
  for (const Relation& relation : catalog.relations) {
    for (const Column& column : relation.columns) names[{column.type, column.typmod}];
  }
  std::vector<Oid> types;
  std::vector<int32_t> typmods;
  for (const auto& [type, name] : names) {
    types.push_back(type.first);
    typmods.push_back(type.second);
  }
  const Field parameters[] = {integer_array(std::span<const Oid>(types)),
                              integer_array(std::span<const int32_t>(typmods))};
  const Rows rows =
      transaction.query(type_names(), parameters, "reading the catalog: names of types");
  size_t row = 0;
  for (auto& [type, name] : names) name = rows.text(row++, 0);
  for (Relation& relation : catalog.relations) {
    for (Column& column : relation.columns) {
      column.type_name = names.at({column.type, column.typmod});
    }
  }
}

// "German", or "app.german" where it is not one of the server's own.
std::unordered_map<Oid, std::string> read_collations(Transaction& transaction,
                                                     const std::unordered_set<Oid>& collations) {
  std::unordered_map<Oid, std::string> names;
  if (collations.empty()) return names;
  const std::vector<Oid> oids(collations.begin(), collations.end());
  const Field parameters[] = {integer_array(std::span<const Oid>(oids))};
  const Rows rows = transaction.query(catalog_queries::collations(), parameters,
                                      "reading the catalog: collations");
  for (size_t row = 0; row < rows.size(); ++row) {
    const bool own = rows.text(row, 1) == "pg_catalog";
    names[oid_at(rows, row, 0)] = (own ? "" : text_at(rows, row, 1) + ".") + text_at(rows, row, 2);
  }
  return names;
}

// Where a column's collation is not the one of its type. `rows` are the columns'.
void name_collations(Transaction& transaction, const Rows& rows, const RelationIndexes& indexes,
                     const std::unordered_map<Oid, Oid>& collation_of_type, Catalog& catalog) {
  std::vector<std::pair<Column*, Oid>> unusual;
  std::unordered_set<Oid> collations;
  for (size_t row = 0; row < rows.size(); ++row) {
    const Oid collation = oid_at(rows, row, kColumnCollation);
    const auto usual = collation_of_type.find(oid_at(rows, row, kColumnType));
    if (collation == 0 || usual == collation_of_type.end() || usual->second == collation) continue;
    const auto at = indexes.find(oid_at(rows, row, kColumnRelation));
    if (at == indexes.end()) continue;
    const auto number = static_cast<ColumnNumber>(rows.integer(row, kColumnNumber));
    unusual.emplace_back(find_column(catalog.relations[at->second], number), collation);
    collations.insert(collation);
  }
  const auto names = read_collations(transaction, collations);
  for (const auto& [column, collation] : unusual) {
    const auto name = names.find(collation);
    if (name != names.end()) column->collation = name->second;
  }
}

}  // namespace

void read_columns(Transaction& transaction, const std::string& relations, CatalogDetail detail,
                  const RelationIndexes& indexes, const ExtensionMembers& members,
                  Catalog& catalog) {
  const Field parameters[] = {relations};
  const Rows rows = transaction.query(columns(detail), parameters, "reading the catalog: columns");
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto at = indexes.find(oid_at(rows, row, kColumnRelation));
    if (at != indexes.end()) catalog.relations[at->second].columns.push_back(column_at(rows, row));
  }
  for (Relation& relation : catalog.relations) {
    std::sort(relation.columns.begin(), relation.columns.end(),
              [](const Column& a, const Column& b) { return a.number < b.number; });
  }
  if (detail != CatalogDetail::kAll) return;
  std::unordered_set<Oid> used;
  for (const Relation& relation : catalog.relations) {
    for (const Column& column : relation.columns) used.insert(column.type);
  }
  const auto collation_of_type = read_types(transaction, used, members, catalog);
  name_types(transaction, catalog);
  name_collations(transaction, rows, indexes, collation_of_type, catalog);
}

void read_sequences(Transaction& transaction, const std::string& relations,
                    const RelationIndexes& indexes, Catalog& catalog) {
  const Field parameters[] = {relations};
  const Rows rows = transaction.query(sequences(), parameters, "reading the catalog: sequences");
  for (size_t row = 0; row < rows.size(); ++row) {
    const Oid oid = oid_at(rows, row, kSequenceOid);
    const auto known = catalog.sequences.try_emplace(oid, sequence_at(rows, row)).first;
    const bool owned = rows.boolean(row, kSequenceOwned);
    if (owned) known->second.owned = true;
    const auto at = indexes.find(oid_at(rows, row, kSequenceRelation));
    if (at == indexes.end()) continue;
    Column* column = find_column(catalog.relations[at->second],
                                 static_cast<ColumnNumber>(rows.integer(row, kSequenceColumn)));
    // A default may name another sequence than the one that the column owns: that is the one.
    if (column != nullptr && (!owned || !column->sequence)) column->sequence = oid;
  }
}

}  // namespace resow
