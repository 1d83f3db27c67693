#!/usr/bin/env bash
# A small dataset applied to 1, 10, 100 and 1,000 schemas, against a psql script that does the same.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

ours() { "$RESOW" apply tenants.json --execute --quiet; }
ours_jobs() { "$RESOW" apply tenants.json --execute --quiet -j "$(nproc)"; }
script() { psql -X -q -f "$scratch/script.sql"; }

for count in 1 10 100 1000; do
  database=bench_${count}_test
  createdb "$database"
  export PGDATABASE=$database
  psql -X -q -v ON_ERROR_STOP=1 -v count="$count" -f tenants.sql
  psql -X -q -c "VACUUM ANALYZE"
  ./tenants_script.sh "$count" >"$scratch/script.sql"
  runs=$((count < 100 ? 15 : count < 1000 ? 7 : 3))
  compare $runs : ours=ours jobs=ours_jobs script=script
  row "apply, $count schemas of 3 tables" "psql script" "${median_of[ours]}" "${median_of[script]}"
  row "apply -j $(nproc), $count schemas of 3 tables" "psql script" "${median_of[jobs]}" "${median_of[script]}"
  unset PGDATABASE
  PGDATABASE=postgres dropdb "$database"
done
