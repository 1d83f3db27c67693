#!/usr/bin/env bash
# 1,000 batches, 100,000 jobs and 300,000 tasks, made, loaded and verified, against psql scripts that
# load rows which are there already (COPY from files) or make simpler ones in the server (INSERT ...
# SELECT ... FROM generate_series). The scripts truncate, restart the sequences and count, as we do.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/benchmarks/measure.sh
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

createdb bench_bulk_test
export PGDATABASE=bench_bulk_test
psql -X -q -v ON_ERROR_STOP=1 -v count=1 -f tenants.sql
"$RESOW" apply bulk.json --execute --quiet

tables=(batch_jobs marketplace_jobs marketplace_tasks)
for table in "${tables[@]}"; do
  psql -X -q -c "\\copy bench_1.$table TO '$scratch/$table.copy'"
done
before() {
  printf '\\set ON_ERROR_STOP on\nBEGIN;\nSET LOCAL search_path = bench_1;\n'
  printf 'TRUNCATE batch_jobs, marketplace_jobs, marketplace_tasks;\n'
}
after() {
  cat <<'SQL'
SELECT setval('batch_jobs_id_seq', 1000), setval('marketplace_jobs_id_seq', 100000),
  setval('marketplace_tasks_id_seq', 300000);
DO $$ BEGIN
  IF (SELECT count(*) FROM batch_jobs) <> 1000 OR (SELECT count(*) FROM marketplace_jobs) <> 100000
     OR (SELECT count(*) FROM marketplace_tasks) <> 300000 THEN
    RAISE EXCEPTION 'wrong counts';
  END IF;
END $$;
COMMIT;
SQL
}
{
  before
  for table in "${tables[@]}"; do echo "\\copy $table FROM '$scratch/$table.copy'"; done
  after
} >"$scratch/copy.sql"
{
  before
  cat <<'SQL'
INSERT INTO batch_jobs (id, batch_id, marketplace, status, total_count, created_at)
  SELECT n, 'publish_' || n, (ARRAY['vinted', 'ebay', 'etsy'])[1 + floor(random() * 3)::int],
    'pending', 100, '2026-01-19 12:00:00+00' FROM generate_series(1, 1000) AS n;
INSERT INTO marketplace_jobs (id, batch_job_id, marketplace, status)
  SELECT n, 1 + (n - 1) / 100, 'ebay', 'pending' FROM generate_series(1, 100000) AS n;
INSERT INTO marketplace_tasks (id, job_id, position, status)
  SELECT n, 1 + (n - 1) / 3, n, (ARRAY['pending', 'running', 'failed'])[1 + floor(random() * 3)::int]
  FROM generate_series(1, 300000) AS n;
SQL
  after
} >"$scratch/insert.sql"

ours() { "$RESOW" apply bulk.json --execute --quiet; }
copy() { psql -X -q -f "$scratch/copy.sql"; }
insert() { psql -X -q -f "$scratch/insert.sql"; }
compare "${RUNS-5}" : ours=ours copy=copy insert=insert
row "apply, 401,000 rows in 3 tables" "psql, COPY of ready rows" "${median_of[ours]}" "${median_of[copy]}"
row "apply, 401,000 rows in 3 tables" "psql, INSERT ... SELECT" "${median_of[ours]}" "${median_of[insert]}"
PGDATABASE=postgres dropdb bench_bulk_test
