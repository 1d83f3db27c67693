#!/usr/bin/env bash
# A report that cannot be written after a commit: a status of its own, which nobody takes for
# "nothing was changed".
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA shop CREATE TABLE orders (id int); INSERT INTO shop.orders VALUES (1)"
# lost STATUS MESSAGE ARGUMENTS...: with nowhere to write to.
lost() {
  local wanted=$1 message=$2 status=0
  shift 2
  "$RESOW" "$@" >/dev/full 2>"$work/err" || status=$?
  equals "$status" "$wanted" "$*: $(cat "$work/err")"
  contains "$(cat "$work/err")" "$message"
}
lost 5 "resow: the report could not be written" reset -n shop -d "$db"
lacks "$(cat "$work/err")" "what was asked for is done"
equals "$(sql "SELECT count(*) FROM shop.orders")" 1
lost 5 "resow: the report could not be written; what was asked for is done" reset -n shop -d "$db" --execute
equals "$(sql "SELECT count(*) FROM shop.orders")" 0
lost 2 "no schema matches" reset -n nowhere -d "$db" --execute
