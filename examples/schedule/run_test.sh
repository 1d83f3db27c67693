#!/usr/bin/env bash
# What the schedule runs, run twice: it prunes, and then has nothing to do.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
new_marketplace
for word in $db; do  # a script in cron has no conninfo, but these
  case $word in
    host=*) export PGHOST=${word#*=} ;;
    port=*) export PGPORT=${word#*=} ;;
    user=*) export PGUSER=${word#*=} ;;
    dbname=*) export PGDATABASE=${word#*=} ;;
  esac
done
export POLICY=$source_dir/examples/marketplace/old_jobs.json
jobs() { sql "SELECT count(*) FROM user_1.marketplace_jobs"; }
equals "$(jobs)" 168
sql "UPDATE user_1.marketplace_jobs SET created_at = now() WHERE id = 1"  # one that stays

MAX_ROWS=100 "$here/prune.sh" >"$work/first"
contains "$(cat "$work/first")" "Stopped: --max-rows is reached"
equals "$(jobs)" 68
"$here/prune.sh" >"$work/second"
equals "$(jobs)" 1
"$here/prune.sh" >"$work/third"
equals "$(cat "$work/third")" "" "there was nothing to do"

status=0
POLICY=$work/none.json "$here/prune.sh" 2>"$work/err" || status=$?
equals "$status" 2
if command -v systemd-analyze >/dev/null; then
  mkdir "$work/units"
  sed "s|/usr/local/bin/prune.sh|/bin/true|" "$here/resow-prune.service" >"$work/units/resow-prune.service"
  cp "$here/resow-prune.timer" "$work/units/"
  systemd-analyze verify "$work/units/resow-prune.timer"
fi
"$python" - "$here/github-workflow.yml" <<'PYTHON'
import sys
text = open(sys.argv[1]).read()
assert "\t" not in text and "examples/schedule/prune.sh" in text
PYTHON
