#include "runner/baseline/control_sql.h"

#include <string_view>

#include "runner/baseline/lease_sql.h"

namespace resow {
namespace {

constexpr const char* kTables = R"sql(
CREATE SCHEMA resow;
COMMENT ON SCHEMA resow IS 'resow: baselines, layout 1';
-- Orders what is noted. Not cached: the writers of one row come one after the other.
CREATE SEQUENCE resow.number CACHE 1;
CREATE TABLE resow.baseline (
  schema_oid pg_catalog.oid PRIMARY KEY,
  schema     pg_catalog.text NOT NULL UNIQUE,
  taken_at   pg_catalog.timestamptz NOT NULL,
  compared   pg_catalog.int8 NOT NULL  -- the number up to which resow.altered was looked at
);
CREATE TABLE resow.tracked (
  relation   pg_catalog.oid PRIMARY KEY,
  schema_oid pg_catalog.oid NOT NULL,
  name       pg_catalog.text NOT NULL,  -- as people see it
  place      pg_catalog.int4 NOT NULL,  -- parents first
  referenced pg_catalog.bool NOT NULL,
  in_place   pg_catalog.bool NOT NULL   -- rows can be put back without anything of the user's firing
);
CREATE INDEX tracked_schema ON resow.tracked (schema_oid);
-- The structure of the schema when the baseline was taken.
CREATE TABLE resow.fact (
  schema_oid pg_catalog.oid NOT NULL,
  object     pg_catalog.text NOT NULL,
  what       pg_catalog.text NOT NULL,
  fact       pg_catalog.text NOT NULL
);
CREATE INDEX fact_schema ON resow.fact (schema_oid);
CREATE TABLE resow.sequence (
  sequence   pg_catalog.oid PRIMARY KEY,
  schema_oid pg_catalog.oid NOT NULL,
  last_value pg_catalog.int8 NOT NULL,
  is_called  pg_catalog.bool NOT NULL
);
CREATE INDEX sequence_schema ON resow.sequence (schema_oid);
-- Structures that somebody changed, as event triggers note it; schema 0: it may be any.
CREATE TABLE resow.altered (number pg_catalog.int8, schema_oid pg_catalog.oid);
)sql";

// Qualified names only: it is read under a pinned search_path, so that what pg_get_* give is
// qualified too.
constexpr const char* kFacts = R"sql(
CREATE FUNCTION resow.facts(of pg_catalog.oid)
RETURNS TABLE (object pg_catalog.text, what pg_catalog.text, fact pg_catalog.text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $resow$
WITH relations AS MATERIALIZED (
  SELECT c.*, c.oid AS id, format('%I.%I', n.nspname, c.relname) AS shown
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid IN (
    SELECT d.objid FROM pg_depend AS d
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = of
      AND d.classid = 'pg_class'::regclass)
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S'))
SELECT shown, 'table', concat_ws(' ', id, relkind, relpersistence, relrowsecurity,
         relforcerowsecurity, pg_get_expr(relpartbound, id),
         CASE WHEN relkind = 'p' THEN pg_get_partkeydef(id) END,
         (SELECT string_agg(i.inhparent::text, ' ' ORDER BY i.inhseqno) FROM pg_inherits AS i
          WHERE i.inhrelid = id))
  FROM relations
UNION ALL
SELECT r.shown, format('column %I', a.attname), concat_ws(' ', a.attnum,
         format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull, a.attidentity,
         a.attgenerated, pg_get_expr(f.adbin, f.adrelid))
  FROM relations AS r JOIN pg_attribute AS a ON a.attrelid = r.id
  LEFT JOIN pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  WHERE r.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT r.shown, format('constraint %I', k.conname),
         concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated)
  FROM relations AS r JOIN pg_constraint AS k ON k.conrelid = r.id
UNION ALL
SELECT r.shown, CASE WHEN p.pronamespace = 'resow'::regnamespace
                     THEN 'trigger that writes the journal' ELSE format('trigger %I', t.tgname) END,
         concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled)
  FROM relations AS r JOIN pg_trigger AS t ON t.tgrelid = r.id JOIN pg_proc AS p ON p.oid = t.tgfoid
  WHERE NOT t.tgisinternal
UNION ALL
SELECT r.shown, 'foreign key triggers', t.tgenabled::text
  FROM relations AS r JOIN pg_trigger AS t ON t.tgrelid = r.id
  WHERE t.tgisinternal AND t.tgenabled <> 'O'
UNION ALL
SELECT r.shown, format('index %I', c.relname), pg_get_indexdef(i.indexrelid)
  FROM relations AS r JOIN pg_index AS i ON i.indrelid = r.id JOIN pg_class AS c
    ON c.oid = i.indexrelid
UNION ALL
SELECT r.shown, format('rule %I', w.rulename), concat_ws(' ', pg_get_ruledef(w.oid), w.ev_enabled)
  FROM relations AS r JOIN pg_rewrite AS w ON w.ev_class = r.id WHERE r.relkind IN ('r', 'p')
UNION ALL
SELECT r.shown, 'sequence', concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement,
         s.seqmax, s.seqmin, s.seqcache, s.seqcycle)
  FROM relations AS r JOIN pg_sequence AS s ON s.seqrelid = r.id
