// Catalogs compared field by field. A field that is added to one of the structures stops this from
// compiling, so that whoever adds it sees to it here.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "fixtures/catalog.h"

namespace resow {

inline auto fields(const DomainCheck& of) {
  const auto& [name, expression, validated] = of;
  return std::tie(name, expression, validated);
}
inline auto fields(const TypeAttribute& of) {
  const auto& [name, type, typmod] = of;
  return std::tie(name, type, typmod);
}
inline auto fields(const Column& of) {
  const auto& [name, number, type, typmod, type_name, not_null, identity, generated,
               default_expression, sequence, collation, comment] = of;
  return std::tie(name, number, type, typmod, type_name, not_null, identity, generated,
                  default_expression, sequence, collation, comment);
}
inline auto fields(const UniqueKey& of) {
  const auto& [name, index, constraint, primary, columns, expressions, predicate,
               nulls_not_distinct, deferrable, deferred, valid, definition] = of;
  return std::tie(name, index, constraint, primary, columns, expressions, predicate,
                  nulls_not_distinct, deferrable, deferred, valid, definition);
}
inline auto fields(const ForeignKey& of) {
  const auto& [name, oid, columns, referenced, referenced_columns, match_full, on_delete, on_update,
               deferrable, deferred, validated, inherited] = of;
  return std::tie(name, oid, columns, referenced, referenced_columns, match_full, on_delete,
                  on_update, deferrable, deferred, validated, inherited);
}
inline auto fields(const Check& of) {
  const auto& [name, expression, columns, validated, no_inherit] = of;
  return std::tie(name, expression, columns, validated, no_inherit);
}
inline auto fields(const Exclusion& of) {
  const auto& [name, oid, definition, columns, deferrable] = of;
  return std::tie(name, oid, definition, columns, deferrable);
}
inline auto fields(const Trigger& of) {
  const auto& [name, function, on_insert, on_update, on_delete, on_truncate, before, instead_of,
               for_each_row, constraint, enabled] = of;
  return std::tie(name, function, on_insert, on_update, on_delete, on_truncate, before, instead_of,
                  for_each_row, constraint, enabled);
}
inline auto fields(const Rule& of) {
  const auto& [name, event, instead, enabled] = of;
  return std::tie(name, event, instead, enabled);
}
inline auto fields(const Sequence& of) {
  const auto& [oid, schema, name, start, increment, minimum, maximum, cycle, owned, may_alter] = of;
  return std::tie(oid, schema, name, start, increment, minimum, maximum, cycle, owned, may_alter);
}
inline auto fields(const Privileges& of) {
  const auto& [owner, select, insert, update, del, truncate] = of;
  return std::tie(owner, select, insert, update, del, truncate);
}

template <typename Thing>
void expect_same_list(const std::vector<Thing>& a, const std::vector<Thing>& b,
                      const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(fields(a[i]) == fields(b[i])) << what << i;
}

inline void expect_same(const Type& a, const Type& b) {
  const auto& [oid, schema, name, kind, category, element, base, typmod, not_null,
               default_expression, labels, checks, attributes, extension] = a;
  EXPECT_TRUE(std::tie(oid, schema, name, kind, category, element, base, typmod, not_null,
                       default_expression, labels, extension) ==
              std::tie(b.oid, b.schema, b.name, b.kind, b.category, b.element, b.base, b.typmod,
                       b.not_null, b.default_expression, b.labels, b.extension))
      << name;
  expect_same_list(checks, b.checks, name + ": check ");
  expect_same_list(attributes, b.attributes, name + ": attribute ");
}

inline void expect_same(const Relation& a, const Relation& b) {
  const auto& [oid, schema, name, kind, selected, unlogged, extension, partition_of,
               partition_bound, partition_key, inherits, has_inheritors, row_security,
               force_row_security, row_security_active, privileges, estimated_rows, comment,
               columns, unique_keys, foreign_keys, referenced_by, checks, exclusions, triggers,
               rules, index_prefixes] = a;
  EXPECT_TRUE(std::tie(oid, schema, name, kind, selected, unlogged, extension, partition_of,
                       partition_bound, partition_key, inherits, has_inheritors, row_security,
                       force_row_security, row_security_active, estimated_rows, comment,
                       referenced_by, index_prefixes) ==
              std::tie(b.oid, b.schema, b.name, b.kind, b.selected, b.unlogged, b.extension,
                       b.partition_of, b.partition_bound, b.partition_key, b.inherits,
                       b.has_inheritors, b.row_security, b.force_row_security,
                       b.row_security_active, b.estimated_rows, b.comment, b.referenced_by,
                       b.index_prefixes))
      << name;
  EXPECT_TRUE(fields(privileges) == fields(b.privileges)) << name;
  expect_same_list(columns, b.columns, name + ": column ");
  expect_same_list(unique_keys, b.unique_keys, name + ": unique key ");
  expect_same_list(foreign_keys, b.foreign_keys, name + ": foreign key ");
  expect_same_list(checks, b.checks, name + ": check ");
  expect_same_list(exclusions, b.exclusions, name + ": exclusion ");
  expect_same_list(triggers, b.triggers, name + ": trigger ");
  expect_same_list(rules, b.rules, name + ": rule ");
}

// But for `elsewhere`, which is about names that were looked for.
inline void expect_same(const Catalog& a, const Catalog& b) {
  const auto& [database, user, server_version, schemas, other_schemas, elsewhere, relations,
               sequences, types] = a;
  EXPECT_TRUE(elsewhere.empty());
  EXPECT_EQ(database, b.database);
  EXPECT_EQ(user, b.user);
  EXPECT_EQ(server_version, b.server_version);
  EXPECT_EQ(schemas, b.schemas);
  EXPECT_EQ(other_schemas, b.other_schemas);
  ASSERT_EQ(relations.size(), b.relations.size());
  for (size_t i = 0; i < relations.size(); ++i) expect_same(relations[i], b.relations[i]);
  ASSERT_EQ(sequences.size(), b.sequences.size());
  for (const auto& [oid, sequence] : sequences) {
    EXPECT_TRUE(fields(sequence) == fields(b.sequences.at(oid))) << sequence.name;
  }
  ASSERT_EQ(types.size(), b.types.size());
  for (const auto& [oid, type] : types) expect_same(type, b.types.at(oid));
}

}  // namespace resow
