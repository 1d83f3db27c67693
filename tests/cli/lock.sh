#!/usr/bin/env bash
# A table that somebody else has locked: who that is, status 4, everything as it was.
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')
coproc psql -XAtq -d "$db application_name=left_over_test"
holder=$COPROC_PID  # unset as soon as it has ended
printf 'BEGIN;\nUPDATE user_1.marketplace_jobs SET priority = 1 WHERE id = 1;\n\\echo locked\n' >&"${COPROC[1]}"
read -r answer <&"${COPROC[0]}"
equals "$answer" locked
run 4 apply "$batches" -d "$db" --execute --lock-timeout 600ms
contains "$err" "SQLSTATE 55P03"
contains "$err" "left_over_test"
contains "$err" "UPDATE user_1.marketplace_jobs SET priority = 1"
printf 'ROLLBACK;\n\\q\n' >&"${COPROC[1]}"
wait "$holder"
equals "$(checksum '%')" "$start"
run 0 apply "$batches" -d "$db" --execute
