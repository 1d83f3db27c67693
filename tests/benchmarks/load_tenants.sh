#!/usr/bin/env bash
# 200 tenant schemas of 10,025 rows each, against psql \copy of ready-made files into each of them.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/benchmarks/measure.sh
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tenants=${TENANTS-200}

createdb bench_tenants_test
export PGDATABASE=bench_tenants_test
psql -Xq -v ON_ERROR_STOP=1 -v count="$tenants" -f tenants.sql
"$RESOW" apply load_tenants.json --execute --quiet -n bench_1
for table in batch_jobs marketplace_jobs marketplace_tasks; do
  psql -Xq -c "\\copy bench_1.$table TO '$scratch/$table.copy'"
done
for ((n = 1; n <= tenants; ++n)); do
  echo "BEGIN; SET LOCAL search_path = bench_$n; TRUNCATE batch_jobs, marketplace_jobs, marketplace_tasks;"
  for table in batch_jobs marketplace_jobs marketplace_tasks; do echo "\\copy $table FROM '$scratch/$table.copy'"; done
  echo "COMMIT;"
done >"$scratch/copy.sql"

one() { "$RESOW" apply load_tenants.json --execute --quiet; }
two() { "$RESOW" apply load_tenants.json --execute --quiet -j 2; }
copy() { psql -Xq -v ON_ERROR_STOP=1 -f "$scratch/copy.sql"; }
compare "${RUNS-3}" : one=one two=two copy=copy
row "apply, $tenants schemas of 10,025 rows" "psql \\copy of ready rows" "${median_of[one]}" "${median_of[copy]}"
row "apply -j 2, $tenants schemas of 10,025 rows" "psql \\copy of ready rows" "${median_of[two]}" "${median_of[copy]}"
row "apply -j 2, $tenants schemas of 10,025 rows" "apply -j 1" "${median_of[two]}" "${median_of[one]}"
PGDATABASE=postgres dropdb bench_tenants_test
