#!/usr/bin/env bash
# Data of schemas to a file and back: every type, every kind of table, three schemas at once; what
# does not fit or is damaged is refused with all its faults, and nothing is changed.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
file=$work/some.snapshot
sql "CREATE SCHEMA pub"
for schema in a b "C \"c\""; do
  quoted="\"${schema//\"/\"\"}\""
  psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<SQL
CREATE SCHEMA $quoted; SET search_path = $quoted;
CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE pair AS (x int, y text);
CREATE DOMAIN word AS text CHECK (VALUE <> ''); CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE types (id uuid PRIMARY KEY, bo bool, by bytea, c "char", bp char(5), vc varchar(9), n name, i2 smallint,
  i8 bigint, r real, d double precision, nu numeric, nf numeric(9,2), mo money, j json, jb jsonb, x xml, dt date, t time, tz timetz,
  ts timestamp, tsz timestamptz, iv interval, ip inet, ci cidr, ma macaddr, m8 macaddr8, bi bit(3), vb varbit, po point, li line,
  ls lseg, bx box, pa path, pg polygon, cr circle, tv tsvector, tq tsquery, ir int4range, tr tstzrange, nr numrange, sp span, m mood, ms mood[],
  p pair, ps pair[], w word, ws word[], ia int[][], ta text[], o oid, rc regclass, lsn pg_lsn, xi xid);
INSERT INTO types SELECT ('00000000-0000-0000-0000-0000000000' || 10 + i)::uuid, i % 2 = 0, '\x00ff', 'c', 'ab', 'v', 'n', -1,
  9223372036854775807, '-0', 'NaN', 'NaN', 1.50, 12.34, '{"a" : 1}', '{"a": [1, null]}', '<a/>', '4714-11-24 BC', '24:00', '01:02:03+04',
  'infinity', '-infinity', '1 mon -2 days 3.5 s', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '101', '11', '(1,2)',
  '{1,2,3}', '[(1,2),(3,4)]', '(3,4),(1,2)', '[(1,2),(3,4)]', '((1,2),(3,4))', '<(1,2),3>', 'a:1A b', 'a & b', '[1,5)', '[2026-01-01,)',
  'empty', '[1,2)', 'sad', '{happy,NULL}', ROW(1, E'y\t"')::pair, ARRAY[ROW(NULL, 'z')::pair], 'w', '{a,b}', '{{1,NULL},{3,4}}', E'{"a\\\\b","\n",""}',
  42, 'types', '0/16B3748', '7' FROM generate_series(1, 5) AS i;
INSERT INTO types (id) VALUES ('00000000-0000-0000-0000-000000000001');
CREATE TABLE parents (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, twice text GENERATED ALWAYS AS (name || name) STORED, last int);
CREATE TABLE children (id serial PRIMARY KEY, parent int NOT NULL REFERENCES parents, up int REFERENCES children);
CREATE INDEX ON children (parent);
ALTER TABLE parents ADD CONSTRAINT last_child FOREIGN KEY (last) REFERENCES children;
INSERT INTO parents (name) SELECT 'p' || i FROM generate_series(1, 100) AS i;
INSERT INTO children (parent, up) SELECT 1 + i % 100, NULLIF(i - 1, 0) FROM generate_series(1, 500) AS i;
UPDATE parents SET last = id;
CREATE TABLE "Odd ""name""" ("a ""b""" int, "select" text DEFAULT 'x', gone int, "é" int); ALTER TABLE "Odd ""name""" DROP gone;
INSERT INTO "Odd ""name""" SELECT i, NULL, i FROM generate_series(1, 3) AS i;
CREATE TABLE big (t text, b bytea); ALTER TABLE big ALTER t SET STORAGE EXTERNAL;
INSERT INTO big SELECT (SELECT string_agg(md5(i || '.' || j), '') FROM generate_series(1, 60000) AS j), decode(repeat('0f', 100000), 'hex') FROM generate_series(1, 3) AS i;
CREATE TABLE empty (id int PRIMARY KEY); CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE m (id int, d int, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10); CREATE TABLE m2 (x int, d int NOT NULL, id int NOT NULL); ALTER TABLE m2 DROP x;
ALTER TABLE m ATTACH PARTITION m2 DEFAULT; INSERT INTO m SELECT i, i FROM generate_series(1, 30) AS i;
CREATE TABLE heir (extra int) INHERITS (parents); INSERT INTO heir (id, name, extra) VALUES (1, 'h', 1);
CREATE UNLOGGED TABLE loose (id int); INSERT INTO loose VALUES (1);
CREATE SEQUENCE never; CREATE SEQUENCE stands START 7 INCREMENT -2 MAXVALUE 10; SELECT setval('stands', 3, false);
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO pub.log VALUES (TG_OP); NEW.name := ''changed''; RETURN NEW; END';
CREATE TRIGGER meddle BEFORE INSERT OR UPDATE ON parents FOR EACH ROW EXECUTE FUNCTION meddle();
ALTER TABLE parents ENABLE ALWAYS TRIGGER meddle;
SQL
done >/dev/null
sql "CREATE TABLE pub.log (what text)"
state() { for schema in a b C%; do checksum "$schema"; done; }
triggers() { sql "SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"; }
keys() { sql "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), condeferrable FROM pg_constraint WHERE contype IN ('f', 'p', 'u') AND connamespace::regnamespace::text <> 'resow' ORDER BY 1, 2"; }
before=$(state) triggers_before=$(triggers) keys_before=$(keys)