$resow$;

CREATE FUNCTION resow.require_unaltered(of pg_catalog.oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  changes text;
BEGIN
  WITH now AS MATERIALIZED (SELECT * FROM resow.facts(of)),
  before AS MATERIALIZED (SELECT object, what, fact FROM resow.fact WHERE schema_oid = of),
  different AS (
    (SELECT * FROM now EXCEPT SELECT * FROM before)
    UNION ALL (SELECT * FROM before EXCEPT SELECT * FROM now)),
  said AS (
    SELECT object, CASE
        WHEN NOT EXISTS (SELECT FROM before AS b WHERE b.object = d.object) THEN 'was created'
        WHEN NOT EXISTS (SELECT FROM now AS n WHERE n.object = d.object) THEN 'was dropped'
        WHEN bool_or(what = 'table') AND NOT EXISTS (
          SELECT FROM now AS n JOIN before AS b USING (object, what)
          WHERE n.object = d.object AND what = 'table'
            AND split_part(n.fact, ' ', 1) = split_part(b.fact, ' ', 1))
          THEN 'was dropped and made again'
        ELSE 'was altered (' || string_agg(DISTINCT what, ', ' ORDER BY what) || ')' END AS how
    FROM different AS d GROUP BY object)
  SELECT string_agg(object || ' ' || how, '; ' ORDER BY object) INTO changes FROM said;
  IF changes IS NULL THEN RETURN; END IF;
  RAISE EXCEPTION 'the baseline does not fit any more: %', changes
    USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = 'apply the dataset again with --baseline, or let "resow baseline --execute" take'
                 ' what is there now as the baseline';
END
$resow$;
)sql";

