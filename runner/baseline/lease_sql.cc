#include "runner/baseline/lease_sql.h"

namespace resow {

// The lock of a lease has two keys: 1920167799, which is "rsow" in ASCII, and the schema's oid.
const SqlPart kLeaseSql = {R"sql(
-- Was it drawn from? That somebody ever leased anything is known at once, where pg_locks takes a
-- while to read.
CREATE SEQUENCE resow.leased CACHE 1;

-- What is to be looked at: neither handed out nor rewound until somebody rewinds it by name.
CREATE TABLE resow.kept (
  schema_oid       pg_catalog.oid PRIMARY KEY,
  application_name pg_catalog.text,
  "user"           pg_catalog.text,
  kept_at          pg_catalog.timestamptz NOT NULL
);

-- Who holds which schema, and which are kept.
CREATE FUNCTION resow.leases()
RETURNS TABLE ("schema" pg_catalog.text, pid pg_catalog.int4, application_name pg_catalog.text,
               "user" pg_catalog.text, connected_at pg_catalog.timestamptz,
               state pg_catalog.text, state_since pg_catalog.timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
SELECT b.schema, l.pid, a.application_name, a.usename::text, a.backend_start, a.state,
       a.state_change
FROM pg_locks AS l JOIN resow.baseline AS b ON b.schema_oid = l.objid
LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.classid = 1920167799 AND l.objsubid = 2 AND l.granted
  AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
UNION ALL
SELECT b.schema, NULL, k.application_name, k."user", NULL, 'kept', k.kept_at
FROM resow.kept AS k JOIN resow.baseline AS b ON b.schema_oid = k.schema_oid
$resow$;

-- The same for people; the first ten.
CREATE FUNCTION resow.holders(schemas pg_catalog.text[]) RETURNS pg_catalog.text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $resow$
SELECT string_agg(format('%I is %s', h.schema, CASE WHEN h.pid = pg_backend_pid()
    THEN 'leased to this session'
    ELSE concat('leased to pid ' || h.pid || ' ', format('(%s)', concat_ws(', ',
      NULLIF(h.application_name, ''), 'user ' || h."user",
      h.state || ' for ' || extract(epoch FROM clock_timestamp() - h.state_since)::int8 || ' s')))
    END), '; ' ORDER BY h.nth) FILTER (WHERE h.nth <= 10)
  || CASE WHEN count(*) > 10 THEN format('; and %s more', count(*) - 10) ELSE '' END
FROM (SELECT l.*, row_number() OVER (ORDER BY length(l.schema), l.schema) AS nth
      FROM resow.leases() AS l WHERE l.schema = ANY (schemas)) AS h
$resow$;

-- The schemas that a pattern of resow's (* and ?) names, in the order in which they are handed out.
CREATE FUNCTION resow.baselines_like(pattern pg_catalog.text) RETURNS SETOF resow.baseline
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $resow$
SELECT b.* FROM resow.baseline AS b
WHERE b.schema LIKE COALESCE((
  SELECT string_agg(CASE c.part[1] WHEN '*' THEN '%' WHEN '?' THEN '_' WHEN '%' THEN '\%'
                      WHEN '_' THEN '\_' WHEN '\' THEN '\\' ELSE c.part[1] END, '' ORDER BY c.nth)
  FROM regexp_matches(pattern, '\\.|.', 'g') WITH ORDINALITY AS c(part, nth)), '')
ORDER BY length(b.schema), b.schema
$resow$;

-- One try: locks the schema and rewinds it. Gives NULL when it is the caller's now, 'taken', 'kept',
-- or why it cannot be rewound.
CREATE FUNCTION resow.try_lease(b resow.baseline) RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  locked bool := false;
  reason text;
BEGIN
  locked := pg_try_advisory_lock(1920167799, b.schema_oid::int4);
  IF NOT locked THEN RETURN 'taken'; END IF;
  IF EXISTS (SELECT FROM resow.kept AS k WHERE k.schema_oid = b.schema_oid) THEN
    PERFORM pg_advisory_unlock(1920167799, b.schema_oid::int4);
    RETURN 'kept';
  END IF;
  PERFORM resow.rewind(b.schema);
  RETURN NULL;
EXCEPTION
  WHEN lock_not_available OR object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS reason = MESSAGE_TEXT;
    PERFORM pg_advisory_unlock(1920167799, b.schema_oid::int4);
    RETURN CASE SQLSTATE WHEN '55P03' THEN 'busy: ' ELSE 'unfit: ' END || reason;
  WHEN query_canceled OR OTHERS THEN
    IF locked THEN PERFORM pg_advisory_unlock(1920167799, b.schema_oid::int4); END IF;
    RAISE;
END
$resow$;

CREATE FUNCTION resow.lease(pattern pg_catalog.text DEFAULT '*',
                            wait pg_catalog.interval DEFAULT '30 seconds')
RETURNS pg_catalog.text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  deadline timestamptz := clock_timestamp() + wait;
  own text[] := ARRAY(SELECT l.schema FROM resow.leases() AS l WHERE l.pid = pg_backend_pid());
  patience text := current_setting('resow.lock_timeout', true);
  pause float8 := 0.01;
  candidates text[];
  b resow.baseline;
  answer text;
  busy text[];
  unfit text[] := '{}';
  unfit_schemas text[] := '{}';
  kept text[];
  hopeless bool;
BEGIN
  PERFORM nextval('resow.leased');
  LOOP
    candidates := '{}';
    busy := '{}';
    kept := ARRAY(SELECT l.schema FROM resow.leases() AS l WHERE l.pid IS NULL);
    FOR b IN SELECT * FROM resow.baselines_like(pattern) LOOP
      candidates := candidates || b.schema;
      CONTINUE WHEN b.schema = ANY (own || kept || unfit_schemas);
      -- Where somebody still works there may be another one: that is found out fast.
      PERFORM set_config('resow.lock_timeout', '100ms', true);
      answer := resow.try_lease(b);
      PERFORM set_config('resow.lock_timeout', COALESCE(patience, ''), true);
      IF answer IS NULL THEN RETURN b.schema; END IF;
      IF answer = 'kept' THEN kept := kept || b.schema; END IF;
      IF answer LIKE 'busy: %' THEN busy := busy || substr(answer, 7); END IF;
      IF answer LIKE 'unfit: %' THEN
        unfit := unfit || format('%I: %s', b.schema, substr(answer, 8));
        unfit_schemas := unfit_schemas || b.schema;
        RAISE WARNING 'schema % is not handed out: %', quote_ident(b.schema), substr(answer, 8)
          USING HINT = 'apply the dataset again with --baseline';
      END IF;
    END LOOP;
    IF candidates = '{}' THEN
      RAISE EXCEPTION 'no schema that matches % has a baseline', quote_literal(pattern)
        USING ERRCODE = 'undefined_object',
              HINT = 'resow baseline -n PATTERN --execute, or apply with --baseline';
    END IF;
    hopeless := unfit_schemas || kept @> candidates;
    EXIT WHEN clock_timestamp() >= deadline OR hopeless;
    PERFORM pg_sleep(least(pause, extract(epoch FROM deadline - clock_timestamp())));
    pause := least(pause * 1.5, 0.1);
  END LOOP;
  RAISE EXCEPTION '%', CASE WHEN hopeless
      THEN format('no schema that matches %L can be handed out: ', pattern)
      ELSE format('no schema that matches %L came free within %s s: ', pattern,
                  round(extract(epoch FROM wait)::numeric, 1)) END
      || array_to_string(resow.holders(candidates) || busy || unfit, '; ')
    USING ERRCODE = CASE WHEN hopeless THEN '55000' ELSE '55P03' END,
          HINT = CASE WHEN hopeless
            THEN 'apply the dataset again with --baseline; what is kept can be rewound by its name'
            ELSE 'let a holder go (SELECT resow.release(), or the end of its connection), run fewer'
                 ' workers, or take baselines of more schemas' END;
END
$resow$;

-- The schemas that the session holds, or the one of them that is named.
CREATE FUNCTION resow.own(of pg_catalog.text) RETURNS pg_catalog.text[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  own text[] := ARRAY(
    SELECT l.schema FROM resow.leases() AS l
    WHERE l.pid = pg_backend_pid() AND (of IS NULL OR l.schema = of)
    ORDER BY length(l.schema), l.schema);
BEGIN
  IF own = '{}' AND of IS NULL THEN
    RAISE WARNING 'nothing is leased to this session';
  ELSIF own = '{}' THEN
    RAISE EXCEPTION '%', COALESCE(resow.holders(ARRAY[of]), quote_ident(of) || ' is not leased')
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'only the session that holds a lease can release it';
  END IF;
  RETURN own;
END
$resow$;

CREATE FUNCTION resow.unlock(schemas pg_catalog.text[]) RETURNS SETOF pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY schemas LOOP
    PERFORM pg_advisory_unlock(1920167799, (
      SELECT b.schema_oid::int4 FROM resow.baseline AS b WHERE b.schema = name));
    RETURN NEXT name;
  END LOOP;
END
$resow$;

CREATE FUNCTION resow.release(schema pg_catalog.text DEFAULT NULL) RETURNS SETOF pg_catalog.text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  own text[] := resow.own(release.schema);
BEGIN
  IF own = '{}' THEN RETURN; END IF;
  -- What cannot be rewound stays with its holder, who is told why.
  PERFORM resow.rewind(VARIADIC own);
  RETURN QUERY SELECT resow.unlock(own);
END
$resow$;

-- As release(), but what is there stays.
CREATE FUNCTION resow.keep(schema pg_catalog.text DEFAULT NULL) RETURNS SETOF pg_catalog.text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $resow$
DECLARE
  -- One that nobody has leased may be kept too.
  free bool := EXISTS (SELECT FROM resow.baseline AS b WHERE b.schema = keep.schema)
    AND resow.holders(ARRAY[keep.schema]) IS NULL;
  own text[] := CASE WHEN free THEN ARRAY[keep.schema] ELSE resow.own(keep.schema) END;
  change oid;
BEGIN
  -- Nobody gets it before it is seen to be kept, which is at the transaction's end.
  IF EXISTS (SELECT FROM resow.baseline AS b WHERE CASE WHEN b.schema = ANY (own)
               THEN NOT pg_try_advisory_xact_lock(1920167799, b.schema_oid::int4) END) THEN
    PERFORM resow.own(keep.schema);  -- somebody was faster: tells who
  END IF;
  -- Nor is it about to be rewound.
  FOR change IN SELECT b.schema_oid FROM resow.baseline AS b WHERE b.schema = ANY (own) LOOP
    EXECUTE format('LOCK TABLE resow.change_%s IN ROW EXCLUSIVE MODE', change);
  END LOOP;
  INSERT INTO resow.kept
    SELECT b.schema_oid, current_setting('application_name'), session_user, clock_timestamp()
    FROM resow.baseline AS b WHERE b.schema = ANY (own);
  IF free THEN
    RETURN NEXT keep.schema;
  ELSE
    RETURN QUERY SELECT resow.unlock(own);
  END IF;
END
$resow$;

-- What a rewind is about that names no schema: what is leased to the session, else all of them but
-- what is kept, unless that would undo what others do meanwhile.
CREATE FUNCTION resow.meant(schemas pg_catalog.text[]) RETURNS pg_catalog.text[]
LANGUAGE plpgsql AS $resow$
DECLARE
  own text[];
  others text[];
  kept text[];
BEGIN
  -- What a query would tell, without one.
  IF cardinality(schemas) > 0 OR (pg_sequence_last_value('resow.leased'::regclass) IS NULL
      AND pg_relation_size('resow.kept') = 0) THEN
    RETURN schemas;
  END IF;
  SELECT array_agg(l.schema) FILTER (WHERE l.pid = pg_backend_pid()),
         array_agg(l.schema) FILTER (WHERE l.pid <> pg_backend_pid()),
         array_agg(l.schema) FILTER (WHERE l.pid IS NULL)
    INTO own, others, kept FROM resow.leases() AS l;
  IF own IS NOT NULL THEN RETURN own; END IF;
  IF others IS NOT NULL THEN
    RAISE EXCEPTION 'others work with these schemas: %', resow.holders(others)
      USING ERRCODE = 'object_in_use',
            HINT = 'name what is to be rewound: SELECT resow.rewind(SCHEMA, ...)';
  END IF;
  IF kept IS NULL THEN RETURN schemas; END IF;
  -- A name that nothing has, so that the array is not empty.
  RETURN NULL::text || ARRAY(SELECT b.schema FROM resow.baseline AS b WHERE b.schema <> ALL (kept)
                             ORDER BY b.schema);
END
$resow$;
)sql",
                           "resow.lease(pg_catalog.text, pg_catalog.interval),"
                           " resow.release(pg_catalog.text), resow.keep(pg_catalog.text),"
                           " resow.own(pg_catalog.text), resow.unlock(pg_catalog.text[]),"
                           " resow.try_lease(resow.baseline), resow.meant(pg_catalog.text[]),"
                           " resow.baselines_like(pg_catalog.text),"
                           " resow.holders(pg_catalog.text[]), resow.leases()",
                           "DROP TABLE resow.kept; DROP SEQUENCE resow.leased"};

}  // namespace resow
