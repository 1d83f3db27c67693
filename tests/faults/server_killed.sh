#!/usr/bin/env bash
# The server dies in the middle of a load: a crash from which it recovers, and a shutdown that does
# not wait. In a sandbox of its own, whatever server the other tests use.
# shellcheck disable=SC2154
if [[ -z ${RESOW_SERVER_TO_KILL-} ]]; then
  RESOW=${RESOW:-$(cd "$(dirname "$0")/../.." && pwd)/build/dev/resow}
  exec env -u RESOW_TEST_SERVER -u RESOW_TEST_IN_SANDBOX RESOW_SERVER_TO_KILL=1 RESOW="$RESOW" \
    "$RESOW" sandbox --set restart_after_crash=on -- bash "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')

start apply "$batches" -d "$db" --execute --scale 20000
until_true loading
kill -9 "$(sql "SELECT pid FROM pg_stat_progress_copy LIMIT 1")"
ended 4
contains "$err" "COPY user_1."
contains "$out" "Nothing was changed."
until_true server_answers
equals "$(checksum '%')" "$start" "something is left after the crash"

take_server

start apply "$batches" -d "$db" --execute --scale 20000
until_true loading
kill -QUIT "$postmaster"  # immediate shutdown
ended 4
contains "$err" "COPY user_1."
contains "$out" "Nothing was changed."
run 4 apply "$batches" -d "$db" --execute
contains "$err" "connecting"

until_true server_gone
begin_server
equals "$(checksum '%')" "$start" "something is left after the shutdown"
run 0 apply "$batches" -d "$db" --execute
clean_up
trap - EXIT
kill -INT "$postmaster"
wait "$postmaster"
