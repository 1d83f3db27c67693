#!/usr/bin/env bash
# resow seed --auto: rows for every table of schemas that nobody has described.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"

# Tables without a row, one a line.
empty_tables() {
  psql -XAtq -v ON_ERROR_STOP=1 -d "$db" <<'SQL'
SELECT format('SELECT %L WHERE NOT EXISTS (SELECT FROM %s)', c.oid::regclass, c.oid::regclass)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$|resow$)'
ORDER BY n.nspname, c.relname \gexec
SQL
}

# fills SCHEMA.sql STATUS OPTIONS...: all tables but those that are named in $impossible.
impossible=""
fills() {
  new_database
  sql_file "$source_dir/tests/cli/schemas/$1.sql"
  run "$2" seed --auto --rows 100 --keep-going --execute -d "$db" "${@:3}"
  equals "$(empty_tables)" "$impossible" "$1: $out"
}

fills arcs 0
equals "$(sql 'SELECT count(*) FROM by_sum')" 100
equals "$(sql 'SELECT count(*) FROM plans')" 100
fills partitions 0
equals "$(sql 'SELECT count(*) FROM events')" 100
equals "$(sql 'SELECT count(*) FROM orders')" 100
fills cycles 0
equals "$(sql 'SELECT count(*) FROM concept')" 100
equals "$(sql "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable")" 2 "constraints as they were"
fills domains 0
fills triggers 0
equals "$(sql 'SELECT count(*) > 10 AND count(*) < 100 FROM attribute')" t
equals "$(sql 'SELECT count(*) > 10 FROM build')" t
fills overlaps 0
equals "$(sql 'SELECT count(*) FROM one_row')" 1
equals "$(sql 'SELECT count(*), count(DISTINCT role), count(DISTINCT lower(email)) FROM members')" "100|2|100"
# Ten times as many children as a partial key over the parent would take.
echo '{"dataset": "crowded", "schemas": ["public"], "reset": ["addresses", "members"], "tables": {"members": {"rows": 10}, "addresses": {"rows": 100}}}' >"$work/crowded.json"
run 0 apply "$work/crowded.json" -d "$db" --execute
equals "$(sql "SELECT count(*), count(DISTINCT member_id) > 1, string_agg(DISTINCT state, ' ') !~ 'main' FROM addresses")" "100|t|t"
run 0 verify "$work/crowded.json" --content -d "$db"
run 0 init -d "$db" -n public
fills legacy 0 -n Legacy

# The server judges what is not understood: each check is satisfied by construction, none by chance.
fills judged 0
for table in orders codes numbers stops groups prices parity fifth pairs claims both_ways labels tags; do
  equals "$(sql "SELECT count(*) FROM $table")" 100 "$table"
done
equals "$(sql 'SELECT count(DISTINCT kind_id) FROM fifth')" 1
equals "$(sql 'SELECT count(*) FROM (SELECT DISTINCT a, b FROM pairs) AS p')" 100
new_database
sql_file "$source_dir/tests/cli/schemas/judged.sql"
run 0 seed --auto --rows 50 --execute -d "$db"
contains "$out" "seeded"
first=$(sql 'SELECT md5(string_agg(p::text, $$,$$ ORDER BY id)) FROM prices AS p')
new_database
sql_file "$source_dir/tests/cli/schemas/judged.sql"
run 0 seed --auto --rows 50 --execute -d "$db"
equals "$(sql 'SELECT md5(string_agg(p::text, $$,$$ ORDER BY id)) FROM prices AS p')" "$first" "the same bytes"

# What no proposed value satisfies is a fault before anything is changed, with the check's name.
new_database
sql "CREATE TABLE first (id serial PRIMARY KEY); CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT hopeless CHECK (a * a + b * b + 1 < a * b))"
run 2 seed --auto --rows 10 --execute -d "$db"
contains "$err" "public.t: no row is known that satisfies the check hopeless"
equals "$(sql 'SELECT count(*) FROM first')" 0
# A function that writes is refused by the server while it is asked, and nothing is written.
sql "DROP TABLE t; CREATE TABLE seen (n integer); CREATE FUNCTION writes(integer) RETURNS boolean LANGUAGE plpgsql AS
  'BEGIN INSERT INTO seen VALUES (1); RETURN true; END'; CREATE TABLE t (a integer NOT NULL CHECK (writes(a)))"
