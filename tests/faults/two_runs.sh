#!/usr/bin/env bash
# Two runs on the same schemas at once: one waits for the other and says so; with no time to wait it
# gives up, and names the other. Either way the schemas end as one run leaves them.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
# Holds up the first run in the middle.
hold "UPDATE user_1.marketplace_jobs SET priority = 1 WHERE id = 1"

start apply "$batches" -d "$db" --execute
first=$resow_pid
until_true waiting_for_a_lock
run 4 apply "$batches" -d "$db" --execute --lock-timeout 500ms
contains "$err" "lock schema user_1: another run holds schema user_1: pid "
contains "$err" "(resow, user "
contains "$err" "SQLSTATE 55P03"
contains "$err" "pg_terminate_backend("

first_files=$started
start apply "$batches" -d "$db" --execute
second=$resow_pid second_files=$started
told() { grep -q "waiting for pid [0-9]* (resow, user " "$started.err"; }
until_true told
release
resow_pid=$first started=$first_files
ended 0
resow_pid=$second started=$second_files
ended 0
run 0 verify "$batches" -d "$db"
