#!/usr/bin/env bash
# The network goes away in the middle of a load, before a COMMIT, and between a COMMIT and its
# answer. What the server decided is found out over a new connection.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')

proxy_folder=$(mktemp -d)
host=$(sql "SELECT split_part(setting, ',', 1) FROM pg_settings WHERE name = 'unix_socket_directories'")
port=$(sql "SHOW port")
user=$(sql "SELECT session_user")
proxy_pids=()
trap 'kill -9 "${proxy_pids[@]}" 2>/dev/null || true; rm -rf "$proxy_folder"; clean_up' EXIT
# proxy [CUT]: a way to the server that can be cut. Its connections end when it does.
proxy() {
  python3 "$(dirname "$0")/proxy.py" "$proxy_folder/.s.PGSQL.$port" "$host/.s.PGSQL.$port" "$@" &
  proxy_pids+=("$!")
  until_true test -S "$proxy_folder/.s.PGSQL.$port"
}
through="host=$proxy_folder port=$port user=$user dbname=$db_name"

proxy
start apply "$batches" -d "$through" --execute --scale 20000
until_true loading
kill -9 "${proxy_pids[-1]}"
ended 4
contains "$err" "COPY user_1."
contains "$out" "Nothing was changed."
until_true nobody_left
equals "$(checksum '%')" "$start" "something is left after the connection was cut"

# The COMMIT does not arrive: rolled back, and that is known.
rm "$proxy_folder/.s.PGSQL.$port"
proxy before-commit
run 4 apply "$batches" -d "$through" --execute -n user_1 --no-history
contains "$err" "COMMIT"
lacks "$err" "not known"
until_true nobody_left
equals "$(checksum '%')" "$start" "something is left of a COMMIT that did not arrive"

# The COMMIT arrives, its answer does not: done, and that is known.
kill -9 "${proxy_pids[-1]}"
rm "$proxy_folder/.s.PGSQL.$port"
proxy after-commit
run 0 apply "$batches" -d "$through" --execute -n user_1 --no-history
equals "$(sql "SELECT count(*) FROM user_1.batch_jobs")" 3
