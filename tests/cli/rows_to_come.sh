#!/usr/bin/env bash
# A row of a table that stays, added by a transaction that has not committed yet, refers to a row
# that goes: it does not go along, however its key is declared.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA shop
     CREATE TABLE orders (id int PRIMARY KEY)
     CREATE TABLE audit (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE);
     INSERT INTO shop.orders VALUES (1), (2)"
start=$(checksum shop)

hold "INSERT INTO shop.audit VALUES (1, 1)"

# It does not wait for ever, and nothing has happened.
run 4 reset -n shop -t orders -d "$db" --execute --lock-timeout 1s
contains "$err" "lock shop.orders, which tables that stay refer to"
equals "$(checksum shop)" "$start"

"$RESOW" reset -n shop -t orders -d "$db" --execute --lock-timeout 60s >"$work/late" 2>&1 &
late=$!
for ((i = 0; i < 300; ++i)); do
  [[ $(sql "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 0 ]] || break
  sleep 0.1
done
release COMMIT
status=0
wait "$late" || status=$?
((status != 0)) || fail "rows that others refer to went: $(cat "$work/late")"
contains "$(cat "$work/late")" "shop.audit"
equals "$(sql 'SELECT count(*) FROM shop.audit')" 1
equals "$(sql 'SELECT count(*) FROM shop.orders')" 2