run 0 snapshot -d "$db" -N pub "$file"
contains "$out" "children"
contains "$out" "in $file, "
[[ $(ls -A "$work") != *resow-* ]] || fail "something is left beside the snapshot"
run 2 snapshot -d "$db" "$file"
contains "$err" "is there already; write to another file, or say --force"
run 2 snapshot -d "$db" -n nowhere "$work/x"
run 2 snapshot -d "$db"
contains "$err" "resow snapshot needs a file"
run 5 snapshot -d "$db" "$work/no/folder/x"
[[ ! -e $work/x ]] || fail "a snapshot of nothing"
run 0 snapshot -d "$db" -N pub "$file" --force

spoil() {
  for schema in a b '"C ""c"""'; do
    sql "SET search_path = $schema; DELETE FROM types; UPDATE children SET parent = 1; INSERT INTO big VALUES ('x');
         DELETE FROM m WHERE d < 5; INSERT INTO empty VALUES (1); TRUNCATE heir; SELECT nextval('never'), setval('stands', 1);
         INSERT INTO \"Odd \"\"name\"\"\" DEFAULT VALUES; SELECT setval('children_id_seq', 9)"
  done >/dev/null
  sql "TRUNCATE pub.log"
}
spoil
spoiled=$(state)
run 0 restore -d "$db" "$file"
contains "$out" "trigger meddle of a.parents is switched off meanwhile"
contains "$out" "Nothing was changed."
contains "$out" "To do it: resow restore -d '$db' $file --execute"
equals "$(state)" "$spoiled" "the preview changed something"
run 0 restore -d "$db" "$file" --execute -j 2
equals "$(state)" "$before" "after a restore"
equals "$(triggers)" "$triggers_before"
equals "$(keys)" "$keys_before"
equals "$(sql "SELECT count(*) FROM pub.log")" 0 "a trigger fired"
equals "$(sql "SELECT count(*) FROM a.no_columns")" 1
# Into tables that are empty, and one schema of them.
spoil
run 0 restore -d "$db" -n b "$file" --execute --format json
contains "$out" '"outcome": "ok"'
equals "$(checksum b)" "$(sed -n 2p <<<"$before")"
[[ $(checksum a) == "$(sed -n 1p <<<"$spoiled")" ]] || fail "another schema was restored too"
run 2 restore -d "$db" -n z "$file"
contains "$err" 'no schema of the snapshot matches "z"'
run 0 restore -d "$db" "$file" --execute -j 3
equals "$(state)" "$before"

# Many rows: keys and indexes are made anew, as they were.
sql "INSERT INTO a.children (parent) SELECT 1 + i % 100 FROM generate_series(1, 60000) AS i"
many=$(checksum a)
run 0 snapshot -d "$db" -n a "$work/many"
sql "UPDATE a.children SET parent = 2 WHERE id > 30000"
run 0 restore -d "$db" "$work/many"
contains "$out" "dropped meanwhile and made again"
run 0 restore -d "$db" "$work/many" --execute
equals "$(checksum a)" "$many"
equals "$(keys)" "$keys_before"
run 0 restore -d "$db" -n a "$file" --execute

# A baseline of it is declared anew.
run 0 baseline -d "$db" -n a --execute
sql "DELETE FROM a.m"
run 0 restore -d "$db" -n a "$file"
contains "$out" "what is restored becomes the baseline of a"
run 0 restore -d "$db" -n a "$file" --execute
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
sql "DELETE FROM a.m"
run 0 rewind -d "$db"
equals "$(checksum a)" "$(sed -n 1p <<<"$before")"
run 0 baseline -d "$db" --drop --execute

