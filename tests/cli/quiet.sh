#!/usr/bin/env bash
# -q: nothing to say where all is as expected; what is not still comes.
. "$(dirname "$0")/lib.sh"
new_marketplace

run 0 apply "$batches" -d "$db" --execute -q
equals "$out$err" ""
run 0 verify "$batches" -d "$db" -q
equals "$out$err" ""
sql "DELETE FROM user_2.marketplace_tasks; DELETE FROM user_2.marketplace_jobs WHERE marketplace = 'etsy'"
run 1 verify "$batches" -d "$db" -q
contains "$out" "user_2.marketplace_jobs (marketplace = etsy): expected 2 rows, found 0 rows"
contains "$out" "verify: "
run 0 verify "$batches" -d "$db" -q -n user_1 --format json
contains "$out" '"outcome": "ok"'
