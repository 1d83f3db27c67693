#include "runner/read_remake_facts.h"

#include <set>
#include <string>
#include <unordered_map>

#include "runner/catalog/row_values.h"

namespace resow {
namespace {

// $1: oids of tables. What depends on an index or its key, other than the two on each other, the
// trigger that checks a deferrable key, and foreign keys, keeps it from going.
constexpr const char* kIndexFacts = R"sql(
SELECT i.indrelid, i.indexrelid, c.relname, i.indisunique, i.indisexclusion, i.indimmediate,
  i.indisvalid AND i.indisready AND i.indislive, i.indpred IS NOT NULL, i.indkey::pg_catalog.text,
  i.indnkeyatts, k.oid, k.contype OPERATOR(pg_catalog.=) 'p'::pg_catalog."char", k.condeferrable,
  k.condeferred, pg_catalog.obj_description(k.oid, 'pg_constraint'),
  pg_catalog.pg_get_indexdef(i.indexrelid), COALESCE(s.spcname, ''),
  pg_catalog.obj_description(i.indexrelid, 'pg_class'), i.indisclustered, i.indisreplident,
  ARRAY(SELECT a.attnum FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid OPERATOR(pg_catalog.=) i.indexrelid
          AND a.attstattarget OPERATOR(pg_catalog.>=) 0 ORDER BY a.attnum),
  ARRAY(SELECT a.attstattarget FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid OPERATOR(pg_catalog.=) i.indexrelid
          AND a.attstattarget OPERATOR(pg_catalog.>=) 0 ORDER BY a.attnum),
  ARRAY(SELECT e.extname FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_extension AS e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
        WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
          AND d.objid OPERATOR(pg_catalog.=) i.indexrelid
          AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
          AND d.deptype OPERATOR(pg_catalog.=) 'x'::pg_catalog."char" ORDER BY e.extname),
  ARRAY(SELECT f.oid FROM pg_catalog.pg_depend AS d
        JOIN pg_catalog.pg_constraint AS f ON f.oid OPERATOR(pg_catalog.=) d.objid
        WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
          AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
          AND d.refobjid OPERATOR(pg_catalog.=) i.indexrelid
          AND f.contype OPERATOR(pg_catalog.=) 'f'::pg_catalog."char" ORDER BY f.oid),
  COALESCE(
    (SELECT pg_catalog.concat('extension ', e.extname, ' owns it')
     FROM pg_catalog.pg_depend AS d
     JOIN pg_catalog.pg_extension AS e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
     WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
       AND d.objid OPERATOR(pg_catalog.=) i.indexrelid
       AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
       AND d.deptype OPERATOR(pg_catalog.=) 'e'::pg_catalog."char" LIMIT 1),
    (SELECT pg_catalog.concat(pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid),
                              ' depends on it')
     FROM pg_catalog.pg_depend AS d
     WHERE (d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
              AND d.refobjid OPERATOR(pg_catalog.=) i.indexrelid
            OR d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
              AND d.refobjid OPERATOR(pg_catalog.=) k.oid)
       AND NOT (d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
                AND d.objid OPERATOR(pg_catalog.=) i.indexrelid)
       AND NOT (d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_trigger'::pg_catalog.regclass::pg_catalog.oid
                AND EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
                            WHERE t.oid OPERATOR(pg_catalog.=) d.objid AND t.tgisinternal
                              AND t.tgconstraint OPERATOR(pg_catalog.=) k.oid
                              AND t.tgenabled OPERATOR(pg_catalog.=) 'O'::pg_catalog."char"))
       AND NOT (d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid
                AND EXISTS (SELECT FROM pg_catalog.pg_constraint AS f
                            WHERE f.oid OPERATOR(pg_catalog.=) d.objid
                              AND f.contype OPERATOR(pg_catalog.=) 'f'::pg_catalog."char"))
     ORDER BY 1 LIMIT 1),
    CASE WHEN c.reltablespace OPERATOR(pg_catalog.<>) 0::pg_catalog.oid
           AND NOT pg_catalog.has_tablespace_privilege(c.reltablespace, 'CREATE')
      THEN 'the role may not create in tablespace ' OPERATOR(pg_catalog.||) s.spcname::pg_catalog.text
      WHEN NOT pg_catalog.has_schema_privilege(c.relnamespace, 'CREATE')
      THEN 'the role may not create in its schema' END,
    (SELECT pg_catalog.concat('it calls function ', p.oid::pg_catalog.regproc)
     FROM pg_catalog.pg_depend AS d
     JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) d.refobjid
     JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) p.prolang
     WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
       AND d.objid OPERATOR(pg_catalog.=) i.indexrelid
       AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
       AND l.lanname OPERATOR(pg_catalog.<>) ALL (ARRAY['internal', 'c']::pg_catalog.name[])
     ORDER BY p.oid LIMIT 1),
    '')
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid OPERATOR(pg_catalog.=) c.reltablespace
LEFT JOIN pg_catalog.pg_constraint AS k ON k.conrelid OPERATOR(pg_catalog.=) i.indrelid
  AND k.conindid OPERATOR(pg_catalog.=) i.indexrelid
  AND k.contype OPERATOR(pg_catalog.=) ANY (ARRAY['p', 'u']::pg_catalog."char"[])
