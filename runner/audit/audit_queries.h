// The questions of an audit beyond the catalog. They stand by themselves as those of the catalog
// do.
#pragma once

#include <string>

namespace resow::audit_queries {

// No parameters. since when statistics count, days of it
std::string counted_since();

// The following take the oids of relations as $1.

// relation, scans, rows by index... as in UseField. `last_scans`: from PostgreSQL 16 on.
std::string use(bool last_scans);
enum UseField : size_t {
  kUseRelation,
  kUseTableScans,
  kUseIndexScans,
  kUseInserted,
  kUseUpdated,
  kUseDeleted,
  kUseLastTableScan,
  kUseLastIndexScan,
};

// relation, kind, schema, name of what the server knows to depend on it
std::string dependents();

std::string indexes(bool nulls_not_distinct);
enum AuditIndexField : size_t {
  kAuditIndexOid,
  kAuditIndexRelation,
  kAuditIndexName,
  kAuditIndexMethod,
  kAuditIndexColumns,
  kAuditIndexClasses,
  kAuditIndexCollations,
  kAuditIndexOptions,
  kAuditIndexKeyColumns,  // how many of the columns are not of INCLUDE
  kAuditIndexExpressions,
  kAuditIndexPredicate,
  kAuditIndexUnique,
  kAuditIndexPrimary,
  kAuditIndexExclusion,
  kAuditIndexConstraint,
  kAuditIndexNullsNotDistinct,
  kAuditIndexValid,
};

// relation, name, kind, enforced. `enforced`: from PostgreSQL 18 on there are those that are not.
std::string loose_constraints(bool enforced);

// relation, column, as ANALYZE saw it and the role may know
std::string null_columns();

// $1: oids of sequences, few of them: each is locked until the transaction ends. oid, last value
std::string last_values();

// No parameters. schema, name with arguments, language, body
std::string functions();

// No parameters. of every relation of the database, each once
std::string relation_names();
// No parameters. of columns, functions, types, schemas, roles, settings, transition tables
std::string other_names();

}  // namespace resow::audit_queries
