#!/usr/bin/env bash
# Somebody else's ALTER TABLE also keeps the catalog from being read: who that is, and no longer than
# --lock-timeout, in a preview too.
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE t (a int CHECK (a > 0))"
printf '{"tables": {"t": {"rows": 1}}}' >"$work/d.json"
hold "LOCK TABLE t"
for command in "apply $work/d.json" "apply $work/d.json --execute" "seed $work/d.json"; do
  # shellcheck disable=SC2086
  run 4 $command -d "$db" --lock-timeout 900ms
  contains "$err" "SQLSTATE 55P03"
  contains "$err" "catalog: waiting for pid "
  contains "$err" "(other_session, user "
done
release
run 0 apply "$work/d.json" -d "$db" --execute