WHERE i.indrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
ORDER BY i.indexrelid)sql";

enum IndexFactField : size_t {
  kFactRelation,
  kFactOid,
  kFactName,
  kFactUnique,
  kFactExclusion,
  kFactImmediate,
  kFactValid,
  kFactPartial,
  kFactColumns,
  kFactKeyColumns,
  kFactKey,
  kFactKeyPrimary,
  kFactKeyDeferrable,
  kFactKeyDeferred,
  kFactKeyComment,
  kFactDefinition,
  kFactTablespace,
  kFactComment,
  kFactClustered,
  kFactReplicaIdentity,
  kFactStatisticsColumns,
  kFactStatisticsTargets,
  kFactExtensions,
  kFactForeignKeys,
  kFactObstacle,
};

// $1: oids of tables.
constexpr const char* kForeignKeyFacts = R"sql(
SELECT k.oid, k.conindid, pg_catalog.pg_get_constraintdef(k.oid),
  pg_catalog.obj_description(k.oid, 'pg_constraint'),
  CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
                    WHERE t.tgconstraint OPERATOR(pg_catalog.=) k.oid
                      AND t.tgenabled OPERATOR(pg_catalog.<>) 'O'::pg_catalog."char")
    THEN 'its triggers are switched off' ELSE '' END
FROM pg_catalog.pg_constraint AS k
WHERE (k.conrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
    OR k.confrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]))
  AND k.contype OPERATOR(pg_catalog.=) 'f'::pg_catalog."char")sql";

// $1: oids of the tables that are filled, and of their partitions. Functions that are not immutable
// may look into tables.
constexpr const char* kOthersAtWork = R"sql(
WITH RECURSIVE domains AS (
  SELECT t.oid, t.typbasetype FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) a.atttypid
  WHERE a.attrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
    AND t.typtype OPERATOR(pg_catalog.=) 'd'::pg_catalog."char"
  UNION
  SELECT t.oid, t.typbasetype FROM domains
  JOIN pg_catalog.pg_type AS t ON t.oid OPERATOR(pg_catalog.=) domains.typbasetype
  WHERE t.typtype OPERATOR(pg_catalog.=) 'd'::pg_catalog."char"),
users AS (
  SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid AS class, k.oid
  FROM pg_catalog.pg_constraint AS k
  WHERE (k.conrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[])
      OR k.contypid OPERATOR(pg_catalog.=) ANY (ARRAY(SELECT domains.oid FROM domains)))
    AND k.contype OPERATOR(pg_catalog.=) 'c'::pg_catalog."char"
  UNION ALL
  SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid, a.oid
  FROM pg_catalog.pg_attrdef AS a
  WHERE a.adrelid OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.oid[]))
(SELECT pg_catalog.concat('function ', p.oid::pg_catalog.regproc, ' of ',
                          pg_catalog.pg_describe_object(d.classid, d.objid, 0),
                          ' may look for rows')
 FROM users JOIN pg_catalog.pg_depend AS d ON d.classid OPERATOR(pg_catalog.=) users.class
   AND d.objid OPERATOR(pg_catalog.=) users.oid
   AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
 JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) d.refobjid
   AND p.provolatile OPERATOR(pg_catalog.<>) 'i'::pg_catalog."char"
 JOIN pg_catalog.pg_language AS l ON l.oid OPERATOR(pg_catalog.=) p.prolang
   AND l.lanname OPERATOR(pg_catalog.<>) ALL (ARRAY['internal', 'c']::pg_catalog.name[])
 ORDER BY p.oid, d.objid)
UNION ALL
(SELECT pg_catalog.concat('event trigger ', e.evtname, ' fires on ', e.evtevent)
 FROM pg_catalog.pg_event_trigger AS e
 WHERE e.evtenabled OPERATOR(pg_catalog.=) ANY (ARRAY['O', 'A']::pg_catalog."char"[])
   AND e.evtevent OPERATOR(pg_catalog.=)
       ANY (ARRAY['ddl_command_start', 'ddl_command_end', 'sql_drop']::pg_catalog.name[])
   AND (e.evttags IS NULL OR e.evttags OPERATOR(pg_catalog.&&)
        ARRAY['ALTER TABLE', 'ALTER INDEX', 'CREATE INDEX', 'DROP INDEX', 'COMMENT']::pg_catalog.text[])
 ORDER BY e.evtname))sql";

