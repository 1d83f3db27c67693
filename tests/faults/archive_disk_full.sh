#!/usr/bin/env bash
# The disk of the archive is full in the middle of a prune: nothing is gone that is not in the
# archive, the same command goes on where there is room, and undo brings back what each run took.
# The disk is a small tmpfs; who may not mount one has a limit of a file's size instead.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE jobs (id int PRIMARY KEY, created_at timestamptz NOT NULL, payload text NOT NULL);
     CREATE TABLE tasks (id int PRIMARY KEY, job_id int NOT NULL REFERENCES jobs, note text NOT NULL);
     CREATE INDEX ON tasks (job_id);
     INSERT INTO jobs SELECT i, '2020-01-01'::timestamptz + i * interval '1 minute',
       (SELECT string_agg(md5((i * 31 + j)::text), '') FROM generate_series(1, 20) AS j) FROM generate_series(1, 12000) AS i;
     INSERT INTO tasks SELECT i, i, md5(i::text) FROM generate_series(1, 12000) AS i"
start=$(checksum public)
cat >"$work/policy.json" <<'END'
{ "delete": { "tasks": "follow", "jobs": { "before": "2020-01-08", "by": "created_at" } } }
END

disk=$work/disk
mkdir "$disk"
limit=()
if as_root mount -t tmpfs -o size=1m,mode=0777 tmpfs "$disk" 2>/dev/null; then
  trap 'as_root umount "$disk"; clean_up' EXIT
  why="No space left on device"
else
  limit=(prlimit "--fsize=$((1024 * 1024))")
  why="File too large"
fi

run 0 prune "$work/policy.json" -d "$db" -q
plan=$out
status=0
env --ignore-signal=XFSZ "${limit[@]}" "$RESOW" prune "$work/policy.json" -d "$db" --execute --plan "$plan" --archive "$disk/kept" \
  --batch-rows 400 >"$work/out" 2>"$work/err" || status=$?
equals "$status" 5 "$(cat "$work/err")"
contains "$(cat "$work/err")" "$disk/kept/$db_name-run-1.archive: cannot be written: $why"
contains "$(cat "$work/err")" "nothing was deleted that is not in it; make room, and run it again"
run 0 history -d "$db" 1 --format json
contains "$out" '"state": "failed"'
contains "$out" "$why"
# What it had committed is gone, and no more.
gone=$(sql "SELECT removed FROM resow.run_table WHERE run = 1 AND \"table\" = 'jobs'")
((gone > 0)) || fail "the disk was full before the first batch"
equals "$(sql "SELECT count(*) FROM jobs")" $((12000 - gone))
equals "$(sql "SELECT count(*) FROM tasks")" $((12000 - gone))

# What is in the archive comes back, the torn batch behind it notwithstanding.
run 0 undo 1 -d "$db" --execute
equals "$(checksum public)" "$start"

# And where there is room the same command does all of it.
run 0 prune "$work/policy.json" -d "$db" --execute --plan "$plan" --archive "$work/elsewhere" --batch-rows 400
equals "$(sql "SELECT count(*) FROM jobs WHERE created_at < '2020-01-08'")" 0
run 0 undo "$(sql "SELECT max(id) FROM resow.run")" -d "$db" --execute
equals "$(checksum public)" "$start"
