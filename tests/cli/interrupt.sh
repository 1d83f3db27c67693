#!/usr/bin/env bash
# Ctrl-C, SIGTERM and kill -9 in the middle of a load: the schema is as it was.
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')

loading() {  # whether rows are on their way
  [[ $(sql "SELECT count(*) FROM pg_stat_progress_copy WHERE tuples_processed > 1000
           AND datname = current_database()") != 0 ]]
}
nobody_left() {
  [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'resow'") == 0 ]]
}
until_true() {
  local i
  for ((i = 0; i < 900; ++i)); do
    if "$@"; then return; fi
    sleep 0.1
  done
  fail "never: $*"
}
# SIGNAL STATUS
stopped_by() {
  local status=0 pid
  # A subshell without job control starts its children with SIGINT ignored; a terminal does not.
  env --default-signal=INT "$RESOW" apply "$batches" -d "$db" --execute --scale 20000 \
    >"$work/out" 2>"$work/err" &
  pid=$!
  until_true loading
  kill "-$1" "$pid"
  wait "$pid" || status=$?
  equals "$status" "$2" "$1: $(cat "$work/out" "$work/err")"
  until_true nobody_left
  equals "$(checksum '%')" "$start" "something is left after $1"
}
stopped_by INT 130
contains "$(cat "$work/err")" "resow: interrupted"
contains "$(cat "$work/out")" "Nothing was changed."
stopped_by TERM 130
stopped_by KILL 137
run 0 apply "$batches" -d "$db" --execute
