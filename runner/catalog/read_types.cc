#include "runner/catalog/read_types.h"

#include <charconv>
#include <span>
#include <utility>
#include <vector>

#include "runner/catalog/queries.h"
#include "runner/catalog/row_values.h"

namespace resow {
namespace {

using namespace catalog_queries;

TypeKind kind_at(const Rows& rows, size_t row) {
  if (rows.boolean(row, kTypeIsArray)) return TypeKind::kArray;
  switch (char_at(rows, row, kTypeKind)) {
    case 'e':
      return TypeKind::kEnum;
    case 'd':
      return TypeKind::kDomain;
    case 'c':
      return TypeKind::kComposite;
    case 'r':
      return TypeKind::kRange;
    case 'm':
      return TypeKind::kMultirange;
    case 'p':
      return TypeKind::kPseudo;
    default:
      return TypeKind::kBase;
  }
}

template <typename Integer>
Integer integer_of(const Field& field) {
  Integer value = 0;
  if (field) std::from_chars(field->data(), field->data() + field->size(), value);
  return value;
}

void read_domain_checks(Transaction& transaction, Catalog& catalog) {
  std::vector<Oid> domains;
  for (const auto& [oid, type] : catalog.types) {
    if (type.kind == TypeKind::kDomain) domains.push_back(oid);
  }
  if (domains.empty()) return;
  const Field parameters[] = {integer_array(std::span<const Oid>(domains))};
  const Rows rows =
      transaction.query(domain_checks(), parameters, "reading the catalog: checks of domains");
  for (size_t row = 0; row < rows.size(); ++row) {
    catalog.types[oid_at(rows, row, 0)].checks.push_back(
        {text_at(rows, row, 1), text_at(rows, row, 2), rows.boolean(row, 3)});
  }
}

std::vector<TypeAttribute> attributes_at(const Rows& rows, size_t row) {
  const std::vector<Field> names = array_elements(rows.text(row, kTypeAttributeNames));
  const std::vector<Field> types = array_elements(rows.text(row, kTypeAttributeTypes));
  const std::vector<Field> typmods = array_elements(rows.text(row, kTypeAttributeTypmods));
  std::vector<TypeAttribute> attributes;
  for (size_t i = 0; i < names.size(); ++i) {
    attributes.push_back(
        {names[i].value_or(""), integer_of<Oid>(types[i]), integer_of<int32_t>(typmods[i])});
  }
  return attributes;
}

Oid element_at(const Rows& rows, size_t row, TypeKind kind) {
  switch (kind) {
    case TypeKind::kArray:
      return oid_at(rows, row, kTypeElement);
    case TypeKind::kRange:
      return oid_at(rows, row, kTypeSubtype);
    case TypeKind::kMultirange:
      return oid_at(rows, row, kTypeRange);
    default:
      return 0;
  }
}

}  // namespace

std::unordered_map<Oid, Oid> read_types(Transaction& transaction,
                                        const std::unordered_set<Oid>& used,
                                        const ExtensionMembers& members, Catalog& catalog) {
  const std::vector<Oid> oids(used.begin(), used.end());
  const Field parameters[] = {integer_array(std::span<const Oid>(oids))};
  const Rows rows = transaction.query(catalog_queries::types({catalog.server_version}), parameters,
                                      "reading the catalog: types");
  std::unordered_map<Oid, Oid> collations;
  for (size_t row = 0; row < rows.size(); ++row) {
    const Oid oid = oid_at(rows, row, kTypeOid);
    Type& type = catalog.types[oid];
    type.oid = oid;
    type.schema = rows.text(row, kTypeSchema);
    type.name = rows.text(row, kTypeName);
    type.kind = kind_at(rows, row);
    type.category = char_at(rows, row, kTypeCategory);
    type.element = element_at(rows, row, type.kind);
    if (type.kind == TypeKind::kDomain) {
      type.base = oid_at(rows, row, kTypeBase);
      type.typmod = static_cast<int32_t>(rows.integer(row, kTypeTypmod));
      type.not_null = rows.boolean(row, kTypeNotNull);
      type.default_expression = optional_text_at(rows, row, kTypeDefault);
    }
    for (Field& label : array_elements(rows.text(row, kTypeLabels))) {
      type.labels.push_back(std::move(label).value_or(""));
    }
    type.attributes = attributes_at(rows, row);
    const auto member = members.types.find(oid);
    if (member != members.types.end()) type.extension = member->second;
    collations[oid] = oid_at(rows, row, kTypeCollation);
  }
  read_domain_checks(transaction, catalog);
  return collations;
}

}  // namespace resow
