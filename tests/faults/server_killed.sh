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
answers() { sql "SELECT 1" >/dev/null 2>&1; }

start apply "$batches" -d "$db" --execute --scale 20000
until_true loading
kill -9 "$(sql "SELECT pid FROM pg_stat_progress_copy LIMIT 1")"
ended 4
contains "$err" "COPY user_1."
contains "$out" "Nothing was changed."
until_true answers
equals "$(checksum '%')" "$start" "something is left after the crash"

data=$(sql "SHOW data_directory")
postmaster=$(head -1 "$data/postmaster.pid")
mapfile -d '' -t command_line <"/proc/$postmaster/cmdline"
owner=$(stat -c %u "$data") group=$(stat -c %g "$data")
binary=$(readlink "/proc/$postmaster/exe")

start apply "$batches" -d "$db" --execute --scale 20000
until_true loading
kill -QUIT "$postmaster"  # immediate shutdown
ended 4
contains "$err" "COPY user_1."
contains "$out" "Nothing was changed."
run 4 apply "$batches" -d "$db" --execute
contains "$err" "connecting"

gone() { [[ ! -e /proc/$postmaster ]]; }
until_true gone
cd "$data"
drop=()
if ((EUID == 0)); then drop=(setpriv "--reuid=$owner" "--regid=$group" --clear-groups --); fi
"${drop[@]}" "$binary" "${command_line[@]:1}" >"$work/server.log" 2>&1 &
server_pid=$!
until_true answers
equals "$(checksum '%')" "$start" "something is left after the shutdown"
run 0 apply "$batches" -d "$db" --execute
clean_up
trap - EXIT
kill -INT "$server_pid"
wait "$server_pid"
