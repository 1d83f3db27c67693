#!/usr/bin/env bash
# A table that somebody else has locked: who that is, status 4, everything as it was.
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')
hold "UPDATE user_1.marketplace_jobs SET priority = 1 WHERE id = 1"
run 4 apply "$batches" -d "$db" --execute --lock-timeout 600ms
contains "$err" "SQLSTATE 55P03"
contains "$err" "other_session"
contains "$err" "UPDATE user_1.marketplace_jobs SET priority = 1"
release
equals "$(checksum '%')" "$start"
run 0 apply "$batches" -d "$db" --execute
