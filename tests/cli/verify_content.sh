#!/usr/bin/env bash
# verify --content: every value of every row, in every format, whatever the number of schemas.
. "$(dirname "$0")/lib.sh"
new_marketplace

run 0 apply "$batches" -d "$db" --execute
run 0 verify "$batches" -d "$db" --content
contains "$out" "checks passed, 4 schemas"
run 0 verify "$batches" -d "$db" --content -j 3 --quiet
equals "$out$err" ""

sql "UPDATE user_2.marketplace_jobs SET status = 'completed' WHERE id = 4;
     DELETE FROM user_3.marketplace_tasks WHERE id = 2"
# No expectation and no count says so.
run 0 verify "$batches" -d "$db" -n user_2
for jobs in 1 3; do
  run 1 verify "$batches" -d "$db" --content -j "$jobs"
  contains "$out" "user_2.marketplace_jobs (id = 4): status: expected pending, found completed"
  contains "$out" "user_3.marketplace_tasks (id = 2): expected 1 row, found 0 rows"
  lacks "$out" "user_1.marketplace"
done
run 1 verify "$batches" -d "$db" --content --quiet -n user_2
contains "$out" "user_2.marketplace_jobs (id = 4): status: expected pending, found completed"

check_json() {
  "$python" - "$source_dir/docs/report.schema.json" "$work/out" "$1" <<'PYTHON'
import json, sys, jsonschema
report = json.load(open(sys.argv[2]))
jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(report)
found = eval(sys.argv[3], {"report": report})
assert found is True, (sys.argv[3], json.dumps(report, indent=1))
PYTHON
}
run 1 verify "$batches" -d "$db" --content -n user_2 --format json
check_json 'report["differences"] == [{"schema": "user_2", "table": "marketplace_jobs", "key": "id = 4",
  "column": "status", "expected": "pending", "actual": "completed"}]'
check_json '{"table": "marketplace_jobs", "check": "content", "passed": False} in report["schemas"][0]["checks"]'
run 1 verify "$batches" -d "$db" --content -n user_2 --format junit
contains "$out" 'name="marketplace_jobs: content"'
contains "$out" 'user_2.marketplace_jobs (id = 4): status: expected pending, found completed'
run 1 verify "$batches" -d "$db" --content -n user_2 --format tap
contains "$out" 'user_2.marketplace_jobs: content'

# It may still come.
(sleep 1 && sql "UPDATE user_2.marketplace_jobs SET status = 'pending' WHERE id = 4") &
run 0 verify "$batches" -d "$db" --content -n user_2 --eventually 20s
wait $!

# What is not compared is named, not passed over in silence.
sql "CREATE TABLE user_1.things (id serial PRIMARY KEY, price numeric(8, 2) NOT NULL,
       twice numeric GENERATED ALWAYS AS (price * 2) STORED, seen text DEFAULT version())"
echo '{ "schemas": ["user_1"], "tables": { "things": { "rows": 3 } } }' >"$work/d.json"
run 0 apply "$work/d.json" -d "$db" --execute
run 0 verify "$work/d.json" -d "$db" --content
contains "$out" "not compared: "
contains "$out" "twice (generated)"
contains "$out" "seen (left to the server)"
run 0 verify "$work/d.json" -d "$db" --content --format json
check_json '{"column": "twice", "why": "generated"} in report["schemas"][0]["tables"][0]["not_compared"]'
# Without --content nobody asks.
run 0 verify "$work/d.json" -d "$db"
lacks "$out" "not compared"

# Ctrl-C, while a table with nothing in it is held against more rows than can be computed at once:
# by a thread beside the reading, and where the server has to be asked for its form of the values.
sql "CREATE TABLE user_1.plain (id int PRIMARY KEY, name text NOT NULL);
     CREATE TABLE user_1.lists (id int PRIMARY KEY, numbers int[] NOT NULL)"
for table in plain lists; do
  echo '{ "schemas": ["user_1"], "tables": { "'$table'": { "rows": 2000000000 } } }' >"$work/many.json"
  status=0
  env --default-signal=INT "$RESOW" verify "$work/many.json" -d "$db" --content >"$work/out" 2>"$work/err" &
  pid=$!
  sleep 2
  kill -INT $pid
  wait $pid || status=$?
  ((status == 130)) || fail "$table: ended with $status: $(cat "$work/out" "$work/err")"
done

# Whoever may not read a table, or not all of its rows, is told so.
role="content_$$"
server_sql "CREATE ROLE $role LOGIN"
sql "GRANT USAGE ON SCHEMA user_1 TO $role; GRANT SELECT ON ALL TABLES IN SCHEMA user_1 TO $role;
     GRANT SELECT ON ALL SEQUENCES IN SCHEMA user_1 TO $role; REVOKE SELECT ON user_1.things FROM $role"
run 4 verify "$work/d.json" -d "$db user=$role" --content
contains "$err" "permission denied for table things"
sql "GRANT SELECT ON user_1.things TO $role"
run 0 verify "$work/d.json" -d "$db user=$role" --content
sql "ALTER TABLE user_1.things ENABLE ROW LEVEL SECURITY"
run 4 verify "$work/d.json" -d "$db user=$role" --content
contains "$err" "row-level security"
sql "DROP OWNED BY $role"
server_sql "DROP ROLE $role"

# An option of verify alone.
run 2 apply "$batches" -d "$db" --content
contains "$err" "--content: unknown option of resow apply"
