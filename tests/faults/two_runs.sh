#!/usr/bin/env bash
# Two runs on the same schemas at once: one waits for the other and says so; with no time to wait it
# gives up, and names the other. Either way the schemas end as one run leaves them.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
# Holds up the first run in the middle.
coproc psql -XAtq -d "$db application_name=pytest"
printf 'BEGIN;\nUPDATE user_1.marketplace_jobs SET priority = 1 WHERE id = 1;\n\\echo locked\n' >&"${COPROC[1]}"
read -r answer <&"${COPROC[0]}"
equals "$answer" locked

start apply "$batches" -d "$db" --execute
first=$resow_pid
until_true waiting_for_a_lock
run 4 apply "$batches" -d "$db" --execute --lock-timeout 500ms
contains "$err" "lock schema user_1: another run holds schema user_1: pid "
contains "$err" "(resow, user "
contains "$err" "SQLSTATE 55P03"
contains "$err" "pg_terminate_backend("

"$RESOW" apply "$batches" -d "$db" --execute >"$work/out2" 2>"$work/err2" </dev/null &
second=$!
told() { grep -q "waiting for pid [0-9]* (resow, user " "$work/err2"; }
until_true told
printf 'ROLLBACK;\n\\q\n' >&"${COPROC[1]}"
resow_pid=$first
ended 0
resow_pid=$second
wait "$second" || fail "the second run failed: $(cat "$work/err2")"
run 0 verify "$batches" -d "$db"
