#!/usr/bin/env bash
# Ctrl-C, SIGTERM and kill -9 in the middle of a load: the schema is as it was.
. "$(dirname "$0")/../faults/lib.sh"
new_marketplace
before=$(checksum '%')

# SIGNAL STATUS
stopped_by() {
  start apply "$batches" -d "$db" --execute --scale 20000
  until_true loading
  kill "-$1" "$resow_pid"
  ended "$2"
  until_true nobody_left
  equals "$(checksum '%')" "$before" "something is left after $1"
}
stopped_by INT 130
contains "$err" "resow: interrupted"
contains "$out" "Nothing was changed."
stopped_by TERM 130
stopped_by KILL 137
run 0 apply "$batches" -d "$db" --execute
