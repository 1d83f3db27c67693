#!/usr/bin/env bash
# A baseline is taken, what comes after is undone, and nothing is left when it is dropped.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA user_1; CREATE SCHEMA user_2; CREATE SCHEMA other"
for schema in user_1 user_2; do
  sql "CREATE TABLE $schema.parents (id serial PRIMARY KEY, name text UNIQUE);
       CREATE TABLE $schema.children (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                      parent int REFERENCES $schema.parents ON DELETE CASCADE);
       CREATE TABLE $schema.log (what text);
       CREATE VIEW $schema.names AS SELECT name FROM $schema.parents;
       INSERT INTO $schema.parents (name) VALUES ('a'), ('b');
       INSERT INTO $schema.children (parent) VALUES (1), (2), (2)"
done
# The server's own pg_dump: an older one refuses. Where there is none, what the catalog has of ours.
pg_dump=$(sql "SELECT setting FROM pg_config WHERE name = 'BINDIR'")/pg_dump
if [[ ! -x $pg_dump ]]; then
  pg_dump=/usr/lib/postgresql/$(sql "SELECT current_setting('server_version_num')::int / 10000")/bin/pg_dump
fi
catalog() {
  local of columns
  for of in namespace:nspacl class:relacl proc:proacl type:typacl trigger:tgenabled constraint:conkey \
    event_trigger:evtenabled; do
    columns=${of#*:} of=pg_${of%:*}
    sql "SELECT pg_describe_object('$of'::regclass, oid, 0), $columns, obj_description(oid, '$of') FROM $of
         WHERE oid >= 16384 OR '$of' = 'pg_namespace'"
  done
  checksum 'user_%'
}
# Rows that came back stand elsewhere in their table.
dump() {
  if [[ -x $pg_dump ]]; then
    "$pg_dump" -d "$db" | grep -v '^\\\(un\)\?restrict ' | sort
  else
    catalog | sort
  fi
}
dump >"$work/before.sql"
before=$(checksum 'user_%')

# The preview changes nothing.
run 0 baseline -d "$db" -n 'user_*'
contains "$out" "user_1, user_2: 3 tables"
contains "$out" "children (id)"
contains "$out" "log; no key: rewind compares all of its rows"
contains "$out" "Nothing was changed"
dump | cmp - "$work/before.sql"
run 2 rewind -d "$db"
contains "$err" "there is no baseline in this database"
run 2 baseline -d "$db" -n 'usr_*'
contains "$err" 'no schema matches "usr_*"'

run 0 baseline -d "$db" -n 'user_*' --execute
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
sql "SET resow.test = 'test_checkout'; SET application_name = 'pytest';
     DELETE FROM user_1.parents WHERE id = 2; INSERT INTO user_2.log VALUES ('x'), ('y')"
sql "UPDATE user_2.parents SET name = 'z' WHERE id = 1"
contains "$(sql "SELECT * FROM resow.dirty()")" "user_1|children|delete|1|2|"
run 0 rewind -d "$db" -n user_1 --report
contains "$out" "pytest"
contains "$out" "test_checkout"
contains "$out" "rewind: 3 rows of 2 tables put back"
lacks "$out" "user_2"
run 0 rewind -d "$db" --format json
"$python" - "$work/out" <<'PYTHON'
import json, sys
tables = json.load(open(sys.argv[1]))["tables"]
assert tables == [
    {"schema": "user_2", "table": "log", "added": 2, "changed": 0, "deleted": 0},
    {"schema": "user_2", "table": "parents", "added": 0, "changed": 1, "deleted": 0}], tables
PYTHON
equals "$(checksum 'user_%')" "$before"

# What is kept is passed over, and that is said.
sql "INSERT INTO user_1.log VALUES ('look at it'); SELECT resow.keep('user_1')" >/dev/null
run 0 rewind -d "$db" --report
contains "$out" "user_1 is kept and was passed over; resow rewind -n user_1 puts it back
rewind: nothing else had changed"
run 0 rewind -d "$db" --quiet
equals "$out" "user_1 is kept and was passed over; resow rewind -n user_1 puts it back"
run 0 rewind -d "$db" --format json
contains "$out" '"kept": ['
run 0 rewind -d "$db" -n user_1
lacks "$out" "kept"
contains "$out" "rewind: 1 row of 1 table put back"
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
equals "$(checksum 'user_%')" "$before"

# From any client, in one statement.
sql "TRUNCATE user_1.parents, user_1.children RESTART IDENTITY"
equals "$(sql "SELECT * FROM resow.rewind('user_1')")" "user_1|parents|0|0|2
user_1|children|0|0|3"
equals "$(checksum 'user_%')" "$before"

# Taken again, it is the present state.
sql "INSERT INTO user_1.parents (name) VALUES ('c')"
run 0 baseline -d "$db" -n user_1 --execute
sql "DELETE FROM user_1.children; DELETE FROM user_1.parents"
sql "SELECT FROM resow.rewind()"
equals "$(sql "SELECT count(*) FROM user_1.parents")" 3
sql "DELETE FROM user_1.parents WHERE id = 3; SELECT setval('user_1.parents_id_seq', 2)" >/dev/null

# Commands that are about every schema leave ours alone.
run 0 inspect -d "$db"
lacks "$out" "journal_"
run 0 reset -d "$db"
lacks "$out" "tracked"

# Another session's work is waited for, then named.
hold "INSERT INTO user_1.log VALUES ('held')"
run 4 rewind -d "$db" --lock-timeout 200ms
contains "$err" "work in schema user_1 is still running: pid "
contains "$err" "other_session"
release
# Structures that changed are named.
sql "CREATE TABLE user_1.extra (id int); ALTER TABLE user_1.log ADD note text; DROP VIEW user_1.names"
run 4 rewind -d "$db" -n user_1
contains "$err" "user_1.extra was created; user_1.log was altered (column note); user_1.names was dropped"
run 0 rewind -d "$db" -n user_2
sql "DROP TABLE user_1.extra; ALTER TABLE user_1.log DROP note;
     CREATE VIEW user_1.names AS SELECT name FROM user_1.parents"

run 0 baseline -d "$db" --drop
contains "$out" "user_1, user_2: the baseline would be removed"
run 0 baseline -d "$db" --drop -n user_1 --execute
equals "$(sql "SELECT string_agg(schema, ',') FROM resow.baseline")" "user_2"
run 0 baseline -d "$db" --drop --execute
dump >"$work/after.sql"
diff "$work/before.sql" "$work/after.sql"

# Several at once, also where roles are granted something meanwhile.
role="cli_$$_tester"
sql "CREATE ROLE $role"
trap 'clean_up; server_sql "DROP ROLE IF EXISTS $role"' EXIT
for i in $(seq 3 14); do
  sql "CREATE SCHEMA user_$i; CREATE TABLE user_$i.t (id serial PRIMARY KEY); GRANT INSERT ON user_$i.t TO $role"
done
run 0 baseline -d "$db" -n 'user_*' -j 4 --execute
contains "$out" "user_3, user_4, ..., user_14 (12 schemas): 1 table"
equals "$(sql "SELECT count(*) FROM resow.baseline")" 14
equals "$(sql "SELECT has_function_privilege('$role', 'resow.lease(text, interval)', 'EXECUTE')")" t
sql "INSERT INTO user_9.t DEFAULT VALUES"
equals "$(sql "SELECT * FROM resow.rewind()")" "user_9|t|1|0|0"
# One that fails does not undo the others, which are counted.
hold "LOCK TABLE user_8.t"
run 4 baseline -d "$db" -n 'user_*' -j 2 --lock-timeout 1s --execute
contains "$err" "other_session"
contains "$err" "of 14 baselines before that"
release
run 0 baseline -d "$db" -n 'user_*' --drop --execute -j 2
equals "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname = 'resow'")" 0

# Never where it must not be.
new_database production
sql "CREATE TABLE t (id int PRIMARY KEY)"
run 0 baseline -d "$db"
contains "$out" "must not be changed"
run 3 baseline -d "$db" --execute
run 3 rewind -d "$db"
