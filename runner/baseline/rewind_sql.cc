#include "runner/baseline/rewind_sql.h"

namespace resow {
namespace {

constexpr const char* kHold = R"sql(
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
  AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
  AND l.pid IS DISTINCT FROM pg_backend_pid()
  AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
$resow$;

-- A statement writes into the journal when it ends: until then only its lock tells that it is there.
CREATE FUNCTION resow.await_statements(schemas pg_catalog.text[]) RETURNS void
LANGUAGE plpgsql AS $resow$
DECLARE
  patience interval := current_setting('lock_timeout')::interval;
  deadline timestamptz := CASE WHEN patience > '0' THEN clock_timestamp() + patience
                            ELSE 'infinity' END;
  pause float8 := 0.001;
  name text;
  relation oid;
BEGIN
  LOOP
    SELECT b.schema, l.relation INTO name, relation
      FROM pg_locks AS l
      JOIN resow.tracked AS t ON t.relation = COALESCE(pg_partition_root(l.relation), l.relation)
      JOIN resow.baseline AS b ON b.schema_oid = t.schema_oid
      WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.granted
        AND l.pid IS DISTINCT FROM pg_backend_pid()
        AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
        AND (cardinality(schemas) = 0 OR b.schema = ANY (schemas))
      LIMIT 1;
    IF name IS NULL THEN RETURN; END IF;
    IF clock_timestamp() >= deadline THEN PERFORM resow.raise_running(name, relation); END IF;
    PERFORM pg_sleep(pause);
    pause := least(pause * 1.5, 0.05);
  END LOOP;
END
$resow$;

CREATE FUNCTION resow.raise_running(schema pg_catalog.text, of pg_catalog.oid) RETURNS void
LANGUAGE plpgsql AS $resow$
BEGIN
  RAISE EXCEPTION 'work in schema % is still running: %', schema, resow.writers(of)
    USING ERRCODE = 'lock_not_available',
          HINT = 'let it end, or end it with pg_terminate_backend(PID); SET resow.lock_timeout'
                 ' says how long to wait';
END
$resow$;

-- Waits until nobody has changes in a schema that are not committed, and keeps others from making
-- more. Gives the tables that are not as they were, and what was done to each: 1 rows came, 2 rows
-- changed and kept their keys, 4 rows went; 7 may be any. Table 0 is always there.
CREATE FUNCTION resow.hold(b resow.baseline, OUT relations pg_catalog.oid[],
                           OUT kinds pg_catalog.int4[])
LANGUAGE plpgsql AS $resow$
DECLARE
  noticed bool;
BEGIN
  BEGIN
    EXECUTE 'SELECT * FROM resow.changed_' || b.schema_oid || '()' INTO relations, kinds;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    PERFORM resow.raise_running(b.schema, ('resow.change_' || b.schema_oid)::regclass);
  END;
  IF relations IS NULL OR NOT 0 = ANY (relations) THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM resow.change_' || b.schema_oid || ' WHERE number = 0)'
      INTO noticed;
    IF noticed THEN
      RAISE EXCEPTION 'the baseline of schema % came out of a dump, and fits only where that was made',
          b.schema
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = 'apply the dataset again with --baseline, or let "resow baseline --execute"'
                     ' take what is there now as the baseline';
    END IF;
    RAISE EXCEPTION 'the journal of schema % was lost in a crash of the server', b.schema
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'apply the dataset again with --baseline';
  END IF;
  noticed := resow.notice_altered(b);
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
)sql";

constexpr const char* kPutBack = R"sql(
-- Puts the rows of these tables back while foreign keys are checked and nothing else fires: what
-- went comes back parents first, what came goes children first. One statement for all of them: a
-- text that is read and planned costs as much as putting back a row.
CREATE FUNCTION resow.put_back(tables resow.tracked[], kinds pg_catalog.int4[])
RETURNS pg_catalog.int8[] LANGUAGE plpgsql AS $resow$
DECLARE
  parts text[] := '{}';
  places int4[] := '{}';
  part text;
  done int8[];
  counts int8[] := array_fill(0::int8, ARRAY[cardinality(tables), 3]);
