#!/usr/bin/env bash
# The data of a schema to a file and back: against pg_dump -Fc --data-only and pg_restore.
#   tests/benchmarks/snapshot.sh LABEL
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server whose superuser we are.
# BATCHES says how many batches (2,500: 1 million rows).
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/benchmarks/measure.sh
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
batches=${BATCHES-2500}
rows=$(thousands $((batches * 401)))
label=$1

createdb bench_snapshot_test
export PGDATABASE=bench_snapshot_test
psql -Xq -v ON_ERROR_STOP=1 -f load.sql
"$RESOW" apply load.json --scale $((batches / 10)) --execute --quiet

snapshot() { "$RESOW" snapshot -n bench "$scratch/snapshot" --force --quiet; }
dump() { pg_dump -Fc --data-only -n bench -f "$scratch/dump"; }
dump_zstd() { pg_dump -Fc -Z zstd:1 --data-only -n bench -f "$scratch/dump"; }
restore() { "$RESOW" restore "$scratch/snapshot" --execute --quiet; }
# Into empty tables, as they stand; --disable-triggers leaves foreign keys unchecked, which a superuser alone may.
clear_by_hand() {
  psql -Xq -c "TRUNCATE bench.batches, bench.jobs, bench.tasks"
}
pg_restore_plain() { clear_by_hand && pg_restore -j1 -1 --data-only -d "$PGDATABASE" "$scratch/dump"; }
pg_restore_unchecked() {
  clear_by_hand && pg_restore -j1 -1 --data-only --disable-triggers -d "$PGDATABASE" "$scratch/dump"
}

compare 3 : ours=snapshot theirs=dump
row "snapshot, $rows rows, $label" "pg_dump -Fc --data-only" "${median_of[ours]}" "${median_of[theirs]}"
awk -v a="$(stat -c %s "$scratch/snapshot")" -v b="$(stat -c %s "$scratch/dump")" -v what="  its file's size" '
  BEGIN { printf "%-46s %-26s %7.2f %7s\n", what, "pg_dump (theirs / ours)", b / a, "-" }'
if pg_dump --help | grep -q 'METHOD'; then  # PostgreSQL 16
  compare 3 : ours=snapshot theirs=dump_zstd
  row "snapshot, $rows rows, $label" "pg_dump -Z zstd:1" "${median_of[ours]}" "${median_of[theirs]}"
fi
dump
compare 3 : ours=restore theirs=pg_restore_plain unchecked=pg_restore_unchecked
row "restore, compared row by row, $rows rows, $label" "pg_restore -1 --data-only" "${median_of[ours]}" "${median_of[theirs]}"
row "restore, compared row by row, $rows rows, $label" "the same, keys unchecked" "${median_of[ours]}" "${median_of[unchecked]}"
