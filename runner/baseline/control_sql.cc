#include "runner/baseline/control_sql.h"

#include <fmt/format.h>

#include "runner/baseline/keys_across_sql.h"
#include "runner/baseline/lease_sql.h"
#include "runner/baseline/rewind_sql.h"

namespace resow {
namespace {

constexpr const char* kDropTables =
    "DROP TABLE resow.altered, resow.sequence, resow.fact, resow.tracked, resow.baseline;"
    " DROP SEQUENCE resow.number";
constexpr const char* kDropEvents =
    "DROP EVENT TRIGGER IF EXISTS resow_altered; DROP EVENT TRIGGER IF EXISTS resow_dropped;"
    " DROP EVENT TRIGGER IF EXISTS resow_rewritten;"
    " DROP FUNCTION IF EXISTS resow.note_ddl(), resow.note_rewritten()";

constexpr const char* kTables = R"sql(
-- Orders what is noted. Not cached: the writers of one row come one after the other.
CREATE SEQUENCE resow.number CACHE 1;
CREATE TABLE resow.baseline (
  schema_oid pg_catalog.oid PRIMARY KEY,
  schema     pg_catalog.text NOT NULL UNIQUE,
  taken_at   pg_catalog.timestamptz NOT NULL,
  compared   pg_catalog.pg_snapshot NOT NULL  -- what of resow.altered was looked at
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
-- Structures that somebody changed, as event triggers note it; schema 0: it may be any. By the
-- transaction's number, since a number of ours may be seen before one that was drawn earlier.
CREATE TABLE resow.altered (by pg_catalog.xid8 NOT NULL, schema_oid pg_catalog.oid NOT NULL);
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
    WITH own AS MATERIALIZED (
      SELECT d.objid FROM pg_depend AS d
      WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = of
        AND d.classid = 'pg_class'::regclass)
    SELECT o.objid FROM own AS o
    UNION ALL  -- partitions may lie elsewhere
    SELECT p.relid FROM own AS o JOIN pg_class AS r ON r.oid = o.objid AND r.relkind = 'p'
    CROSS JOIN LATERAL pg_partition_tree(r.oid) AS p)
    AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S'))
SELECT shown, 'table', concat_ws(' ', id, relkind, relpersistence, relrowsecurity,
         relforcerowsecurity, pg_get_expr(relpartbound, id),
         CASE WHEN relkind = 'p' THEN pg_get_partkeydef(id) END,
         (SELECT string_agg(i.inhparent::text, ' ' ORDER BY i.inhseqno) FROM pg_inherits AS i
          WHERE i.inhrelid = id),
         (SELECT 'above ' || string_agg(i.inhrelid::text, ' ' ORDER BY i.inhrelid)
          FROM pg_inherits AS i WHERE i.inhparent = id))
  FROM relations
UNION ALL
SELECT r.shown, format('column %I', a.attname), concat_ws(' ', a.attnum,
         format_type(a.atttypid, a.atttypmod), a.attcollation, a.attnotnull, a.attidentity,
         a.attgenerated, pg_get_expr(f.adbin, f.adrelid),
         -- Where no event trigger tells that values were rewritten: that the column was altered.
         CASE WHEN NOT EXISTS (SELECT FROM pg_event_trigger AS e WHERE e.evtname = 'resow_rewritten')
              THEN a.xmin END)
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

-- Whether tables of the schema lie, or have partitions or children, in another one.
CREATE FUNCTION resow.is_elsewhere(of pg_catalog.oid) RETURNS pg_catalog.bool
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $resow$
SELECT EXISTS (
  SELECT FROM resow.tracked AS t JOIN pg_class AS c ON c.oid = t.relation
  WHERE t.schema_oid = of AND (c.relnamespace <> of OR EXISTS (
    SELECT FROM pg_inherits AS i JOIN pg_class AS h ON h.oid = i.inhrelid
    WHERE i.inhparent = t.relation AND h.relnamespace <> of)))
$resow$;

CREATE FUNCTION resow.require_unaltered(of pg_catalog.oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  changes text;
  name text;
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
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE oid = of) THEN
    SELECT b.schema INTO name FROM resow.baseline AS b WHERE b.schema_oid = of;
    RAISE EXCEPTION 'schema % was dropped: there is nothing to bring back to its baseline', name
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = format('make it again and apply the dataset with --baseline, or forget the'
                          ' baseline: resow baseline --drop -n %L --execute', name);
  END IF;
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
                 ' AS %L', of, 'BEGIN ' || COALESCE('PERFORM ' || unused || '; ', '') || 'END');
END
$resow$;

-- A TRUNCATE removes also what its transaction cannot see, which would be missing from the journal:
-- where it began before the baseline was taken, or before what it saw changed was put back.
CREATE FUNCTION resow.require_sight(of pg_catalog.oid, name pg_catalog.text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  found bool;
BEGIN
  -- Fails in just this way where entries that it sees are gone.
  EXECUTE format('SELECT bool_or(c.number = 0) FROM ('
                 'SELECT number FROM resow.change_%s FOR KEY SHARE) AS c', of) INTO found;
  IF found THEN RETURN; END IF;
  RAISE EXCEPTION 'could not serialize access: % got its baseline after this transaction began', name
    USING ERRCODE = 'serialization_failure', HINT = 'The transaction might succeed if retried.';
END
$resow$;

CREATE FUNCTION resow.declare(of pg_catalog.oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  t oid;
  -- What is altered from here on is compared with what was found.
  seen pg_snapshot := pg_current_snapshot();
BEGIN
  FOR t IN SELECT relation FROM resow.tracked WHERE schema_oid = of LOOP
    EXECUTE format('TRUNCATE resow.journal_%s', t);
  END LOOP;
  -- The row of number 0 is gone after a crash of the server, together with what stood beside it.
  EXECUTE format('TRUNCATE resow.change_%s', of);
  -- It says where it belongs: tables that come out of a dump are others.
  EXECUTE format('INSERT INTO resow.change_%1$s (number, relation, rows)'
                 ' VALUES (0, 0, ''resow.change_%1$s''::regclass::oid::int8)', of);
  PERFORM resow.declare_sequences(of);
  DELETE FROM resow.kept WHERE schema_oid = of;
  DELETE FROM resow.fact WHERE schema_oid = of;
  INSERT INTO resow.fact SELECT of, f.* FROM resow.facts(of) AS f;
  PERFORM resow.note_keys(of);
  UPDATE resow.baseline SET taken_at = clock_timestamp(), compared = seen WHERE schema_oid = of;
  DELETE FROM resow.altered WHERE by < (
    SELECT pg_snapshot_xmin(b.compared) FROM resow.baseline AS b ORDER BY 1 LIMIT 1);
END
$resow$;
)sql";

// A superuser's event triggers tell when a structure may have changed; they cost a rewind nothing.
// Tables of schemas without a baseline are noted where foreign keys may have come with them.
constexpr const char* kAlteredByEvents = R"sql(
CREATE FUNCTION resow.note_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
BEGIN
  IF COALESCE(current_setting('resow.rewinding', true), '') <> '' THEN RETURN; END IF;
  IF TG_EVENT = 'sql_drop' THEN
    INSERT INTO resow.altered (by, schema_oid)
    SELECT pg_current_xact_id(), COALESCE(b.schema_oid, 0)
    FROM (SELECT DISTINCT o.schema_name, o.object_type = 'trigger' AS is_trigger
          FROM pg_event_trigger_dropped_objects() AS o
          WHERE o.object_type NOT LIKE '%temp%' AND COALESCE(o.schema_name, '') <> 'resow'
            AND COALESCE(o.schema_name, '') NOT LIKE 'pg_%') AS o
    LEFT JOIN resow.baseline AS b ON b.schema = o.schema_name
    -- A partition that lies elsewhere goes with the triggers that write the journal.
    WHERE o.schema_name IS NULL OR o.is_trigger OR b.schema_oid IS NOT NULL;
  ELSE
    INSERT INTO resow.altered (by, schema_oid)
    SELECT DISTINCT pg_current_xact_id(), COALESCE(n.oid, 0)
    FROM pg_event_trigger_ddl_commands() AS c
    LEFT JOIN pg_namespace AS n ON n.nspname = c.schema_name
    LEFT JOIN resow.baseline AS b ON b.schema_oid = n.oid
    WHERE COALESCE(c.schema_name, '') <> 'resow' AND COALESCE(c.schema_name, '') NOT LIKE 'pg_%'
      AND c.command_tag NOT IN ('GRANT', 'REVOKE', 'COMMENT', 'CREATE EXTENSION')
      AND (c.schema_name IS NULL OR b.schema_oid IS NOT NULL
           OR c.command_tag IN ('CREATE TABLE', 'ALTER TABLE'));
  END IF;
END
$resow$;
-- ALTER COLUMN ... TYPE ... USING changes rows that no trigger sees, and may leave the structure as it
-- was: what stands here is told apart from what is there.
CREATE FUNCTION resow.note_rewritten() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  rewritten oid := pg_event_trigger_table_rewrite_oid();
BEGIN
  IF pg_event_trigger_table_rewrite_reason() & 4 = 0
      OR COALESCE(current_setting('resow.rewinding', true), '') <> '' THEN RETURN; END IF;
  INSERT INTO resow.fact (schema_oid, object, what, fact)
  SELECT t.schema_oid, format('%I.%I', n.nspname, c.relname), 'its values rewritten', ''
  FROM resow.tracked AS t JOIN pg_class AS c ON c.oid = rewritten
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE t.relation = COALESCE(pg_partition_root(rewritten)::oid, rewritten);
END
$resow$;
CREATE EVENT TRIGGER resow_rewritten ON table_rewrite EXECUTE FUNCTION resow.note_rewritten();
ALTER EVENT TRIGGER resow_rewritten ENABLE ALWAYS;
CREATE EVENT TRIGGER resow_altered ON ddl_command_end EXECUTE FUNCTION resow.note_ddl();
CREATE EVENT TRIGGER resow_dropped ON sql_drop EXECUTE FUNCTION resow.note_ddl();
ALTER EVENT TRIGGER resow_altered ENABLE ALWAYS;
ALTER EVENT TRIGGER resow_dropped ENABLE ALWAYS;
-- Gives whether it looked.
CREATE FUNCTION resow.notice_altered(b resow.baseline) RETURNS pg_catalog.bool
LANGUAGE plpgsql AS $resow$
DECLARE
  seen pg_snapshot := pg_current_snapshot();
  here bool;
BEGIN
  IF pg_relation_size('resow.altered') = 0 THEN RETURN false; END IF;
  SELECT bool_or(a.schema_oid IN (0, b.schema_oid)) INTO here FROM resow.altered AS a
    WHERE NOT pg_visible_in_snapshot(a.by, b.compared);
  IF here IS NULL THEN RETURN false; END IF;
  IF here OR resow.is_elsewhere(b.schema_oid) THEN PERFORM resow.require_unaltered(b.schema_oid); END IF;
  PERFORM resow.note_keys(b.schema_oid);
  UPDATE resow.baseline AS u SET compared = seen WHERE u.schema_oid = b.schema_oid;
  RETURN true;
END
$resow$;
)sql";

constexpr const char* kAlteredByLooking = R"sql(
CREATE FUNCTION resow.notice_altered(b resow.baseline) RETURNS pg_catalog.bool
LANGUAGE plpgsql AS $resow$
BEGIN
  PERFORM resow.require_unaltered(b.schema_oid);
  PERFORM resow.note_keys(b.schema_oid);
  RETURN true;
END
$resow$;
)sql";

