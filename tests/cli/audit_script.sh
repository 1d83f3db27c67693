#!/usr/bin/env bash
# resow audit --script: backup, checks, drops, the way back to the very same database, a record; and what it refuses.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$work"
# The folder's scripts, as its README says: psql_in FOLDER FILE; keeps what it says in $said.
psql_in() {
  local status=0
  said=$(cd "$1" && psql -X -q -v ON_ERROR_STOP=1 -d "$db" -f "$2" 2>&1) || status=$?
  return $status
}
must() { psql_in "$@" || fail "$2 failed: $said"; }
must_fail() {
  if psql_in "$1" "$2"; then fail "$2 did not fail: $said"; fi
  contains "$said" "$3"
}
# psql's and pg_dump's guards of a dump have a new key every time.
dump() { pg_dump -d "$db" "$@" | grep -v restrict; }

same_as_before() { diff before.sql <(dump) || fail "the way back leads elsewhere"; }

# Everything that a table can have, some rows, names that want quotes.
new_database
role=audit_role_$$ owner=audit_owner_$$
trap 'cd /; sql "DROP OWNED BY $role, $owner CASCADE" || true; clean_up; server_sql "DROP ROLE $role; DROP ROLE $owner"' EXIT
server_sql "CREATE ROLE $role LOGIN; CREATE ROLE $owner LOGIN"
sql "CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE ids START 50;
CREATE TABLE users (id serial PRIMARY KEY, mood mood); INSERT INTO users (mood) VALUES ('sad'), ('happy');
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN NEW.note := 'stamped ' || NEW.note; RETURN NEW; END \$\$;
CREATE TABLE \"Old \"\"Stuff\"\"\" (
  id int GENERATED ALWAYS AS IDENTITY (START 7 INCREMENT 3 CACHE 5 CYCLE MAXVALUE 100000) PRIMARY KEY,
  shared_id bigint NOT NULL DEFAULT nextval('ids'),
  user_id int NOT NULL REFERENCES users ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  \"select\" mood DEFAULT 'happy', mail email, note text COLLATE \"C\" DEFAULT E'it''s \\\\ \$1',
  dropped int, amount numeric(10, 2)[] DEFAULT '{1,2}', double_id int GENERATED ALWAYS AS (user_id * 2) STORED,
  during tstzrange, kind varchar(9) DEFAULT 'a' CHECK (kind IN ('a', 'b')), CONSTRAINT \"no ? overlap\" EXCLUDE USING gist (during WITH &&),
  CONSTRAINT fine CHECK (user_id > 0)
) WITH (fillfactor = 70, autovacuum_enabled = off);
ALTER TABLE \"Old \"\"Stuff\"\"\" DROP COLUMN dropped, ADD CONSTRAINT loose CHECK (user_id < 100) NOT VALID;
ALTER TABLE \"Old \"\"Stuff\"\"\" ALTER COLUMN note SET STORAGE EXTERNAL, ALTER COLUMN note SET STATISTICS 500, ALTER COLUMN user_id SET (n_distinct = -0.5);
CREATE UNIQUE INDEX old_mail ON \"Old \"\"Stuff\"\"\" (lower(mail)) INCLUDE (note) WHERE mail IS NOT NULL;
CREATE INDEX old_desc ON \"Old \"\"Stuff\"\"\" (user_id DESC NULLS LAST, note text_pattern_ops) WITH (fillfactor = 60);
ALTER TABLE \"Old \"\"Stuff\"\"\" CLUSTER ON old_desc;
CREATE STATISTICS old_stats (dependencies) ON user_id, \"select\" FROM \"Old \"\"Stuff\"\"\";
CREATE TRIGGER \"stamp it\" BEFORE INSERT OR UPDATE ON \"Old \"\"Stuff\"\"\" FOR EACH ROW WHEN (NEW.note IS NOT NULL) EXECUTE FUNCTION stamp();
CREATE TRIGGER quiet AFTER DELETE ON \"Old \"\"Stuff\"\"\" EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE \"Old \"\"Stuff\"\"\" DISABLE TRIGGER quiet;
CREATE RULE keep AS ON DELETE TO \"Old \"\"Stuff\"\"\" DO INSTEAD NOTHING;
CREATE POLICY mine ON \"Old \"\"Stuff\"\"\" FOR SELECT TO $role USING (user_id = 1);
ALTER TABLE \"Old \"\"Stuff\"\"\" ENABLE ROW LEVEL SECURITY;
ALTER TABLE \"Old \"\"Stuff\"\"\" REPLICA IDENTITY FULL;
GRANT SELECT, INSERT (note) ON \"Old \"\"Stuff\"\"\" TO $role; GRANT UPDATE ON \"Old \"\"Stuff\"\"\" TO $role WITH GRANT OPTION;
COMMENT ON TABLE \"Old \"\"Stuff\"\"\" IS 'It''s \\ old; see the variations table'; COMMENT ON COLUMN \"Old \"\"Stuff\"\"\".note IS 'note';
COMMENT ON INDEX old_desc IS 'index'; COMMENT ON CONSTRAINT fine ON \"Old \"\"Stuff\"\"\" IS 'check';
COMMENT ON TRIGGER quiet ON \"Old \"\"Stuff\"\"\" IS 'trigger'; COMMENT ON POLICY mine ON \"Old \"\"Stuff\"\"\" IS 'policy';
COMMENT ON RULE keep ON \"Old \"\"Stuff\"\"\" IS 'rule'; COMMENT ON STATISTICS old_stats IS 'statistics';
INSERT INTO \"Old \"\"Stuff\"\"\" (user_id, note, mail, during) VALUES (1, E'a\\tb\\n\\\\.', 'a@b', '[2026-01-01,2026-01-02)'), (2, '', NULL, NULL);
CREATE TABLE part_of_old (id serial PRIMARY KEY, old_id int REFERENCES \"Old \"\"Stuff\"\"\" ON UPDATE CASCADE, next_id int, at timestamptz DEFAULT now(), UNIQUE (id, old_id));
ALTER TABLE part_of_old OWNER TO $owner;
CREATE TABLE circle (id int PRIMARY KEY, part_id int REFERENCES part_of_old);
ALTER TABLE part_of_old ADD CONSTRAINT back FOREIGN KEY (next_id) REFERENCES circle DEFERRABLE INITIALLY DEFERRED;
BEGIN; INSERT INTO part_of_old (old_id, next_id) VALUES (7, 1); INSERT INTO circle VALUES (1, 1); COMMIT;
CREATE UNLOGGED TABLE scratch (id int, x float8 DEFAULT 0.1, b bytea); INSERT INTO scratch VALUES (1, 1e-300, '\\x00ff'), (2, 'NaN', ''), (2, 'NaN', '');
CREATE TABLE parted (k int NOT NULL, v text, PRIMARY KEY (k)) PARTITION BY RANGE (k);
CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10) ; CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
CREATE INDEX parted_v ON parted (v); INSERT INTO parted VALUES (1, 'a'), (11, 'b');
CREATE TABLE empty_one ();
CREATE TABLE migration_log (id serial PRIMARY KEY, migration_name text NOT NULL UNIQUE, description text, executed_at timestamptz NOT NULL, executed_by text NOT NULL)"
sql "ALTER TABLE \"Old \"\"Stuff\"\"\" FORCE ROW LEVEL SECURITY"
cat >audit.json <<'END'
{ "audit": "spring",
  "tables": {
    "\"Old \"\"Stuff\"\"\"": { "verdict": "remove", "reason": "old" },
    "part_of_old": { "verdict": "remove", "reason": "old" }, "circle": { "verdict": "remove", "reason": "old" },
    "scratch": { "verdict": "remove", "reason": "a | b" }, "parted": { "verdict": "remove", "reason": "old" }, "empty_one": { "verdict": "remove", "reason": "old" } },
  "accepted": [] }
