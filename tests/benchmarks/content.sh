#!/usr/bin/env bash
# verify --content of 4,010,000 rows in three tables, against a plain COPY TO STDOUT of the same tables
# by psql, text as it is by default. Then its peak memory for a tenth of the rows and for all of them.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/benchmarks/measure.sh
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

createdb bench_content_test
export PGDATABASE=bench_content_test
psql -X -q -v ON_ERROR_STOP=1 -v count=1 -f tenants.sql

ours() { "$RESOW" verify bulk.json --scale "$scale" --content --quiet; }
copy() {
  local table
  for table in batch_jobs marketplace_jobs marketplace_tasks; do
    echo "COPY bench_1.$table TO STDOUT;"
  done | psql -X -q -v ON_ERROR_STOP=1 -o /dev/null
}
# Kilobytes that resow has had at most.
peak() {
  "$python" - "$RESOW" verify bulk.json --scale "$scale" --content --quiet <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PYTHON
}
python=python3
[[ -x /usr/bin/python3 ]] && python=/usr/bin/python3

declare -A peak_of
for scale in 1 10; do
  "$RESOW" apply bulk.json --scale "$scale" --execute --quiet
  psql -X -q -c "VACUUM ANALYZE"
  peak_of[$scale]=$(peak)
done
compare "${RUNS-5}" : ours=ours copy=copy
row "verify --content, 4,010,000 rows in 3 tables" "psql, COPY TO STDOUT" "${median_of[ours]}" "${median_of[copy]}"
printf 'peak memory of verify --content: %s MB for 401,000 rows, %s MB for 4,010,000\n' \
  $((peak_of[1] / 1024)) $((peak_of[10] / 1024))
PGDATABASE=postgres dropdb bench_content_test
