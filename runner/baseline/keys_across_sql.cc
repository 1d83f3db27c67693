#include "runner/baseline/keys_across_sql.h"

namespace resow {

const SqlPart kKeysAcrossSql = {R"sql(
-- Foreign keys between what is tracked and tables of other schemas, which may be rewound with them
-- or not. What is not there any more does no harm.
CREATE TABLE resow.key_across (
  schema_oid pg_catalog.oid NOT NULL,
  relation   pg_catalog.oid NOT NULL,  -- as in resow.tracked
  key        pg_catalog.oid NOT NULL,
  elsewhere  pg_catalog.oid NOT NULL,  -- the table at its other end
  PRIMARY KEY (schema_oid, relation, key, elsewhere)
);

-- Writes them down as they are now. Found by their triggers: there is no index that leads from a
-- table to the keys that refer to it.
CREATE FUNCTION resow.note_keys(of pg_catalog.oid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $resow$
WITH member AS MATERIALIZED (
  SELECT t.relation, t.relation AS part FROM resow.tracked AS t WHERE t.schema_oid = of
  UNION ALL SELECT t.relation, p.relid FROM resow.tracked AS t
    JOIN pg_class AS r ON r.oid = t.relation AND r.relkind = 'p'
    CROSS JOIN LATERAL pg_partition_tree(t.relation) AS p
    WHERE t.schema_oid = of AND p.level > 0),
found AS MATERIALIZED (
  SELECT DISTINCT m.relation, k.oid AS key, c.oid AS elsewhere
  FROM member AS m JOIN pg_trigger AS g ON g.tgrelid = m.part AND g.tgisinternal
  JOIN pg_class AS c ON c.oid = g.tgconstrrelid AND c.relnamespace <> of
  JOIN pg_constraint AS k ON k.oid = g.tgconstraint AND k.contype = 'f' AND k.convalidated
  LEFT JOIN pg_constraint AS u ON u.oid = k.conparentid
  WHERE u.conrelid IS DISTINCT FROM k.conrelid),  -- not those to the partitions of one table
gone AS (
  DELETE FROM resow.key_across AS a WHERE a.schema_oid = of AND NOT EXISTS (
    SELECT FROM found AS f
    WHERE f.relation = a.relation AND f.key = a.key AND f.elsewhere = a.elsewhere))
INSERT INTO resow.key_across (schema_oid, relation, key, elsewhere)
SELECT of, f.relation, f.key, f.elsewhere FROM found AS f ON CONFLICT DO NOTHING
$resow$;

-- What fires where such a key acts would change rows of a schema that is not to be touched.
CREATE FUNCTION resow.acts_across(keys pg_catalog.oid[], held pg_catalog.oid[])
RETURNS pg_catalog.bool LANGUAGE sql STABLE AS $resow$
SELECT EXISTS (
  SELECT FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
  WHERE k.oid = ANY (keys) AND c.relnamespace <> ALL (held)
    AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd')))
$resow$;

-- For each such key a query that says which rows would lack the ones that they refer to.
CREATE FUNCTION resow.key_checks(keys pg_catalog.oid[]) RETURNS pg_catalog.text[]
LANGUAGE sql STABLE AS $resow$
SELECT array_agg(format(
    'SELECT CASE WHEN count(*) > 0 THEN format(%L, count(*)) END FROM %s AS c WHERE %s'
    ' AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)',
    replace(format('%s (%s) refers to what is not in %s: ', k.child, k.conname, k.parent), '%',
            '%%') || '%s', k.child, k.refers, k.parent, k.same) ORDER BY k.child::text, k.conname)
FROM (
  SELECT c.conname, c.conrelid::regclass AS child, c.confrelid::regclass AS parent,
    string_agg(format('p.%I OPERATOR(%I.%s) c.%I', pa.attname, o.nspname, e.oprname, ca.attname),
               ' AND ') AS same,
    string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ') AS refers
  FROM pg_constraint AS c
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey, c.conpfeqop) AS u(ck, pk, equal)
  JOIN pg_attribute AS ca ON ca.attrelid = c.conrelid AND ca.attnum = u.ck
  JOIN pg_attribute AS pa ON pa.attrelid = c.confrelid AND pa.attnum = u.pk
  JOIN pg_operator AS e ON e.oid = u.equal
  JOIN pg_namespace AS o ON o.oid = e.oprnamespace
  WHERE c.oid = ANY (keys) AND COALESCE(to_jsonb(c) ->> 'conperiod', 'false') <> 'true'
    AND has_table_privilege(c.conrelid, 'SELECT') AND has_table_privilege(c.confrelid, 'SELECT')
  GROUP BY c.oid, c.conname, c.conrelid, c.confrelid) AS k
$resow$;

-- Where rows were put back with nothing firing, nobody has compared them with those that stay.
CREATE FUNCTION resow.require_keys(checks pg_catalog.text[]) RETURNS void
LANGUAGE plpgsql AS $resow$
DECLARE
  step text;
  said text;
  broken text[] := '{}';
BEGIN
  FOREACH step IN ARRAY COALESCE(checks, '{}') LOOP
    EXECUTE step INTO said;
    broken := broken || said;
  END LOOP;
  broken := array_remove(broken, NULL);
  IF cardinality(broken) = 0 THEN RETURN; END IF;
  RAISE EXCEPTION 'the baseline does not go with rows of schemas that are not rewound: %',
      array_to_string(broken, '; ')
    USING ERRCODE = 'foreign_key_violation',
          HINT = 'take baselines of all of them, and rewind them together';
END
$resow$;
)sql",
                                "resow.note_keys(pg_catalog.oid),"
                                " resow.acts_across(pg_catalog.oid[], pg_catalog.oid[]),"
                                " resow.key_checks(pg_catalog.oid[]),"
                                " resow.require_keys(pg_catalog.text[])",
                                "DROP TABLE resow.key_across"};

}  // namespace resow
