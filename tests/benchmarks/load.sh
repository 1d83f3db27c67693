#!/usr/bin/env bash
# Batches, jobs and tasks (1 : 100 : 300) made and loaded into tables with keys and indexes, all of
# them in force at the end.
#   tests/benchmarks/load.sh
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server whose superuser we are.
# BATCHES says how many batches (10,000: 4 million rows), HUGE=1 adds a run of 100 million rows.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/benchmarks/measure.sh
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 711 "$scratch"
batches=${BATCHES-10000}
scale=$((batches / 10))
rows=$((batches * 401))
what="apply, $(thousands "$rows") rows in 3 tables"

createdb bench_load_test
export PGDATABASE=bench_load_test
psql -Xq -v ON_ERROR_STOP=1 -f load.sql
"$RESOW" apply load.json --scale "$scale" --execute --quiet

# Ready-made files, in the server's own folder where it may read them.
mkdir -m 777 "$scratch/files"
tables=(batches jobs tasks)
for table in "${tables[@]}"; do
  psql -Xq -c "\\copy bench.$table TO '$scratch/files/$table.text'"
  psql -Xq -c "COPY bench.$table TO '$scratch/files/$table.binary' (FORMAT binary)"
done

# (a) What people do: the tables as they stand.
{
  printf '\\set ON_ERROR_STOP on\nBEGIN;\nTRUNCATE bench.batches, bench.jobs, bench.tasks;\n'
  for table in "${tables[@]}"; do echo "\\copy bench.$table FROM '$scratch/files/$table.text'"; done
  echo "COMMIT;"
} >"$scratch/plain.sql"

# (b) The limit: no client at all, bare tables, frozen rows, then the same keys and indexes.
{
  printf '\\set ON_ERROR_STOP on\nBEGIN;\nSET LOCAL search_path = bench;\n'
  cat <<'SQL'
ALTER TABLE tasks DROP CONSTRAINT tasks_job_id_fkey, DROP CONSTRAINT tasks_pkey;
ALTER TABLE jobs DROP CONSTRAINT jobs_batch_id_fkey, DROP CONSTRAINT jobs_pkey;
ALTER TABLE batches DROP CONSTRAINT batches_pkey, DROP CONSTRAINT batches_code_key;
DROP INDEX jobs_batch_id_idx, jobs_status_created_at_idx, tasks_job_id_idx, tasks_status_created_at_idx;
TRUNCATE batches, jobs, tasks;
SQL
  for table in "${tables[@]}"; do echo "COPY $table FROM '$scratch/files/$table.binary' (FORMAT binary, FREEZE);"; done
  cat <<'SQL'
ALTER TABLE batches ADD PRIMARY KEY (id), ADD UNIQUE (code);
ALTER TABLE jobs ADD PRIMARY KEY (id);
CREATE INDEX ON jobs (batch_id);
CREATE INDEX ON jobs (status, created_at);
ALTER TABLE tasks ADD PRIMARY KEY (id);
CREATE INDEX ON tasks (job_id);
CREATE INDEX ON tasks (status, created_at);
ALTER TABLE jobs ADD FOREIGN KEY (batch_id) REFERENCES batches;
ALTER TABLE tasks ADD FOREIGN KEY (job_id) REFERENCES jobs;
COMMIT;
SQL
} >"$scratch/limit.sql"

# Nothing that is left over from one side is done in the other's time; seed, which removes nothing,
# begins with empty tables.
settle() {
  [[ ${1-} != seed ]] || psql -Xq -c "TRUNCATE bench.batches, bench.jobs, bench.tasks"
  psql -Xq -c CHECKPOINT
}
apply_all() { "$RESOW" apply load.json --scale "$scale" --execute --quiet; }
seed_all() { "$RESOW" seed load.json --scale "$scale" --execute --quiet; }
plain() { psql -Xq -f "$scratch/plain.sql"; }
limit() { psql -Xq -f "$scratch/limit.sql"; }
compare "${RUNS-3}" settle apply=apply_all plain=plain seed=seed_all limit=limit
row "$what" "psql \\copy, text, as they stand" "${median_of[apply]}" "${median_of[plain]}"
row "$what" "the limit: COPY FREEZE, binary" "${median_of[apply]}" "${median_of[limit]}"
row "seed (no verification), $(thousands "$rows") rows" "the limit: COPY FREEZE, binary" "${median_of[seed]}" "${median_of[limit]}"

# How the time of a row, and memory, go with the number of rows.
peak_memory() { # kilobytes, of a command
  python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}
sizes=(25 250 2500 25000)
[[ -z ${HUGE-} ]] || sizes+=(250000)
((batches >= 10000)) || sizes=(25 250 2500)
per_row_of_first=""
for size in "${sizes[@]}"; do
  printf '{ "dataset": "rows", "schemas": ["bench"], "tables": { "batches": { "rows": %d }, "jobs": { "per": "batches", "rows": 100 }, "tasks": { "per": "jobs", "rows": 3 } } }\n' "$size" >"$scratch/rows.json"
  settle seed
  time_of=$(milliseconds peak_memory "$RESOW" apply "$scratch/rows.json" --execute --quiet)
  memory=$(tail -n 1 "$scratch/output")
  per_row=$(awk -v t="$time_of" -v n=$((size * 401)) 'BEGIN { print t / n }')
  per_row_of_first=${per_row_of_first:-$per_row}
  printf '%-46s %-26s %7s %7s  %d MB at most\n' "apply, $(thousands $((size * 401))) rows: of one row" \
    "the time at $(thousands $((sizes[0] * 401))) rows" \
    "$(awk -v a="$per_row_of_first" -v b="$per_row" 'BEGIN { printf "%.1f", a / b }')" - $((memory / 1024))
done
PGDATABASE=postgres dropdb bench_load_test