run 0 seed --auto --rows 10 -d "$db"
equals "$(sql 'SELECT count(*) FROM seen')" 0
run 0 seed --auto --rows 10 --execute -d "$db" -t t
equals "$(sql 'SELECT count(*) FROM t')" 10

# Rows that exclude each other are made apart.
fills excluded 0
for table in booking shift visit tariff zone cage host slot; do
  equals "$(sql "SELECT count(*) FROM $table")" 100 "$table"
done
fills shared_columns 0
equals "$(sql 'SELECT count(*) FROM task')" 100
equals "$(sql 'SELECT count(*) > 10 FROM member')" t

# Rows of several kinds: subtypes have as many as there are of their kind, no matter which.
fills kinds 0
for table in category folder worker project issue day booking friendship match block part_member assignment offer rate; do
  equals "$(sql "SELECT count(*) FROM $table")" 100 "$table"
done
equals "$(sql "SELECT (SELECT count(*) FROM person) = count(*) FROM party WHERE kind = 'person'")" t
equals "$(sql "SELECT (SELECT count(*) FROM company) = count(*) FROM party WHERE kind = 'company'")" t
equals "$(sql 'SELECT count(*) > 20 FROM book')" t
equals "$(sql 'SELECT count(*), count(DISTINCT best), count(DISTINCT worst) FROM day')" "100|2|2"
equals "$(sql 'SELECT count(*) FROM folder WHERE parent IS NULL')" 1
equals "$(sql 'SELECT count(*) > 10 FROM link')" t
equals "$(sql 'SELECT count(*) > 90 FROM member')" t
equals "$(sql 'SELECT count(*) > 30 FROM booking_link')" t

# Triggers that fill a supertype, draw from a sequence, or need rows that come later.
fills side_effects 0
equals "$(sql 'SELECT count(*) FROM letter')" 100
equals "$(sql 'SELECT count(*) FROM document')" 300 "100 of its own, 200 of triggers"
equals "$(sql 'SELECT count(*) FROM amount')" 100
impossible=$(printf 'later\nspread')
fills measurements 1
contains "$out" "not filled: public.later: public.later has no partition that could take a row"
equals "$(sql 'SELECT count(*) FROM payment')" 100
equals "$(sql 'SELECT count(*) FROM card_type')" 39 "one number of the sequence is left"
impossible=""