// Declares what is there the baseline: journals are emptied, sequences and structure written down.
constexpr const char* kDeclare = R"sql(
CREATE FUNCTION resow.declare_sequences(of pg_catalog.oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  s record;
  unused text := '';
BEGIN
  DELETE FROM resow.sequence WHERE schema_oid = of;
  FOR s IN
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = of
      AND d.classid = 'pg_class'::regclass AND c.relkind = 'S'
  LOOP
    EXECUTE format('INSERT INTO resow.sequence SELECT %s, %s, last_value, is_called FROM %s',
                   s.oid, of, s.name);
  END LOOP;
  -- One that was never drawn from tells its value to nobody but who reads it.
  SELECT string_agg(format(
      '(SELECT setval(%s, %s, false) FROM %I.%I WHERE last_value <> %s OR is_called)',
      b.sequence, b.last_value, n.nspname, c.relname, b.last_value), ', ')
    INTO unused
    FROM resow.sequence AS b JOIN pg_class AS c ON c.oid = b.sequence
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE b.schema_oid = of AND NOT b.is_called;
  EXECUTE format('CREATE OR REPLACE FUNCTION resow.sequences_%s() RETURNS void LANGUAGE plpgsql'
                 ' AS %L', of, format('BEGIN PERFORM %s; END', COALESCE(unused, 'NULL')));
END
$resow$;

CREATE FUNCTION resow.declare(of pg_catalog.oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  t oid;
BEGIN
  FOR t IN SELECT relation FROM resow.tracked WHERE schema_oid = of LOOP
    EXECUTE format('TRUNCATE resow.journal_%s', t);
  END LOOP;
  -- The row of number 0 is gone after a crash of the server, together with what stood beside it.
  EXECUTE format('TRUNCATE resow.change_%s', of);
  EXECUTE format('INSERT INTO resow.change_%s (number, relation) VALUES (0, 0)', of);
  PERFORM resow.declare_sequences(of);
  DELETE FROM resow.kept WHERE schema_oid = of;
  DELETE FROM resow.fact WHERE schema_oid = of;
  INSERT INTO resow.fact SELECT of, f.* FROM resow.facts(of) AS f;
  UPDATE resow.baseline SET taken_at = clock_timestamp(),
         compared = (SELECT last_value FROM resow.number) WHERE schema_oid = of;
  DELETE FROM resow.altered WHERE number <= (SELECT min(compared) FROM resow.baseline);
END
$resow$;
)sql";

constexpr const char* kWriters = R"sql(
-- Who holds locks that keep a relation from being locked, for people.
CREATE FUNCTION resow.writers(of pg_catalog.oid) RETURNS pg_catalog.text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $resow$
SELECT COALESCE(string_agg(DISTINCT CASE WHEN l.pid IS NULL
    THEN 'a prepared transaction (see pg_prepared_xacts)'
    ELSE format('pid %s (%s)%s', l.pid, concat_ws(', ', NULLIF(a.application_name, ''),
        'user ' || a.usename,
        a.state || ' for ' || extract(epoch FROM clock_timestamp() - a.state_change)::int8 || ' s'),
      ': ' || left(regexp_replace(regexp_replace(a.query, '(password|://).*', '\1 ...', 'i'),
                                  '\s+', ' ', 'g'), 100)) END, '; '),
    'nobody any more')
FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.relation = of AND l.granted
  AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
$resow$;
)sql";

constexpr const char* kRewind = R"sql(
-- Waits until nobody has changes in a schema that are not committed, and keeps others from making
-- more. Gives the tables that are not as they were.
CREATE FUNCTION resow.hold(b resow.baseline) RETURNS pg_catalog.oid[]
LANGUAGE plpgsql AS $resow$
DECLARE
  changed oid[];
BEGIN
  BEGIN
    EXECUTE 'SELECT resow.changed_' || b.schema_oid || '()' INTO changed;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    RAISE EXCEPTION 'work in schema % is still running: %', b.schema,
        resow.writers(('resow.change_' || b.schema_oid)::regclass)
      USING ERRCODE = 'lock_not_available',
            HINT = 'let it end, or end it with pg_terminate_backend(PID); SET resow.lock_timeout'
                   ' says how long to wait';
  END;
  IF changed IS NULL OR NOT 0 = ANY (changed) THEN
    RAISE EXCEPTION 'the journal of schema % was lost in a crash of the server', b.schema
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'apply the dataset again with --baseline';
  END IF;
  IF resow.may_be_altered(b) THEN
    PERFORM resow.require_unaltered(b.schema_oid);
    UPDATE resow.baseline AS u SET compared = a.number
      FROM (SELECT max(number) AS number FROM resow.altered) AS a
      WHERE u.schema_oid = b.schema_oid AND a.number > u.compared;
  END IF;
  RETURN array_remove(changed, 0);
END
$resow$;

CREATE FUNCTION resow.undo(relation pg_catalog.oid, part pg_catalog.text)
RETURNS pg_catalog.int8[] LANGUAGE plpgsql AS $resow$
DECLARE
  counts int8[];
BEGIN
  EXECUTE 'SELECT resow.undo_' || relation || '($1)' INTO counts USING part;
  RETURN counts;
END
$resow$;

-- Puts the rows of these tables back while foreign keys are checked and nothing else fires: what
-- went comes back parents first, what came goes children first. One statement for all of them: a
-- text that is read and planned costs as much as putting back a row.
CREATE FUNCTION resow.put_back(tables resow.tracked[]) RETURNS pg_catalog.int8[]
LANGUAGE plpgsql AS $resow$
DECLARE
  parts text[] := '{}';
  counts int8[];
  nth int4 := cardinality(tables);
