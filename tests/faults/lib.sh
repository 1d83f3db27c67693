# What the tests of faults share, beside what all tests of the command line do. A fault hits a run
# in progress: each test starts one in the background, waits until rows are on their way, strikes,
# and holds the database against what it was.
# shellcheck disable=SC2034,SC2154
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

# start ARGUMENTS...: resow in the background, its pid in $resow_pid. Its output goes to files of its
# own, $started.out and $started.err: what runs meanwhile writes elsewhere.
start() {
  started=$(mktemp "$work/started.XXXXXX")
  # Without job control a child in the background ignores SIGINT; at a terminal it does not.
  env --default-signal=INT "$RESOW" "$@" >"$started.out" 2>"$started.err" </dev/null &
  resow_pid=$!
}

# ended STATUS: waits for it; its output is in $out and $err.
ended() {
  local status=0
  wait "$resow_pid" || status=$?
  out=$(<"$started.out") err=$(<"$started.err")
  ((status == $1)) || fail "resow ended with $status, not $1
--- stdout
$out
--- stderr
$err"
}

# kill_it: with -9, and waits for it.
kill_it() {
  kill -9 "$resow_pid"
  wait "$resow_pid" 2>/dev/null || true
}

# killed_when CONDITION ARGUMENTS...: resow, killed as soon as the condition holds, and the server is
# done with it.
killed_when() {
  local condition=$1
  shift
  start "$@"
  until_true "$condition"
  kill_it
  until_true nobody_left
}

# killed_in_the_middle ARGUMENTS...: resow, killed when as many of its connections as $at_once (1) wait
# for locks of hold's, which are released.
killed_in_the_middle() {
  start "$@"
  until_true waiting_for_locks "${at_once-1}"
  kill_it
  release
  until_true nobody_left
}

until_true() {
  local i
  for ((i = 0; i < 600; ++i)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  fail "never: $*
$(cat "$work"/out "$work"/err "$work"/started.*.??? 2>/dev/null)"
}

# Whether rows are on their way.
loading() {
  local copying="pg_stat_progress_copy WHERE tuples_processed > 1000"
  if (($(sql "SHOW server_version_num") < 140000)); then # which does not tell how far it is
    copying="pg_stat_activity WHERE query LIKE 'COPY %' AND state = 'active' AND clock_timestamp() - query_start > '0.3 s'"
  fi
  [[ $(sql "SELECT count(*) FROM $copying AND datname = current_database()") != 0 ]]
}
waiting_for_a_lock() { waiting_for_locks 1; }
waiting_for_locks() {
  (($(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
           AND datname = current_database()") >= $1))
}
# Whether the server has ended what it did for us.
nobody_left() {
  [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'resow'") == 0 ]]
}

# For programs that refuse to run as root, and have to reach the server's socket: as the server's
# own user. as_server_user COMMAND...
as_server_user() {
  local data
  data=$(server_sql 'SHOW data_directory')
  if ((EUID != 0)); then
    "$@"
  else
    setpriv --reuid="$(stat -c %u "$data")" --regid="$(stat -c %g "$data")" --clear-groups -- "$@"
  fi
}

# start_pooler MODE: a real pgbouncer before $db, and a conninfo that leads through it in $pooled. It
# ends with the test.
start_pooler() {
  local host port user
  command -v pgbouncer >/dev/null || PATH=$PATH:/usr/sbin
  command -v pgbouncer >/dev/null || fail "pgbouncer is missing: apt-get install pgbouncer"
  pooler=$(mktemp -d)
  host=$(sql "SELECT split_part(setting, ',', 1) FROM pg_settings WHERE name = 'unix_socket_directories'")
  port=$(sql "SHOW port")
  user=$(sql "SELECT session_user")
  cat >"$pooler/pgbouncer.ini" <<INI
[databases]
* = host=$host port=$port user=$user
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $pooler
logfile = $pooler/log
pidfile = $pooler/pid
auth_type = any
pool_mode = $1
default_pool_size = 3
server_reset_query_always = 0
INI
  chmod -R a+rwX "$pooler"
  chmod 777 "$pooler"
  as_server_user pgbouncer -q "$pooler/pgbouncer.ini" &
  pooler_pid=$!
  # (The process in the background may be a shell that waits for it.)
  trap 'kill "$(cat "$pooler/pid")" "$pooler_pid" 2>/dev/null || true; wait "$pooler_pid" 2>/dev/null || true; clean_up; rm -rf "$pooler"' EXIT
  until_true test -S "$pooler/.s.PGSQL.6432"
  pooled="host=$pooler port=6432 user=$user dbname=$db_name"
}

# The server under the test, taken over so that it can be stopped and begun again: take_server, then
# stop_server SIGNAL (with KILL also all of its children, as a power cut would) and begin_server.
take_server() {
  data=$(sql "SHOW data_directory")
  postmaster=$(head -1 "$data/postmaster.pid")
  mapfile -d '' -t command_line <"/proc/$postmaster/cmdline"
  binary=$(readlink "/proc/$postmaster/exe")
  drop=()
  if ((EUID == 0)); then
    drop=(setpriv "--reuid=$(stat -c %u "$data")" "--regid=$(stat -c %g "$data")" --clear-groups --)
  fi
  cd "$data"
}
stop_server() {
  local children
  children=$(pgrep -P "$postmaster" || true)
  kill "-$1" "$postmaster"
  # shellcheck disable=SC2086
  if [[ $1 == KILL ]]; then kill -KILL $children 2>/dev/null || true; fi
  until_true server_gone
}
server_gone() { ! kill -0 "$postmaster" 2>/dev/null || [[ $(ps -o stat= -p "$postmaster") == Z* ]]; }
server_answers() { sql "SELECT 1" >/dev/null 2>&1; }
begin_server() {
  rm -f "$data/postmaster.pid"
  spawn_server
  until_true server_begun
  postmaster=$(head -1 "$data/postmaster.pid")
}
spawn_server() {
  "${drop[@]}" "$binary" "${command_line[@]:1}" >>"$work/server.log" 2>&1 &
  spawned=$!
}
# A new one ends at once while a child of the killed one still has its memory.
server_begun() {
  server_answers && return
  kill -0 "$spawned" 2>/dev/null || spawn_server
  return 1
}
