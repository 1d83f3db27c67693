#!/usr/bin/env bash
# apply --baseline: the declared state is what rewind returns to, and may be applied again and again.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
run 0 apply "$batches" -d "$db" -n user_1 --baseline
contains "$out" "  then the baseline: 11 tables
    batch_jobs (id)"
equals "$(sql "SELECT to_regclass('resow.baseline')")" ""
run 0 apply "$batches" -d "$db" -n user_1
lacks "$out" "baseline"
run 0 apply "$batches" -d "$db" -n user_1 --baseline --execute
before=$(checksum user_1)
sql "DELETE FROM user_1.marketplace_jobs; UPDATE user_1.batch_jobs SET status = 'running'"
run 1 verify "$batches" -d "$db" -n user_1
equals "$(sql "SELECT count(*) > 0 FROM resow.rewind()")" t
run 0 verify "$batches" -d "$db" -n user_1
equals "$(checksum user_1)" "$before"

# Again, over changes: nothing of what apply does is journaled.
sql "DELETE FROM user_1.marketplace_jobs"
run 0 apply "$batches" -d "$db" -n user_1 --baseline --execute
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
equals "$(checksum user_1)" "$before"

# After a migration it fits again.
sql "ALTER TABLE user_1.batch_jobs ADD note text; CREATE TABLE user_1.notes (id int PRIMARY KEY)"
run 4 rewind -d "$db"
contains "$err" "user_1.batch_jobs was altered (column note); user_1.notes was created"
run 0 apply "$batches" -d "$db" -n user_1 --baseline --execute
sql "INSERT INTO user_1.notes VALUES (1); UPDATE user_1.batch_jobs SET note = 'x'"
sql "SELECT FROM resow.rewind('user_1')"
equals "$(sql "SELECT count(*), (SELECT count(*) FROM user_1.batch_jobs WHERE note = 'x') FROM user_1.notes")" "0|0"

# Without --baseline it is one more who changes rows, and can be undone.
state=$(checksum user_1)
run 0 apply "$batches" -d "$db" -n user_1 --scale 3 --execute
[[ $(checksum user_1) != "$state" ]] || fail "nothing was applied"
run 0 rewind -d "$db"
equals "$(checksum user_1)" "$state"

# What cannot be applied takes no baseline.
run 0 baseline --drop --execute -d "$db"
cat >"$work/wrong.json" <<'JSON'
{"dataset": "wrong", "schemas": ["user_1"], "tables": {"notes": {"rows": 2}},
 "expect_sql": [{"name": "never", "sql": "SELECT 1", "value": 2}]}
JSON
run 1 apply "$work/wrong.json" -d "$db" -n user_1 --baseline --execute
equals "$(sql "SELECT to_regclass('resow.baseline')")" ""
