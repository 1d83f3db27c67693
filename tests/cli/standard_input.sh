#!/usr/bin/env bash
# A dataset may come through a pipe.
. "$(dirname "$0")/lib.sh"
new_marketplace
"$RESOW" apply - -d "$db" --execute <"$batches" >"$work/out"
contains "$(cat "$work/out")" "apply: ok"
cat "$batches" | "$RESOW" verify -d "$db" - >"$work/out"
contains "$(cat "$work/out")" "verify: ok"
status=0
echo '{ "dataset": "d", "tables": { "batch_job": {} }, "schemas": ["user_*"] }' |
  "$RESOW" verify - -d "$db" 2>"$work/err" || status=$?
equals "$status" 2
contains "$(cat "$work/err")" "resow: -#/tables/batch_job"
