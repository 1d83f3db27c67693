#!/usr/bin/env bash
# Through a real pgbouncer in transaction mode: everything works, locks name the right session, an
# interrupt ends the statement, and no setting stays behind on the server's connections.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')

start_pooler transaction
direct=$db

run 0 apply "$batches" -d "$pooled"
contains "$out" "168 rows would be removed"
run 0 apply "$batches" -d "$pooled" --execute -j 2
run 0 verify "$batches" -d "$pooled" -j 2
run 0 verify "$batches" -d "$direct"
run 0 reset -d "$pooled" -n 'user_*' -T products --execute
run 1 verify "$batches" -d "$pooled"
run 0 apply "$batches" -d "$pooled" --execute
applied=$(checksum '%')

# Nothing of a run stays behind on the connections that the pooler keeps.
for setting in search_path row_security DateStyle TimeZone lock_timeout client_min_messages \
  transaction_read_only statement_timeout; do
  for _ in 1 2 3; do
    equals "$(psql -XAtq -d "$pooled" -c "SHOW $setting")" "$(sql "SHOW $setting")" "$setting"
  done
done
equals "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" 0

# Who blocks is found although the client's idea of its own backend is the pooler's.
hold "UPDATE user_1.marketplace_jobs SET priority = 1 WHERE id = 1"
run 4 apply "$batches" -d "$pooled" --execute --lock-timeout 2s
contains "$err" "SQLSTATE 55P03"
contains "$err" "(other_session, user "

# An interrupt reaches the server.
start apply "$batches" -d "$pooled" --execute
until_true waiting_for_a_lock
kill -INT "$resow_pid"
ended 130
not_waiting() { ! waiting_for_a_lock; }
until_true not_waiting
release
equals "$(checksum '%')" "$applied"

# A client that dies in the middle of a load leaves nothing behind.
start apply "$batches" -d "$pooled" --execute --scale 20000
until_true loading
kill_it
not_loading() { ! loading; }
until_true not_loading
equals "$(checksum '%')" "$applied"
[[ $start != "$applied" ]] || fail "nothing was applied"
run 0 verify "$batches" -d "$pooled"

# A baseline, what a test does through the pooler, and the rewind.
run 0 baseline -d "$pooled" -n 'user_*' --execute
applied=$(checksum 'user_%')
pooled_sql() { psql -XAtq -v ON_ERROR_STOP=1 -d "$pooled" -c "$1"; }
for _ in 1 2 3; do
  pooled_sql "BEGIN; SET LOCAL resow.test = 'test_pooled'; DELETE FROM user_1.marketplace_tasks; COMMIT"
  pooled_sql "UPDATE user_2.batch_jobs SET total_count = 99"
  contains "$(pooled_sql "SELECT * FROM resow.dirty()")" "test_pooled"
  lacks "$(pooled_sql "SELECT * FROM resow.dirty('user_2')")" "test_pooled"
  pooled_sql "SELECT FROM resow.rewind()"
  equals "$(checksum 'user_%')" "$applied"
  pooled_sql "DELETE FROM user_1.marketplace_tasks"
  run 0 rewind -d "$pooled" --report
  contains "$out" "marketplace_tasks"
  equals "$(checksum 'user_%')" "$applied"
done
# It pauses the journals of its own transaction, and of no other that comes over the same connection.
for _ in 1 2 3 4; do
  equals "$(pooled_sql "SELECT coalesce(current_setting('resow.rewinding', true), '')")" ""
  equals "$(pooled_sql "SHOW session_replication_role")" "origin"
  equals "$(pooled_sql "SHOW enable_hashjoin")" "on"
done
hold "UPDATE user_1.marketplace_jobs SET priority = 1 WHERE id = 1"
run 4 rewind -d "$pooled" --lock-timeout 200ms
contains "$err" "work in schema user_1 is still running: pid "
contains "$err" "other_session"
release
run 0 baseline -d "$pooled" --drop --execute
