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

# What the catalog says counts as well: tables and columns that a migration has yet to make.
sql "CREATE SCHEMA shop"
printf '{"schemas": ["shop"], "tables": {}, "expect": {"orders": {"rows": 1, "columns": {"present": ["paid"]}}}}' \
  >"$work/orders.json"
(sleep 1 && sql "CREATE TABLE shop.orders (id int); INSERT INTO shop.orders VALUES (1)" &&
  sleep 1 && sql "ALTER TABLE shop.orders ADD COLUMN paid boolean") &
run 0 verify "$work/orders.json" -d "$db" --eventually 60s
wait
sql "ALTER TABLE shop.orders DROP COLUMN paid"
run 1 verify "$work/orders.json" -d "$db" --eventually 300ms
sql "DROP TABLE shop.orders"
run 2 verify "$work/orders.json" -d "$db" --eventually 300ms
contains "$err" "there is no table \"orders\""