// In the order in which they are made.
std::vector<SqlPart> parts_of_control(const ControlRights& rights) {
  std::vector<SqlPart> parts = {
      {kTables, "", kDropTables},
      {kFacts,
       "resow.facts(pg_catalog.oid), resow.is_elsewhere(pg_catalog.oid),"
       " resow.require_unaltered(pg_catalog.oid)"},
      {kDeclare,
       "resow.declare_sequences(pg_catalog.oid), resow.declare(pg_catalog.oid),"
       " resow.require_sight(pg_catalog.oid, pg_catalog.text)"},
      {rights.event_triggers ? kAlteredByEvents : kAlteredByLooking,
       "resow.notice_altered(resow.baseline)"},
      kLeaseSql,
      kKeysAcrossSql,
  };
  for (const SqlPart& part : rewind_sql(rights.set_replica)) parts.push_back(part);
  return parts;
}

}  // namespace

std::vector<std::string> control_sql(const ControlRights& rights) {
  std::vector<std::string> statements;
  for (const SqlPart& part : parts_of_control(rights)) {
    statements.emplace_back(part.sql);
    if (*part.functions == '\0') continue;
    statements.push_back(fmt::format("REVOKE ALL ON FUNCTION {} FROM PUBLIC", part.functions));
  }
  statements.push_back(
      fmt::format("COMMENT ON TABLE resow.baseline IS '{}'", std::string_view(kControlComment)));
  return statements;
}

std::vector<std::string> drop_control_sql() {
  const std::vector<SqlPart> parts = parts_of_control({});
  std::vector<std::string> statements = {kDropEvents};
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (*part->functions == '\0') continue;
    statements.push_back(fmt::format("DROP FUNCTION {}", part->functions));
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    statements.emplace_back(part->drop);
  std::erase(statements, "");
  return statements;
}

}  // namespace resow
