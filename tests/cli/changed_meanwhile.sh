#!/usr/bin/env bash
# A migration adds a foreign key while a run waits for it: what the run knew of the tables is not
# true any more, so it changes nothing.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA shop CREATE TABLE orders (id int PRIMARY KEY);
     INSERT INTO shop.orders VALUES (1), (2);
     CREATE SCHEMA other CREATE TABLE notes (order_id int);
     INSERT INTO other.notes VALUES (1)"
hold "ALTER TABLE other.notes ADD FOREIGN KEY (order_id) REFERENCES shop.orders ON DELETE CASCADE"
"$RESOW" reset -n shop -d "$db" --execute --lock-timeout 100s >"$work/late" 2>&1 &
late=$!
for ((i = 0; i < 600; ++i)); do
  [[ $(sql "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'shop.orders'::regclass
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 0 ]] || break
  sleep 0.1
done
release COMMIT
status=0
wait "$late" || status=$?
equals "$status" 4 "$(cat "$work/late")"
contains "$(cat "$work/late")" "shop.orders: the foreign keys to it changed since the catalog was read"
contains "$(cat "$work/late")" "run again"
equals "$(sql 'SELECT (SELECT count(*) FROM other.notes), (SELECT count(*) FROM shop.orders)')" "1|2"
