// The questions that read_catalog() asks. Each stands by itself whatever the search_path holds and
// whatever operators extensions have added: names are qualified, operators too, with exact types.
#pragma once

#include <string>

#include "runner/read_catalog.h"

namespace resow::catalog_queries {

struct Version {
  int number = 0;  // 150018
  bool has_nulls_not_distinct() const { return number >= 150000; }
  bool has_multiranges() const { return number >= 140000; }
};

// No parameters. database, user, oid, name, may the role use it, is it where baselines are kept
std::string schemas();
// No parameters. class of the catalog, oid, extension
std::string extension_members();

enum class ChosenBy { kSchema, kRelation };
// $1: oids of schemas or relations. Columns as in RelationField.
std::string relations(ChosenBy chosen, CatalogDetail detail);
enum RelationField : size_t {
  kRelationOid,
  kRelationSchema,
  kRelationName,
  kRelationKind,
  kRelationPersistence,
  kRelationIsPartition,
  kRelationRowSecurity,
  kRelationForceRowSecurity,
  kRelationRowSecurityActive,
  kRelationRows,
  kRelationPages,
  kRelationOwner,
  kRelationMay,  // array: select, insert, update, delete, truncate; NULL: all of them
  kRelationHasTriggers,
  kRelationHasRules,
  kRelationBound,
  kRelationPartitionKey,
  kRelationComment,
};

// No parameters. child, parent
std::string inheritance();

// $1: oids of relations; foreign keys from them and to them. `amount`: whether they are few among
// the database's.
enum class Amount { kFew, kMany };
std::string foreign_keys(Amount amount);
enum ForeignKeyField : size_t {
  kForeignKeyOid,
  kForeignKeyName,
  kForeignKeyRelation,
  kForeignKeyColumns,
  kForeignKeyReferenced,
  kForeignKeyReferencedColumns,
  kForeignKeyMatch,
  kForeignKeyOnDelete,
  kForeignKeyOnUpdate,
  kForeignKeyDeferrable,
  kForeignKeyDeferred,
  kForeignKeyValidated,
  kForeignKeyInherited,
};

// The following take the relations' oids as $1.

std::string columns(CatalogDetail detail);
enum ColumnField : size_t {
  kColumnRelation,
  kColumnNumber,
  kColumnName,
  kColumnType,
  kColumnTypmod,
  kColumnNotNull,
  kColumnIdentity,
  kColumnGenerated,
  kColumnCollation,
  kColumnDefault,
  kColumnComment,
};

// Of columns, owned by them or named by their defaults.
std::string sequences();
enum SequenceField : size_t {
  kSequenceRelation,
  kSequenceColumn,
  kSequenceOwned,
  kSequenceOid,
  kSequenceSchema,
  kSequenceName,
  kSequenceStart,
  kSequenceIncrement,
  kSequenceMinimum,
  kSequenceMaximum,
  kSequenceCycle,
  kSequenceMayAlter,
};

std::string indexes(CatalogDetail detail, Version version);
enum IndexField : size_t {
  kIndexRelation,
  kIndexOid,
  kIndexName,
  kIndexColumns,     // those of INCLUDE come last
  kIndexKeyColumns,  // how many are not of INCLUDE
  kIndexUnique,
  kIndexPrimary,
  kIndexExclusion,
  kIndexImmediate,
  kIndexValid,
  kIndexPartial,
  kIndexNullsNotDistinct,
  kIndexConstraint,
  kIndexConstraintName,
  kIndexConstraintColumns,
  kIndexDeferred,
  kIndexPredicate,
  kIndexExpressions,
  kIndexDefinition,
  kIndexConstraintDefinition,
};

std::string checks();
enum CheckField : size_t {
  kCheckRelation,
  kCheckName,
  kCheckOid,
  kCheckColumns,
  kCheckValidated,
  kCheckNoInherit,
  kCheckTree,  // a hash of the parsed expression, which knows columns by number
};
// $1: oids of checks. oid, expression
std::string check_expressions();

std::string triggers();
enum TriggerField : size_t {
  kTriggerRelation,
  kTriggerName,
  kTriggerFunctionSchema,
  kTriggerFunction,
  kTriggerType,
  kTriggerConstraint,
  kTriggerEnabled,
};

// relation, name, event, instead, enabled
std::string rules();

// $1: oids of types; these and what they are made of.
std::string types(Version version);
enum TypeField : size_t {
  kTypeOid,
  kTypeSchema,
  kTypeName,
  kTypeKind,
  kTypeCategory,
  kTypeIsArray,
  kTypeElement,
  kTypeBase,
  kTypeTypmod,
  kTypeNotNull,
  kTypeCollation,
  kTypeDefault,
  kTypeLabels,
  kTypeAttributeNames,
  kTypeAttributeTypes,
  kTypeAttributeTypmods,
  kTypeSubtype,  // of a range
  kTypeRange,    // of a multirange
};

// $1: oids of domains. domain, name, expression, validated; in the order in which they are applied.
std::string domain_checks();

// $1, $2: types and type modifiers, pairwise. The type's full name, in the same order.
std::string type_names();
// $1: oids of collations. oid, schema, name
std::string collations();

// $1: oids of relations. table, what ("its triggers"), in which form; also what repeats. Short to
// plan and without a look at other tables: it is asked in every transaction that changes something.
std::string table_facts(bool with_partitions);

}  // namespace resow::catalog_queries