BEGIN
  FOR i IN 1 .. cardinality(tables) LOOP
    parts := parts || format('resow.undo_%s(%L)', tables[i].relation,
                             CASE WHEN tables[i].referenced THEN 'back' ELSE 'all' END);
  END LOOP;
  FOR i IN REVERSE cardinality(tables) .. 1 LOOP
    CONTINUE WHEN NOT tables[i].referenced;
    parts := parts || format('resow.undo_%s(''gone'')', tables[i].relation);
  END LOOP;
  EXECUTE 'SELECT ARRAY[' || array_to_string(parts, ', ') || ']' INTO counts;
  FOR i IN REVERSE cardinality(tables) .. 1 LOOP
    CONTINUE WHEN NOT tables[i].referenced;
    nth := nth + 1;
    counts[i][1] := counts[nth][1];
  END LOOP;
  RETURN counts;
END
$resow$;

-- Foreign keys between these tables and those of schemas that are not rewound with them. Found by
-- their triggers: there is no index that leads from a table to the keys that refer to it.
CREATE FUNCTION resow.keys_across(tables resow.tracked[], held pg_catalog.oid[])
RETURNS pg_catalog.oid[] LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $resow$
BEGIN
  -- Mostly there are none, which is cheaper to find out. Those of partitions are theirs.
  IF NOT EXISTS (
    SELECT FROM unnest(tables) AS t JOIN pg_class AS r ON r.oid = t.relation
    LEFT JOIN pg_trigger AS g ON g.tgrelid = r.oid AND g.tgisinternal
    LEFT JOIN pg_class AS c ON c.oid = g.tgconstrrelid
    WHERE r.relkind = 'p' OR c.relnamespace <> ALL (held)) THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT array_agg(DISTINCT k.oid)
    FROM (SELECT t.relation FROM unnest(tables) AS t
          UNION ALL SELECT p.relid FROM unnest(tables) AS t
            JOIN pg_class AS r ON r.oid = t.relation AND r.relkind = 'p'
            CROSS JOIN LATERAL pg_partition_tree(t.relation) AS p WHERE p.level > 0) AS m
    JOIN pg_trigger AS g ON g.tgrelid = m.relation AND g.tgisinternal
    JOIN pg_class AS c ON c.oid = g.tgconstrrelid AND c.relnamespace <> ALL (held)
    JOIN pg_constraint AS k ON k.oid = g.tgconstraint AND k.contype = 'f' AND k.convalidated
    LEFT JOIN pg_constraint AS u ON u.oid = k.conparentid
    WHERE u.conrelid IS DISTINCT FROM k.conrelid);  -- not those to the partitions of one table
END
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

CREATE FUNCTION resow.rewind(VARIADIC schemas pg_catalog.text[] DEFAULT '{}')
RETURNS TABLE ("schema" pg_catalog.text, "table" pg_catalog.text, added pg_catalog.int8,
               changed pg_catalog.int8, deleted pg_catalog.int8)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET row_security = off SET lock_timeout = '5s'