BEGIN
  FOR i IN 1 .. cardinality(tables) LOOP
    part := CASE kinds[i] WHEN 2 THEN 'changed' WHEN 4 THEN 'went'
      WHEN 1 THEN CASE WHEN NOT tables[i].referenced THEN 'came' END
      ELSE CASE WHEN tables[i].referenced AND kinds[i] & 1 = 1 THEN 'back' ELSE 'all' END END;
    CONTINUE WHEN part IS NULL;
    parts := parts || format('resow.undo_%s(%L)', tables[i].relation, part);
    places := places || i;
  END LOOP;
  FOR i IN REVERSE cardinality(tables) .. 1 LOOP
    CONTINUE WHEN NOT tables[i].referenced OR kinds[i] & 1 = 0;
    parts := parts || format('resow.undo_%s(%L)', tables[i].relation,
                             CASE kinds[i] WHEN 1 THEN 'came' ELSE 'gone' END);
    places := places || i;
  END LOOP;
  EXECUTE 'SELECT ARRAY[' || array_to_string(parts, ', ') || ']' INTO done;
  FOR i IN 1 .. cardinality(places) LOOP
    FOR of IN 1 .. 3 LOOP
      CONTINUE WHEN done[i][of] = 0;
      counts[places[i]][of] := done[i][of];
    END LOOP;
  END LOOP;
  RETURN counts;
END
$resow$;
)sql";

// Where nothing fires.
constexpr const char* kReplaceRows = R"sql(
CREATE FUNCTION resow.replace_rows(tables resow.tracked[], checks pg_catalog.text[])
RETURNS pg_catalog.int8[] LANGUAGE plpgsql AS $resow$
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

// Foreign keys and triggers are out of the way while rows are put back. That throws away the plans
// that the session has prepared, so that it is the second choice.
constexpr const char* kAsideByReplica = R"sql(
CREATE FUNCTION resow.put_back_aside(tables resow.tracked[], checks pg_catalog.text[])
RETURNS pg_catalog.int8[]
LANGUAGE plpgsql SET session_replication_role = replica AS $resow$
BEGIN
  RETURN resow.replace_rows(tables, checks);
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
  counts int8[];
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
  counts := resow.replace_rows(tables, checks);
  FOREACH step IN ARRAY COALESCE(after, '{}') LOOP EXECUTE step; END LOOP;
  RETURN counts;
END
$resow$;
)sql";

