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
kill -9 "$resow_pid"
wait "$resow_pid" 2>/dev/null || true
not_loading() { ! loading; }
until_true not_loading
equals "$(checksum '%')" "$applied"
[[ $start != "$applied" ]] || fail "nothing was applied"
run 0 verify "$batches" -d "$pooled"