SET enable_hashjoin = off SET enable_mergejoin = off AS $resow$
#variable_conflict use_column
DECLARE
  b resow.baseline;
  held oid[] := '{}';
  dirty oid[] := '{}';
  tables resow.tracked[];
  names text[];
  across oid[];
  counts int8[];
  unknown text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'rewind has to see what others have committed meanwhile, and this transaction'
        ' is %', upper(current_setting('transaction_isolation'))
      USING ERRCODE = 'active_sql_transaction',
            HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED; SELECT resow.rewind(); COMMIT';
  END IF;
  schemas := resow.meant(schemas);
  SELECT string_agg(quote_ident(s), ', ') INTO unknown FROM unnest(schemas) AS s
    WHERE NOT EXISTS (SELECT FROM resow.baseline AS k WHERE k.schema = s);
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION 'there is no baseline of %', unknown
      USING ERRCODE = 'undefined_object', HINT = 'resow baseline -n SCHEMA --execute';
  END IF;
  -- A crash of the server takes the baseline with it, and there is nothing to lose with a rewind.
  PERFORM set_config('synchronous_commit', 'off', true);
  -- A SET clause of the function would need a superuser to make it.
  PERFORM set_config('resow.rewinding', 'on', true);
  PERFORM set_config('lock_timeout',
                     COALESCE(NULLIF(current_setting('resow.lock_timeout', true), ''), '5s'), true);
  FOR b IN SELECT * FROM resow.baseline AS k
           WHERE cardinality(schemas) = 0 OR k.schema = ANY (schemas) ORDER BY k.schema_oid LOOP
    dirty := dirty || resow.hold(b);
    held := held || b.schema_oid;
  END LOOP;
  IF cardinality(dirty) > 0 THEN
    SELECT array_agg(t ORDER BY t.place, t.relation), array_agg(k.schema ORDER BY t.place, t.relation)
      INTO tables, names
      FROM resow.tracked AS t JOIN resow.baseline AS k ON k.schema_oid = t.schema_oid
      WHERE t.relation = ANY (dirty);
    across := resow.keys_across(tables, held);
    IF NOT EXISTS (SELECT FROM unnest(tables) AS t WHERE NOT t.in_place)
       AND (across IS NULL OR NOT resow.acts_across(across, held)) THEN
      BEGIN
        counts := resow.put_back(tables);
      EXCEPTION WHEN integrity_constraint_violation THEN
        counts := NULL;  -- unique values were exchanged, or rows refer to each other in a circle
      END;
    END IF;
    IF counts IS NULL THEN
      counts := resow.put_back_aside(tables, resow.key_checks(across));
    END IF;
    FOR i IN 1 .. cardinality(tables) LOOP
      CONTINUE WHEN counts[i][1] = 0 AND counts[i][2] = 0 AND counts[i][3] = 0;
      "schema" := names[i];
      "table" := tables[i].name;
      added := counts[i][1];
      changed := counts[i][2];
      deleted := counts[i][3];
      RETURN NEXT;
    END LOOP;
  END IF;
  DELETE FROM resow.kept AS k WHERE k.schema_oid = ANY (held);
  IF held <> '{}' THEN
    EXECUTE (SELECT 'SELECT ' || string_agg(format('resow.finish_%s()', h), ', ')
             FROM unnest(held) AS h);
  END IF;
  PERFORM set_config('resow.rewinding', '', true);
END
$resow$;
)sql";

// Foreign keys and triggers are out of the way while rows are put back. That throws away the plans
// that the session has prepared, so that it is the second choice.
constexpr const char* kAsideByReplica = R"sql(
CREATE FUNCTION resow.put_back_aside(tables resow.tracked[], checks pg_catalog.text[])
RETURNS pg_catalog.int8[]
LANGUAGE plpgsql SET session_replication_role = replica AS $resow$
DECLARE
  counts int8[] := array_fill(0::int8, ARRAY[cardinality(tables), 3]);
  done int8[];
BEGIN
  FOR i IN 1 .. cardinality(tables) LOOP
    done := resow.undo(tables[i].relation, 'replace');
    counts[i][1] := done[1];
    counts[i][2] := done[2];
    counts[i][3] := done[3];
  END LOOP;
  PERFORM resow.require_keys(checks);
  RETURN counts;
END
$resow$;
)sql";

constexpr const char* kAsideByOwner = R"sql(
-- Without the right to SET session_replication_role, foreign keys are dropped and made again, and
-- triggers and rules disabled, within the transaction.
CREATE FUNCTION resow.put_back_aside(tables resow.tracked[], checks pg_catalog.text[])
RETURNS pg_catalog.int8[]
LANGUAGE plpgsql AS $resow$
DECLARE
  counts int8[] := array_fill(0::int8, ARRAY[cardinality(tables), 3]);
  done int8[];
  relations oid[];
  before text[];
  after text[];
  step text;