END
dump >before.sql
run 0 audit -d "$db" --decisions audit.json --script removal
contains "$out" "Written: removal/01_backup.sql to removal/06_record.sql"
equals "$(ls removal | tr '\n' ' ')" "01_backup.sql 02_check_before.sql 03_drop.sql 04_check_after.sql 05_rollback.sql 06_record.sql README.md "
lacks "$(cat removal/03_drop.sql)" "CASCADE"
must_fail removal 05_rollback.sql "is still there"
must_fail removal 04_check_after.sql "is still there"
must removal 01_backup.sql
must removal 02_check_before.sql
must removal 03_drop.sql
must removal 04_check_after.sql
contains "$said" "NOTICE:  2 tables, 1 of them empty"
must_fail removal 01_backup.sql "is not there"
must removal 05_rollback.sql
same_as_before

# With the record: all is the same but for what the log says of it.
must removal 03_drop.sql
must removal 06_record.sql
equals "$(sql "SELECT migration_name, description, executed_by FROM migration_log")" \
  "spring|Removed 6 tables: $(sed -n 's/^| public\.\(.*\) | [0-9]* | .*/\1/p' removal/README.md | paste -sd, | sed 's/,/, /g')|$(sql "SELECT CURRENT_USER")"
must removal 05_rollback.sql
equals "$(dump -T migration_log -T migration_log_id_seq)" "$(sql "TRUNCATE migration_log RESTART IDENTITY"; dump -T migration_log -T migration_log_id_seq)"
sql "TRUNCATE migration_log RESTART IDENTITY"
same_as_before

