#!/usr/bin/env bash
# What changes data leaves a run: what was done, by whom, what became of it, also when it failed, was
# interrupted or killed; and what cannot be undone.
# shellcheck disable=SC2154
. "$(dirname "$0")/../faults/lib.sh"
new_marketplace

check_schema() {
  "$python" - "$source_dir/docs/history.schema.json" "$work/out" <<'PYTHON'
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(json.load(open(sys.argv[2])))
PYTHON
}
# told RUN: "command subject state removed seeded error" of a run.
told() {
  "$RESOW" history -d "$db" "$1" --format json | "$python" -c '
import json, sys
run = json.load(sys.stdin)["runs"][0]
print(run["command"], run["subject"], run["state"], run["removed"], run["seeded"], run["error"])'
}

run 0 history -d "$db"
equals "$out" "history: nothing was recorded in this database"
run 2 history -d "$db" 1
contains "$err" "RUN: there is no run 1 in this database"
run 2 history -d "$db" x
contains "$err" 'RUN: "x" is not the number of a run'

# Previews leave none, and neither does what is told to.
run 0 apply "$batches" -d "$db"
run 0 apply "$batches" -d "$db" -n user_2 --execute --no-history
equals "$(sql "SELECT to_regclass('resow.run')")" ""

run 0 apply "$batches" -d "$db" --execute --format json
contains "$out" '"run": 1'
equals "$(told 1)" "apply fresh-test-batches done $(sql "SELECT sum(removed) FROM resow.run_table") $(sql "SELECT sum(seeded) FROM resow.run_table") None"
equals "$(sql "SELECT removed FROM resow.run_table WHERE schema = 'user_1' AND \"table\" = 'marketplace_jobs'")" 168
run 0 reset -d "$db" -n user_1 --execute
run 0 history -d "$db" --format json
check_schema
run 0 history -d "$db" 1 --format json
check_schema
run 0 history -d "$db"
contains "$out" "fresh-test-batches"
contains "$out" "reset"
run 0 history -d "$db" --limit 1
lacks "$out" "fresh-test-batches"
run 0 history -d "$db" 1
contains "$out" "marketplace_jobs"
contains "$out" "state     done"

# What it remembers is not what is looked at.
run 0 inspect -d "$db"
lacks "$out" "resow"
run 0 reset -d "$db" -n '*'
lacks "$out" "run_table"

# One that fails says why, without values of rows.
sql "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$BEGIN RAISE 'not today' USING DETAIL = 'a secret'; END\$\$;
     CREATE TRIGGER refuse BEFORE INSERT ON user_2.batch_jobs FOR EACH ROW EXECUTE FUNCTION public.refuse()"
run 4 apply "$batches" -d "$db" -n user_2 --execute
contains "$(told 3)" "apply fresh-test-batches failed 0 0"
contains "$(told 3)" "not today (SQLSTATE P0001)"
lacks "$(sql "SELECT error FROM resow.run")" "secret"
sql "SET client_min_messages = warning; DROP FUNCTION refuse CASCADE"

# One that is killed has died, one that is interrupted says so; while it works it is running.
for signal in KILL INT; do
  start apply "$batches" -d "$db" -n user_2 --execute --scale 30000
  until_true loading
  last=$(sql "SELECT max(id) FROM resow.run")
  equals "$(told "$last")" "apply fresh-test-batches running 0 0 None"
  kill "-$signal" "$resow_pid"
  wait "$resow_pid" 2>/dev/null || true
  until_true nobody_left
  if [[ $signal == INT ]]; then state=interrupted; else state=died; fi
  contains "$(told "$last")" "apply fresh-test-batches $state 0 0"
done

# A rewind is recorded where there is a history, and only when it put something back; SQL is not.
sql "CREATE SCHEMA tried CREATE TABLE t (id int PRIMARY KEY)"
run 0 baseline -d "$db" -n tried --execute
last=$(sql "SELECT max(id) FROM resow.run")
sql "INSERT INTO tried.t VALUES (1)"
sql "SELECT FROM resow.rewind()"
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
equals "$(sql "SELECT max(id) FROM resow.run")" "$last"
sql "INSERT INTO tried.t VALUES (1), (2)"
run 0 rewind -d "$db" --format json
contains "$out" "\"run\": $((last + 1))"
equals "$(told $((last + 1)))" "rewind None done 2 0 None"
run 0 baseline -d "$db" --drop --execute
sql "DROP SCHEMA tried CASCADE" 2>/dev/null

# What a role may not write, it does without.
role=clerk_$$
server_sql "CREATE ROLE $role LOGIN"
trap 'sql "DROP OWNED BY $role"; server_sql "DROP ROLE $role"; clean_up' EXIT
sql "CREATE SCHEMA own AUTHORIZATION $role; SET ROLE $role; CREATE TABLE own.t (id int PRIMARY KEY)"
run 0 reset -d "$db user=$role" -n own --execute
contains "$err" "no history: history: role $role may not write to the tables in schema resow; let its owner say: GRANT USAGE"
run 2 history -d "$db user=$role"
contains "$err" "may not read the tables in schema resow"

# Only a prune can be undone.
run 2 undo -d "$db" 1
contains "$err" "run 1: was an apply, and keeps nothing of what was there before"
run 2 undo -d "$db" 99
contains "$err" "RUN: there is no run 99 in this database"
run 2 undo -d "$db"
contains "$err" "RUN: resow undo needs the number of a run"
# Nor in a protected database.
sql "ALTER DATABASE \"$db_name\" SET resow.protected = on"
run 3 undo -d "$db" 1 --execute