BEGIN
  SELECT array_agg(DISTINCT m.relid) INTO relations FROM unnest(tables) AS t
    CROSS JOIN LATERAL (SELECT t.relation AS relid UNION
      SELECT p.relid::oid FROM pg_partition_tree(t.relation::regclass) AS p) AS m;
  SET CONSTRAINTS ALL IMMEDIATE;
  SELECT array_agg(format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)),
         array_agg(format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname,
                          pg_get_constraintdef(k.oid)))
      || array_agg(format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass,
                          d.description)) FILTER (WHERE d.description IS NOT NULL)
    INTO before, after
    FROM pg_constraint AS k LEFT JOIN pg_description AS d
      ON d.objoid = k.oid AND d.classoid = 'pg_constraint'::regclass
    WHERE k.contype = 'f' AND k.conparentid = 0
      AND (k.conrelid = ANY (relations) OR k.confrelid = ANY (relations));
  SELECT before || array_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', t.tgrelid::regclass,
                                    t.tgname)),
         after || array_agg(format('ALTER TABLE %s ENABLE %sTRIGGER %I', t.tgrelid::regclass,
                                   CASE t.tgenabled WHEN 'A' THEN 'ALWAYS ' ELSE '' END, t.tgname))
    INTO before, after
    FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE t.tgrelid = ANY (relations) AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
      AND p.pronamespace <> 'resow'::regnamespace;
  SELECT before || array_agg(format('ALTER TABLE %s DISABLE RULE %I', r.ev_class::regclass,
                                    r.rulename)),
         after || array_agg(format('ALTER TABLE %s ENABLE %sRULE %I', r.ev_class::regclass,
                                   CASE r.ev_enabled WHEN 'A' THEN 'ALWAYS ' ELSE '' END,
                                   r.rulename))
    INTO before, after
    FROM pg_rewrite AS r
    WHERE r.ev_class = ANY (relations) AND r.ev_enabled IN ('O', 'A') AND r.ev_type <> '1';
  FOREACH step IN ARRAY COALESCE(before, '{}') LOOP EXECUTE step; END LOOP;
  FOR i IN 1 .. cardinality(tables) LOOP
    done := resow.undo(tables[i].relation, 'replace');
    counts[i][1] := done[1];
    counts[i][2] := done[2];
    counts[i][3] := done[3];
  END LOOP;
  PERFORM resow.require_keys(checks);
  FOREACH step IN ARRAY COALESCE(after, '{}') LOOP EXECUTE step; END LOOP;
  RETURN counts;
END
$resow$;
)sql";

constexpr const char* kDirty = R"sql(
CREATE FUNCTION resow.dirty(VARIADIC schemas pg_catalog.text[] DEFAULT '{}')
RETURNS TABLE ("schema" pg_catalog.text, "table" pg_catalog.text, operation pg_catalog.text,
               statements pg_catalog.int8, rows pg_catalog.int8, pid pg_catalog.int4,
               application_name pg_catalog.text, test pg_catalog.text,
               first_at pg_catalog.timestamptz, leased_to pg_catalog.text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
#variable_conflict use_column
DECLARE
  b resow.baseline;
BEGIN
  FOR b IN SELECT * FROM resow.baseline AS k
           WHERE cardinality(schemas) = 0 OR k.schema = ANY (schemas) ORDER BY k.schema LOOP
    RETURN QUERY EXECUTE format(
      'SELECT %L::text, t.name, lower(c.operation), count(*), sum(c.rows)::int8, c.pid,'
      ' c.application_name, c.test, min(c.at), %L::text'
      ' FROM resow.change_%s AS c JOIN resow.tracked AS t ON t.relation = c.relation'
      ' GROUP BY t.name, c.operation, c.pid, c.application_name, c.test ORDER BY min(c.number)',
      b.schema,
      (SELECT concat_ws(' ', COALESCE(l.pid::text, l.state), NULLIF(l.application_name, ''))
       FROM resow.leases() AS l
       WHERE l.schema = b.schema),
      b.schema_oid);
  END LOOP;
END
$resow$;
)sql";