# Looked at when the transaction ends, by a function that finds its table by the search_path and
# names none: its table alone is left out.
new_database
sql "
CREATE TABLE hotel (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE guest (id serial PRIMARY KEY, name text NOT NULL);
CREATE FUNCTION never_mind() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
  IF (SELECT count(*) FROM hotel) > 0 THEN RAISE EXCEPTION ''no hotel is good enough''; END IF;
  RETURN NULL;
END';
CREATE CONSTRAINT TRIGGER never AFTER INSERT ON hotel DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION never_mind();"
run 1 seed --auto --rows 100 --keep-going --execute -d "$db"
contains "$out" "not filled: public.hotel: COPY public.hotel: no hotel is good enough"
equals "$(sql 'SELECT count(*) FROM guest')" 100
equals "$(sql 'SELECT count(*) FROM hotel')" 0

# An extension's internal error (XX000) is about the row that is tried.
new_database
sql "
CREATE TABLE road (id serial PRIMARY KEY, shape text NOT NULL);
CREATE TABLE closure (id serial PRIMARY KEY, road_id int NOT NULL REFERENCES road, shape text NOT NULL);
CREATE FUNCTION read_shape() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
  IF NEW.shape !~ ''^a[0-9]*$'' THEN RAISE EXCEPTION ''parse error - invalid geometry'' USING ERRCODE = ''XX000''; END IF;
  RETURN NEW;
END';
CREATE TRIGGER read_shape BEFORE INSERT ON road FOR EACH ROW EXECUTE FUNCTION read_shape();"
run 0 seed --auto --rows 20 --keep-going --execute -d "$db"
equals "$(sql 'SELECT count(*) > 0 FROM road'),$(sql 'SELECT count(*) FROM closure')" "t,20"

# What triggers ask of a row is found by trying: patterns, lists, parents of the right kind, the one
# row that comes first. What no row satisfies is named with what the trigger says and where.
impossible=$(printf 'closed\npending\nschema_migrations')
fills refusals 1
contains "$out" "stays: public.schema_migrations (table of a migration tool (Rails, golang-migrate or dbmate))"
contains "$out" "not filled: public.closed: COPY public.closed: closed for good (SQLSTATE P0001), raised in refuse()"
contains "$out" "not filled: public.pending: its rows are gone: a trigger took them away again"
for table in member edition settings account grants record; do
  equals "$(sql "SELECT count(*) FROM $table")" 100 "$table"
done
equals "$(sql 'SELECT count(*) > 0 FROM branch')" t
equals "$(sql "SELECT count(*) FROM branch JOIN member ON card = head WHERE kind <> 'director'")" 0
equals "$(sql 'SELECT string_agg(public_id, $$,$$) FROM scope')" global
first=$(sql 'SELECT md5(string_agg(m::text, $$,$$ ORDER BY card)) FROM member AS m')
fills refusals 1
equals "$(sql 'SELECT md5(string_agg(m::text, $$,$$ ORDER BY card)) FROM member AS m')" "$first" "the same bytes"
impossible=""

# A tree of kinds that a trigger spreads over a table for each, and a check that ties the kind to the row that it is within: the one
# root, what is within it, and what is within that.
new_database
cat >"$work/areas.sql" <<'SQL'
CREATE TABLE area_kind (kind text PRIMARY KEY CHECK (kind IN ('unknown', 'world', 'country', 'town')));
CREATE TABLE plan (area text NOT NULL, id text PRIMARY KEY, UNIQUE (area, id));
CREATE TABLE area (
  code text PRIMARY KEY CHECK (length(code) > 9 OR code = 'world'), kind text NOT NULL REFERENCES area_kind, within text REFERENCES area,
  plan_id text, FOREIGN KEY (code, plan_id) REFERENCES plan (area, id),
  CHECK ((kind = 'world' AND within IS NULL) OR (kind = 'country' AND within = 'world') OR (kind = 'town' AND within IS NOT NULL AND within <> 'world')));
CREATE TABLE area_world (code text PRIMARY KEY REFERENCES area CHECK (code = 'world'));
CREATE TABLE area_country (code text PRIMARY KEY REFERENCES area, within text NOT NULL REFERENCES area_world);
CREATE TABLE area_town (code text PRIMARY KEY CHECK (length(code) > 9) REFERENCES area, within text NOT NULL REFERENCES area_country);
ALTER TABLE plan ADD FOREIGN KEY (area) REFERENCES area;
CREATE FUNCTION add_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind = 'world' THEN INSERT INTO area_world VALUES (NEW.code); RETURN NEW; END IF;
  IF NEW.kind = 'country' THEN INSERT INTO area_country VALUES (NEW.code, NEW.within); RETURN NEW; END IF;
  IF NEW.kind = 'town' THEN INSERT INTO area_town VALUES (NEW.code, NEW.within); RETURN NEW; END IF;
  RAISE EXCEPTION 'what kind of area is a %?', NEW.kind;
END $$;
CREATE TRIGGER new_area AFTER INSERT ON area FOR EACH ROW EXECUTE FUNCTION add_area();
CREATE TABLE shop (id bigserial PRIMARY KEY, town text NOT NULL REFERENCES area_town, name text NOT NULL);
SQL
sql_file "$work/areas.sql"
run 0 seed --auto --rows 100 --keep-going --execute -d "$db"
equals "$(empty_tables)" ""
equals "$(sql 'SELECT count(*) FROM shop')" 100
equals "$(sql "SELECT count(*) FILTER (WHERE kind = 'world'), count(*) FILTER (WHERE kind = 'country') > 10, count(*) FILTER (WHERE kind = 'town') > 10 FROM area")" "1|t|t"
equals "$(sql 'SELECT count(*) > 10, count(DISTINCT within) > 1 FROM area_town')" "t|t"

# A trigger puts a row into the supertype, which refers to rows that are there: no others are added.
new_database
sql "CREATE TABLE project (id text PRIMARY KEY CHECK (length(id) > 10));
  CREATE TABLE item (id text PRIMARY KEY CHECK (length(id) > 10));
  CREATE TABLE store (id text PRIMARY KEY CHECK (length(id) > 10) REFERENCES item, project_id text NOT NULL REFERENCES project, UNIQUE (project_id, id));
  CREATE TABLE static_store (id text PRIMARY KEY, project_id text NOT NULL, filter text, FOREIGN KEY (project_id, id) REFERENCES store (project_id, id));
  CREATE TABLE vault_store (id text PRIMARY KEY, project_id text NOT NULL CHECK (length(btrim(project_id)) > 10), FOREIGN KEY (project_id, id) REFERENCES store (project_id, id));
  CREATE FUNCTION add_item() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO item VALUES (NEW.id); RETURN NEW; END';
  CREATE TRIGGER add_item BEFORE INSERT ON store FOR EACH ROW EXECUTE FUNCTION add_item();
  CREATE FUNCTION add_store() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO store VALUES (NEW.id, NEW.project_id); RETURN NEW; END';
  CREATE TRIGGER add_store BEFORE INSERT ON static_store FOR EACH ROW EXECUTE FUNCTION add_store();
  CREATE TRIGGER add_store BEFORE INSERT ON vault_store FOR EACH ROW EXECUTE FUNCTION add_store();
  CREATE FUNCTION no_filter() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.filter IS NOT NULL THEN RAISE EXCEPTION ''filter is deprecated and cannot be set''; END IF; RETURN NEW; END';
  CREATE TRIGGER no_filter BEFORE INSERT ON static_store FOR EACH ROW EXECUTE FUNCTION no_filter();"
run 0 seed --auto --rows 100 --keep-going --execute -d "$db"
equals "$(sql 'SELECT (SELECT count(*) FROM static_store), (SELECT count(*) FROM vault_store), (SELECT count(*) FROM project)')" "100|100|100"

# What nothing declares: the form of documents that columns are made of, rows that a trigger's value
# refers to, keys apart from those of a supertype's other rows, rows that stay only where others
# refer to them.
impossible=never
fills asked_for 1
contains "$out" "not filled: public.never: COPY public.never: function no_such_function(integer) does not exist"
for table in execution result item remark host_history target_history artist work_tag checkin_comment; do
  equals "$(sql "SELECT count(*) FROM $table")" 100 "$table"
done
contains "$out" "note: public.known_kind: a row more, with kind = "
equals "$(sql 'SELECT count(*) FROM item JOIN known_kind ON known_kind.kind = item.kind::text')" 100
equals "$(sql 'SELECT count(*) > 200 FROM history_base')" t
equals "$(sql "SELECT count(*) > 20 AND bool_and(slot LIKE 'WS%') FROM wall_slot")" t
equals "$(sql 'SELECT count(*) FROM tag WHERE NOT EXISTS (SELECT FROM artist_tag WHERE tag_id = tag.id)')" 0
impossible=""

# So are the settings that triggers read, in the transaction alone; the report says which.
fills sessions 0
contains "$out" "note: the setting app.user_id is "
contains "$out" "while rows come in: triggers of public.document read it"
contains "$out" "the setting app.user_name is "
for table in document comment species; do
  equals "$(sql "SELECT count(*) FROM $table")" 100 "$table"
done
equals "$(sql "SELECT coalesce(current_setting('app.user_id', true), '')")" ""

# The functions of an extension are found where it is, as in a session of the application.
new_database
sql 'CREATE SCHEMA extensions; CREATE EXTENSION pgcrypto SCHEMA extensions;
CREATE TABLE login (id serial PRIMARY KEY, password text NOT NULL);'
sql "CREATE FUNCTION hash_password() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
  NEW.password := encode(digest(NEW.password, ''sha256''), ''hex''); RETURN NEW; END';
CREATE TRIGGER hash BEFORE INSERT ON login FOR EACH ROW EXECUTE FUNCTION hash_password();"
run 0 seed --auto --rows 10 --keep-going --execute -d "$db"
equals "$(sql 'SELECT min(length(password)) FROM login')" 64

# A schema with quotes and a backslash in its name: as it is, or quoted as psql does.
new_database
sql 'CREATE SCHEMA "odd ""\name"; CREATE TABLE "odd ""\name"."t""1" (id serial PRIMARY KEY, a text NOT NULL)'
run 0 seed --auto --rows 10 --execute -d "$db" -n 'odd "\name'
equals "$(sql 'SELECT count(*) FROM "odd ""\name"."t""1"')" 10
run 0 seed --auto --rows 10 -d "$db" -n '"odd ""\name"' -t '"odd ""\name"."t""1"'
run 2 seed --auto --rows 10 -d "$db" -n 'odd "\nam'
contains "$err" 'did you mean "odd "\name"?'

# What cannot be is named, with the reason; the others do not suffer from it.
impossible=$(printf 'after_never\nnever')
fills reference 1
contains "$out" "not filled: public.never: public.never: no value satisfies the check never_check"
contains "$out" "not filled: public.after_never: public.after_never.never_id has to refer to a row of public.never"
contains "$out" "2 tables not filled"
equals "$(sql 'SELECT count(*) FROM maybe_never WHERE never_id IS NULL')" 100
# Rows that were there stay the only ones, and others refer to them.
equals "$(sql 'SELECT count(*) FROM currency')" 2
equals "$(sql 'SELECT count(DISTINCT currency) FROM price')" 2
run 1 seed --auto --rows 100 --keep-going --format json -d "$db" --execute
contains "$out" '"left_out"'
equals "$(sql 'SELECT count(*) FROM price')" 100 "a second run adds nothing"

# Without --keep-going nothing is filled when something cannot be.
new_database
sql_file "$source_dir/tests/cli/schemas/reference.sql"
run 2 seed --auto --execute -d "$db"
contains "$err" "no value satisfies the check never_check"
equals "$(sql 'SELECT count(*) FROM price')" 0

# The preview says what would be.
run 0 seed --auto --rows 7 --keep-going -d "$db"
contains "$out" "cannot be filled"
contains "$out" "currency"
equals "$(sql 'SELECT count(*) FROM price')" 0

run 2 seed --rows 7 "$batches" -d "$db"
contains "$err" "a dataset says how many rows there are"
run 2 seed --auto "$batches" -d "$db"
contains "$err" "there is a dataset as well"
run 2 seed -d "$db"
contains "$err" "say --auto"

# Rows that a trigger refuses, some of them: how many were taken, and what was said of another.
new_database
sql "CREATE TABLE evens (id serial PRIMARY KEY, n int NOT NULL);
  CREATE FUNCTION even() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN IF NEW.n % 2 = 1 THEN RAISE EXCEPTION ''n must be even''; END IF; RETURN NEW; END';
  CREATE TRIGGER even BEFORE INSERT ON evens FOR EACH ROW EXECUTE FUNCTION even()"
run 0 seed --auto --rows 100 --keep-going --execute -d "$db"
contains "$out" "public.evens: the server took $(sql "SELECT count(*) FROM evens") of 100 rows; of another it said: "
contains "$out" 'n must be even'

# Several hundred tables with hardly a foreign key, and one with a thousand columns.
new_database
sql "DO \$\$ BEGIN
  FOR i IN 1 .. 400 LOOP
    EXECUTE format('CREATE TABLE t_%s (id %s PRIMARY KEY, name varchar(40) NOT NULL, t_id integer, at timestamptz, data jsonb)',
                   i, CASE i % 3 WHEN 0 THEN 'serial' WHEN 1 THEN 'integer' ELSE 'uuid' END);
  END LOOP;
  ALTER TABLE t_2 ADD FOREIGN KEY (t_id) REFERENCES t_1;
  EXECUTE (SELECT format('CREATE TABLE wide (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, %s)',
                         string_agg(format('c_%s %s', n, (ARRAY['integer', 'text NOT NULL', 'date', 'boolean NOT NULL', 'numeric(8,2)'])[1 + n % 5]), ', '))
           FROM generate_series(1, 1000) AS n);
END \$\$"
run 0 seed --auto --rows 20 --execute -d "$db"
equals "$(empty_tables)" ""
contains "$out" "8,020 rows seeded"
equals "$(sql 'SELECT count(*) FROM wide WHERE c_1 IS NOT NULL AND c_1000 IS NOT NULL')" 20