constexpr const char* kRewind = R"sql(
-- Lists of a few numbers make a plan of their own look cheaper than one that is kept, and making it is
-- a quarter of what a rewind costs. For the same reason values are assigned where a PERFORM would do,
-- which begins a query, and tables that are mostly empty are asked for their size first.
CREATE FUNCTION resow.rewind(VARIADIC schemas pg_catalog.text[] DEFAULT '{}')
RETURNS TABLE ("schema" pg_catalog.text, "table" pg_catalog.text, added pg_catalog.int8,
               changed pg_catalog.int8, deleted pg_catalog.int8)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET row_security = off SET lock_timeout = '5s'
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $resow$
#variable_conflict use_column
DECLARE
  b resow.baseline;
  asked text[] := schemas;
  own xid8;
  held oid[] := '{}';
  dirty oid[] := '{}';
  kinds int4[] := '{}';
  tables resow.tracked[];
  names text[];
  across oid[];
  counts int8[];
  unknown text;
  here record;
  in_place bool;
  finish text := '';
  ignored text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'rewind has to see what others have committed meanwhile, and this transaction'
        ' is %', upper(current_setting('transaction_isolation'))
      USING ERRCODE = 'active_sql_transaction',
            HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED; SELECT resow.rewind(); COMMIT';
  END IF;
  IF asked IS NULL OR array_position(asked, NULL) IS NOT NULL THEN
    RAISE EXCEPTION 'NULL is not the name of a schema'
      USING ERRCODE = 'null_value_not_allowed', HINT = 'SELECT resow.rewind() rewinds all of them';
  END IF;
  schemas := resow.meant(asked);
  IF cardinality(schemas) > 0 THEN
    SELECT string_agg(quote_ident(s), ', ') INTO unknown FROM unnest(schemas) AS s
      WHERE NOT EXISTS (SELECT FROM resow.baseline AS k WHERE k.schema = s);
    IF unknown IS NOT NULL THEN
      RAISE EXCEPTION 'there is no baseline of %', unknown
        USING ERRCODE = 'undefined_object', HINT = 'resow baseline -n SCHEMA --execute';
    END IF;
  END IF;
  -- A crash of the server takes the baseline with it, and there is nothing to lose with a rewind.
  ignored := set_config('synchronous_commit', 'off', true);
  ignored := set_config('lock_timeout',
                        COALESCE(NULLIF(current_setting('resow.lock_timeout', true), ''), '5s'), true);
  -- Where no transaction but ours is under way that has changed anything, none of their statements is.
  own := pg_current_xact_id();
  IF pg_snapshot_xmin(pg_current_snapshot()) <> own OR pg_snapshot_xmax(pg_current_snapshot()) <> own
  THEN
    PERFORM resow.await_statements(schemas);
  END IF;
  FOR b IN SELECT * FROM resow.baseline AS k
           WHERE cardinality(schemas) = 0 OR k.schema = ANY (schemas) ORDER BY k.schema_oid LOOP
    here := resow.hold(b);
    dirty := dirty || here.relations;
    kinds := kinds || here.kinds;
    held := held || b.schema_oid;
  END LOOP;
  -- Meanwhile somebody may have leased or kept one of them: from here on nobody can.
  IF cardinality(asked) = 0 AND schemas[1] IS NULL
      AND resow.meant(asked) IS DISTINCT FROM schemas THEN
    RAISE EXCEPTION 'others keep or give back some of these schemas at this moment'
      USING ERRCODE = 'object_in_use',
            HINT = 'try again, or name what is to be rewound: SELECT resow.rewind(SCHEMA, ...)';
  END IF;
  IF cardinality(dirty) > cardinality(held) THEN
    -- A SET clause of the function would need a superuser to make it.
    ignored := set_config('resow.rewinding', concat(' ', array_to_string(held, ' '), ' '), true);
    SELECT array_agg(q.t), array_agg(q.schema), array_agg(q.kinds), bool_and((q.t).in_place)
      INTO tables, names, kinds, in_place
      FROM (SELECT t, k.schema, d.kinds FROM unnest(dirty, kinds) AS d(relation, kinds)
            JOIN resow.tracked AS t ON t.relation = d.relation
            JOIN resow.baseline AS k ON k.schema_oid = t.schema_oid
            ORDER BY t.place, t.relation) AS q;
    IF pg_relation_size('resow.key_across') > 0 THEN
      SELECT array_agg(DISTINCT a.key) INTO across
        FROM resow.key_across AS a JOIN pg_class AS c ON c.oid = a.elsewhere
        WHERE a.schema_oid = ANY (held) AND a.relation = ANY (dirty)
          AND c.relnamespace <> ALL (held);
    END IF;
    IF in_place AND (across IS NULL OR NOT resow.acts_across(across, held)) THEN
      BEGIN
        counts := resow.put_back(tables, kinds);
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
  IF pg_relation_size('resow.kept') > 0 THEN
    DELETE FROM resow.kept AS k WHERE k.schema_oid = ANY (held);
  END IF;
  IF held <> '{}' THEN
    FOR i IN 1 .. cardinality(held) LOOP
      finish := concat(finish, CASE WHEN i > 1 THEN ', ' END, 'resow.finish_', held[i], '()');
    END LOOP;
    EXECUTE 'SELECT ' || finish;
  END IF;
  ignored := set_config('resow.rewinding', '', true);
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

}  // namespace

std::vector<SqlPart> rewind_sql(bool set_replica) {
  return {
      {kHold,
       "resow.writers(pg_catalog.oid), resow.await_statements(pg_catalog.text[]),"
       " resow.raise_running(pg_catalog.text, pg_catalog.oid), resow.hold(resow.baseline),"
       " resow.undo(pg_catalog.oid, pg_catalog.text)"},
      {kPutBack, "resow.put_back(resow.tracked[], pg_catalog.int4[])"},
      {kReplaceRows, "resow.replace_rows(resow.tracked[], pg_catalog.text[])"},
      {set_replica ? kAsideByReplica : kAsideByOwner,
       "resow.put_back_aside(resow.tracked[], pg_catalog.text[])"},
      {kRewind, "resow.rewind(pg_catalog.text[])"},
      {kDirty, "resow.dirty(pg_catalog.text[])"},
  };
}

}  // namespace resow