using Places = std::unordered_map<Oid, size_t>;

IndexFact index_at(const Rows& rows, size_t row, const Places& places) {
  IndexFact index;
  index.relation = places.at(oid_at(rows, row, kFactRelation));
  index.oid = oid_at(rows, row, kFactOid);
  index.name = rows.text(row, kFactName);
  index.unique = rows.boolean(row, kFactUnique);
  index.exclusion = rows.boolean(row, kFactExclusion);
  index.immediate = rows.boolean(row, kFactImmediate);
  index.valid = rows.boolean(row, kFactValid);
  index.partial = rows.boolean(row, kFactPartial);
  index.columns = column_numbers(rows.text(row, kFactColumns));
  index.columns.resize(static_cast<size_t>(rows.integer(row, kFactKeyColumns)));
  if (!rows.is_null(row, kFactKey)) {
    index.key =
        KeyOnIndex{oid_at(rows, row, kFactKey), rows.boolean(row, kFactKeyPrimary),
                   rows.boolean(row, kFactKeyDeferrable), rows.boolean(row, kFactKeyDeferred),
                   optional_text_at(rows, row, kFactKeyComment)};
  }
  index.definition = rows.text(row, kFactDefinition);
  index.tablespace = rows.text(row, kFactTablespace);
  index.comment = optional_text_at(rows, row, kFactComment);
  index.clustered = rows.boolean(row, kFactClustered);
  index.replica_identity = rows.boolean(row, kFactReplicaIdentity);
  const std::vector<Field> columns = array_elements(rows.text(row, kFactStatisticsColumns));
  const std::vector<Field> targets = array_elements(rows.text(row, kFactStatisticsTargets));
  for (size_t i = 0; i < columns.size(); ++i) {
    index.statistics.emplace_back(std::stoll(*columns[i]), std::stoll(*targets[i]));
  }
  for (const Field& name : array_elements(rows.text(row, kFactExtensions))) {
    index.extensions.push_back(name.value_or(""));
  }
  for (const Field& oid : array_elements(rows.text(row, kFactForeignKeys))) {
    index.foreign_keys.push_back(static_cast<Oid>(std::stoul(*oid)));
  }
  index.obstacle = rows.text(row, kFactObstacle);
  return index;
}

Rows ask_of_tables(Transaction& transaction, const char* sql, const std::set<Oid>& oids) {
  const std::vector<Oid> list(oids.begin(), oids.end());
  const Field parameters[] = {integer_array(std::span<const Oid>(list))};
  return transaction.query(sql, parameters, "look at the indexes of tables that get many rows");
}

std::set<Oid> oids_of_filled(const Catalog& catalog, const Plan& plan) {
  std::set<Oid> oids;
  for (const LoadStep& step : plan.load) {
    if (step.rows == 0) continue;
    oids.insert(catalog.relations[step.relation].oid);
    const auto partitions = plan.scope.partitions.find(step.relation);
    if (partitions == plan.scope.partitions.end()) continue;
    for (const size_t member : partitions->second) oids.insert(catalog.relations[member].oid);
  }
  return oids;
}

}  // namespace

RemakeFacts read_remake_facts(Transaction& transaction, const Catalog& catalog, const Plan& plan,
                              const std::vector<size_t>& tables) {
  RemakeFacts facts;
  std::set<Oid> asked, with_referenced;
  Places places;
  for (const size_t table : tables) {
    const Relation& relation = catalog.relations[table];
    asked.insert(relation.oid);
    places.emplace(relation.oid, table);
    for (const ForeignKey& key : relation.foreign_keys) {
      places.emplace(catalog.relations[key.referenced].oid, key.referenced);
    }
  }
  for (const auto& [oid, table] : places) with_referenced.insert(oid);
  const Rows indexes = ask_of_tables(transaction, kIndexFacts, with_referenced);
  for (size_t row = 0; row < indexes.size(); ++row) {
    facts.indexes.push_back(index_at(indexes, row, places));
  }
  const Rows keys = ask_of_tables(transaction, kForeignKeyFacts, asked);
  for (size_t row = 0; row < keys.size(); ++row) {
    facts.foreign_keys[oid_at(keys, row, 0)] = {oid_at(keys, row, 1), text_at(keys, row, 2),
                                                optional_text_at(keys, row, 3),
                                                text_at(keys, row, 4)};
  }
  const Rows others = ask_of_tables(transaction, kOthersAtWork, oids_of_filled(catalog, plan));
  for (size_t row = 0; row < others.size(); ++row) {
    facts.others_at_work.push_back(text_at(others, row, 0));
  }
  return facts;
}

}  // namespace resow