// A superuser's event triggers tell when a structure may have changed; they cost a rewind nothing.
constexpr const char* kAlteredByEvents = R"sql(
CREATE FUNCTION resow.note_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
BEGIN
  IF current_setting('resow.rewinding', true) IS NOT DISTINCT FROM 'on' THEN RETURN; END IF;
  IF TG_EVENT = 'sql_drop' THEN
    INSERT INTO resow.altered (number, schema_oid)
    SELECT nextval('resow.number'), COALESCE(b.schema_oid, 0)
    FROM (SELECT DISTINCT o.schema_name FROM pg_event_trigger_dropped_objects() AS o
          WHERE o.object_type NOT LIKE '%temp%' AND COALESCE(o.schema_name, '') <> 'resow'
            AND COALESCE(o.schema_name, '') NOT LIKE 'pg_%') AS o
    LEFT JOIN resow.baseline AS b ON b.schema = o.schema_name
    WHERE o.schema_name IS NULL OR b.schema_oid IS NOT NULL;
  ELSE
    INSERT INTO resow.altered (number, schema_oid)
    SELECT nextval('resow.number'), COALESCE(b.schema_oid, 0)
    FROM (SELECT DISTINCT c.schema_name FROM pg_event_trigger_ddl_commands() AS c
          WHERE COALESCE(c.schema_name, '') <> 'resow'
            AND COALESCE(c.schema_name, '') NOT LIKE 'pg_%'
            AND c.command_tag NOT IN ('GRANT', 'REVOKE', 'COMMENT', 'CREATE EXTENSION')) AS c
    LEFT JOIN resow.baseline AS b ON b.schema = c.schema_name
    WHERE c.schema_name IS NULL OR b.schema_oid IS NOT NULL;
  END IF;
END
$resow$;
CREATE EVENT TRIGGER resow_altered ON ddl_command_end EXECUTE FUNCTION resow.note_ddl();
CREATE EVENT TRIGGER resow_dropped ON sql_drop EXECUTE FUNCTION resow.note_ddl();
ALTER EVENT TRIGGER resow_altered ENABLE ALWAYS;
ALTER EVENT TRIGGER resow_dropped ENABLE ALWAYS;
CREATE FUNCTION resow.may_be_altered(b resow.baseline) RETURNS pg_catalog.bool
LANGUAGE plpgsql AS $resow$
BEGIN
  RETURN EXISTS (SELECT FROM resow.altered AS a
                 WHERE a.number > b.compared AND a.schema_oid IN (0, b.schema_oid));
END
$resow$;
)sql";

constexpr const char* kAlteredByLooking = R"sql(
CREATE FUNCTION resow.may_be_altered(b resow.baseline) RETURNS pg_catalog.bool
LANGUAGE sql AS $resow$ SELECT true $resow$;
)sql";

constexpr const char* kRights = R"sql(
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA resow FROM PUBLIC;
)sql";

}  // namespace

std::vector<std::string> control_sql(const ControlRights& rights) {
  return {kTables,
          kFacts,
          kDeclare,
          kWriters,
          rights.event_triggers ? kAlteredByEvents : kAlteredByLooking,
          rights.set_replica ? kAsideByReplica : kAsideByOwner,
          kLeaseSql,
          kRewind,
          kDirty,
          kRights};
}

std::vector<std::string> drop_control_sql() {
  return {kDropLeaseSql, R"sql(
DROP EVENT TRIGGER IF EXISTS resow_altered;
DROP EVENT TRIGGER IF EXISTS resow_dropped;
DROP FUNCTION IF EXISTS resow.note_ddl();
DROP FUNCTION resow.rewind(pg_catalog.text[]), resow.dirty(pg_catalog.text[]),
  resow.put_back(resow.tracked[]),
  resow.put_back_aside(resow.tracked[], pg_catalog.text[]),
  resow.keys_across(resow.tracked[], pg_catalog.oid[]),
  resow.acts_across(pg_catalog.oid[], pg_catalog.oid[]),
  resow.require_keys(pg_catalog.text[]), resow.key_checks(pg_catalog.oid[]),
  resow.undo(pg_catalog.oid, pg_catalog.text), resow.hold(resow.baseline),
  resow.may_be_altered(resow.baseline), resow.writers(pg_catalog.oid),
  resow.declare(pg_catalog.oid), resow.declare_sequences(pg_catalog.oid),
  resow.require_unaltered(pg_catalog.oid), resow.facts(pg_catalog.oid);
DROP TABLE resow.altered, resow.sequence, resow.fact, resow.tracked, resow.baseline;
DROP SEQUENCE resow.number;
DROP SCHEMA resow;
)sql"};
}

}  // namespace resow