# What has changed meanwhile stops each of them, and changes nothing.
changed() {  # SQL, message, SQL that takes it back
  sql "$1" >/dev/null
  local state
  state=$(dump)
  for file in 02_check_before.sql 03_drop.sql; do must_fail removal "$file" "$2"; done
  equals "$(dump)" "$state"
  sql "$3" >/dev/null
}
changed "UPDATE part_of_old SET at = '2020-01-01'" "public.part_of_old has other rows than when this was written: 1 now, 1 then" "SELECT 1"
must_fail removal 01_backup.sql "has other rows"
rm -r removal
dump >before.sql
run 0 audit -d "$db" --decisions audit.json --script removal
changed "INSERT INTO scratch VALUES (9)" "public.scratch has other rows than when this was written: 4 now, 3 then" "DELETE FROM scratch WHERE id = 9"
changed "SELECT nextval('part_of_old_id_seq')" "sequence public.part_of_old_id_seq has gone on" "SELECT setval('part_of_old_id_seq', 1)"
changed "ALTER TABLE circle ALTER part_id SET DEFAULT 5" "structure has changed" "ALTER TABLE circle ALTER part_id DROP DEFAULT"
changed "GRANT SELECT ON circle TO $role" "structure has changed" "REVOKE SELECT ON circle FROM $role"
changed "CREATE VIEW v AS SELECT id FROM circle" "still needed by rule _RETURN on view public.v" "DROP VIEW v"
changed "CREATE TABLE other (circle_id int REFERENCES circle)" "still needed by constraint other_circle_id_fkey on table public.other" "DROP TABLE other"
changed "CREATE PUBLICATION p FOR TABLE circle" "still needed by publication of table public.circle in publication p" "DROP PUBLICATION p"
changed "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM circle; END'" "named in functions: public.f()" "DROP FUNCTION f()"
changed "CREATE TABLE heir () INHERITS (circle)" "still needed by table public.heir" "DROP TABLE heir"
must removal 02_check_before.sql

# Without its backup the way back does nothing.
must removal 01_backup.sql
must removal 03_drop.sql
mv removal/backup_public.scratch.copy kept
state=$(dump)
must_fail removal 05_rollback.sql "backup_public.scratch.copy"
equals "$(dump)" "$state"
sed '1s/1e-300/2e-300/' kept >removal/backup_public.scratch.copy
must_fail removal 05_rollback.sql "public.scratch has other rows"
equals "$(dump)" "$state"
mv kept removal/backup_public.scratch.copy
must removal 05_rollback.sql
same_as_before

# What cannot be removed is told before anything is written.
run 2 audit -d "$db" --decisions audit.json --script removal
contains "$err" "--script: removal/README.md is there already; name another folder, or say --overwrite"
run 0 audit -d "$db" --decisions audit.json --script removal --overwrite
sql "CREATE VIEW v AS SELECT id FROM circle; CREATE TABLE stays (id int REFERENCES part_of_old); CREATE PUBLICATION p FOR TABLE empty_one"
run 2 audit -d "$db" --decisions audit.json --script other
contains "$err" "public.circle: cannot be removed: view v uses it"
contains "$err" "public.part_of_old: cannot be removed: stays.id refers to it, and stays"
contains "$err" "public.empty_one: cannot be removed: publication p uses it"
[[ ! -e other ]] || fail "wrote something"
sql "DROP VIEW v; DROP TABLE stays; DROP PUBLICATION p"
sql "GRANT SELECT ON ALL TABLES IN SCHEMA public TO $role; REVOKE SELECT ON scratch FROM $role"
run 2 audit -d "$db user=$role" --decisions audit.json --script other
contains "$err" "public.scratch: this role may not read all of its rows: they cannot be backed up"
sql "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM $role; DROP TABLE \"Old \"\"Stuff\"\"\", part_of_old, circle, parted, empty_one"

# A word on the command line confirms what the audit suggests, and nothing else. The log as the file says.
mkdir src
sql "CREATE TABLE planned (id serial PRIMARY KEY, user_id int REFERENCES users); CREATE TABLE unknown (id serial PRIMARY KEY);
     ALTER TABLE migration_log ADD state text NOT NULL"
run 2 audit -d "$db" --code src --script other --remove planned --remove unknown
contains "$err" "--remove: public.planned: the audit does not suggest to remove it, but to ask"
run 2 audit -d "$db" --code src --script other --remove unknwon
contains "$err" '--remove: there is no table "unknwon" among those that were looked at; did you mean "unknown"?'
run 2 audit -d "$db" --code src --script other --remove unknown
contains "$err" "public.migration_log: a record of the removal wants a value for state"
echo '{ "migration_log": { "table": "migration_log", "columns": { "migration_name": "{name} ({count})", "state": "done", "description": "{tables} {now}", "executed_by": "us" } } }' >log.json
run 1 audit -d "$db" --code src --decisions log.json --script other --remove unknown --format json
equals "$(json "d['script']")" other
must other 03_drop.sql
must other 06_record.sql
equals "$(sql "SELECT migration_name, state, executed_by, description LIKE 'unknown 20%' FROM migration_log")" "log (1)|done|us|t"
run 2 audit -d "$db" --script other
contains "$err" "--script: nobody has decided what is removed; add --decisions FILE, or --remove TABLE"
