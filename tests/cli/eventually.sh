#!/usr/bin/env bash
# --eventually waits until it holds, and no longer.
. "$(dirname "$0")/lib.sh"
new_marketplace
run 0 apply "$batches" -d "$db" --execute
sql "UPDATE user_1.batch_jobs SET status = 'running'"

before=$SECONDS
(sleep 1 && sql "UPDATE user_1.batch_jobs SET status = 'pending'") &
run 0 verify "$batches" -d "$db" --eventually 30s
((SECONDS - before < 20)) || fail "went on waiting after it held"
wait

sql "UPDATE user_1.batch_jobs SET status = 'running'"
before=$SECONDS
run 1 verify "$batches" -d "$db" --eventually 1s
((SECONDS - before >= 1)) || fail "did not wait"
contains "$out" "user_1.batch_jobs (status = pending): expected 3 rows, found 0 rows"