# A catalog that does not fit: all of it is named.
sql "ALTER TABLE a.big ADD note text; ALTER TYPE b.mood ADD VALUE 'angry'; CREATE TABLE b.more (id int);
     ALTER TABLE \"C \"\"c\"\"\".loose RENAME TO tight; DROP SEQUENCE a.never; ALTER TABLE a.loose ALTER id TYPE bigint"
run 2 restore -d "$db" "$file" --execute
contains "$err" "a.big.note: the table has this column, and the snapshot has not"
contains "$err" "a.loose.id: is of type integer in the snapshot, and of type bigint here"
contains "$err" "b.types.m: is of type b.mood enum ('sad', 'happy') in the snapshot, and of type b.mood enum ('sad', 'happy', 'angry') here"
contains "$err" "b.more: the database has this table, and the snapshot has not"
contains "$err" "a.never: the snapshot has this sequence, and the database has not"
contains "$err" "loose: the snapshot has this table, and the database has not"
sql "DROP SCHEMA b CASCADE" 2>/dev/null
run 2 restore -d "$db" "$file" -n b --execute
contains "$err" "b: the snapshot has this schema, and the database has not"

# A role that owns the tables and is nobody else may do both; one that may read may take it.
new_database
sql "CREATE ROLE owner_$$ LOGIN; CREATE ROLE reader_$$ LOGIN; CREATE SCHEMA s AUTHORIZATION owner_$$; GRANT USAGE ON SCHEMA s TO reader_$$"
owner="$db user=owner_$$" reader="$db user=reader_$$"
psql -Xq -v ON_ERROR_STOP=1 -d "$owner" -c "CREATE TABLE s.a (id serial PRIMARY KEY, note text); CREATE TABLE s.b (id int PRIMARY KEY REFERENCES s.a);
  CREATE FUNCTION s.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''append only''; END';
  CREATE TRIGGER no BEFORE DELETE OR TRUNCATE ON s.b EXECUTE FUNCTION s.no();
  INSERT INTO s.a (note) SELECT 'n' FROM generate_series(1, 30000); INSERT INTO s.b SELECT id FROM s.a;
  ALTER TABLE s.a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON s.a USING (id < 10)"
before=$(checksum s)
run 2 snapshot -d "$reader" -n s "$work/r"
contains "$err" "s.a: the connected role may not read it"
contains "$err" "s.b: the connected role may not read it"
contains "$err" "s.a_id_seq: the connected role may not read where the sequence stands"
run 2 snapshot -d "$owner" -n s "$work/r"
contains "$err" "s.a: row security hides rows of it from this role"
sql "ALTER TABLE s.a NO FORCE ROW LEVEL SECURITY; ALTER TABLE s.a DISABLE ROW LEVEL SECURITY; GRANT SELECT ON ALL TABLES IN SCHEMA s TO reader_$$; GRANT SELECT ON ALL SEQUENCES IN SCHEMA s TO reader_$$"
run 0 snapshot -d "$reader" -n s "$work/r"
sql "ALTER TABLE s.a ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
run 2 restore -d "$reader" "$work/r" --execute
contains "$err" "s.a: the connected role does not own it"
contains "$err" "s.a_id_seq: the connected role does not own the sequence"
psql -Xqt -d "$db" -c "SET session_replication_role = replica; DELETE FROM s.b WHERE id > 7; UPDATE s.a SET note = 'x'; SELECT setval('s.a_id_seq', 1)" >/dev/null
run 0 restore -d "$owner" "$work/r" --execute
equals "$(checksum s)" "$before"
# Rows of others that refer to what goes keep it from going.
sql "CREATE SCHEMA t; CREATE TABLE t.c (a int REFERENCES s.a); INSERT INTO t.c VALUES (5)"
run 2 restore -d "$db" "$work/r" --execute
contains "$err" "t.c: stays, and 1 row of it refers to s.a"
sql "DROP SCHEMA t CASCADE" 2>/dev/null
sql "DROP OWNED BY owner_$$ CASCADE; DROP OWNED BY reader_$$" 2>/dev/null
server_sql "DROP ROLE reader_$$"
server_sql "ALTER DATABASE \"$db_name\" OWNER TO CURRENT_USER; DROP ROLE owner_$$"

# Never where it must not be.
new_database production
sql "CREATE TABLE t (id int)"
run 0 snapshot -d "$db" -n public "$work/p" --format json
"$python" - "$source_dir/docs/snapshot.schema.json" "$work/out" <<'PYTHON'
import json, sys
import jsonschema
schema, report = (json.load(open(name)) for name in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(report)
PYTHON
run 3 restore -d "$db" "$work/p" --execute
run 0 restore -d "$db" "$work/p" --format json
contains "$out" "must not be changed"
