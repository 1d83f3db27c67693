#!/usr/bin/env bash
# What a prune costs those who work meanwhile: 5,000,000 rows, of which one million goes, while a client
# inserts, updates and reads 1,000 times a second. The prune is killed with -9 five times on its way
# (KILLS says how often), and the same command goes on. Prints the 99th percentile of the client's
# latency alone and during the prune, as a ratio, and whether a row is too many or too few.
#   tests/benchmarks/prune_load.sh [JOBS] [OPTIONS OF PRUNE...]
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
jobs=${1:-1000000}
shift || true
options=("$@")
((${#options[@]})) || options=(--batch-rows 100 --pause 30ms)

createdb bench_prune_load
export PGDATABASE=bench_prune_load
psql -X -q -v ON_ERROR_STOP=1 -v jobs="$jobs" <<'SQL'
CREATE TABLE jobs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), status text NOT NULL DEFAULT 'new', touched int NOT NULL DEFAULT 0);
CREATE TABLE tasks (id bigserial PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs, note text NOT NULL);
INSERT INTO jobs (created_at, status) SELECT '2020-01-01'::timestamptz + i * interval '1 second', 'done' FROM generate_series(1, :jobs) AS i;
INSERT INTO tasks (job_id, note) SELECT i, md5(i::text) FROM generate_series(1, :jobs) AS i, generate_series(1, 4);
CREATE INDEX ON jobs (created_at);
CREATE INDEX ON tasks (job_id);
VACUUM ANALYZE;
CHECKPOINT;
SQL
cutoff=$(psql -XAt -c "SELECT to_char('2020-01-01'::timestamptz + $jobs / 5 * interval '1 second', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
cat >"$scratch/policy.json" <<END
{ "delete": { "tasks": "follow", "jobs": { "before": "$cutoff", "by": "created_at" } } }
END
cat >"$scratch/client.sql" <<END
\\set id random(1, $jobs)
\\set what random(1, 3)
\\if :what = 1
BEGIN;
INSERT INTO jobs (status) VALUES ('new') RETURNING id \\gset job_
INSERT INTO tasks (job_id, note) VALUES (:job_id, 'new');
COMMIT;
\\elif :what = 2
UPDATE jobs SET touched = touched + 1 WHERE id = :id;
\\else
SELECT count(*) FROM jobs AS j JOIN tasks AS t ON t.job_id = j.id WHERE j.id = :id;
\\endif
END
client() {  # seconds, log
  (cd "$scratch" && pgbench -n -c 4 -j 2 -R 1000 -T "$1" -l --log-prefix="$2" -f client.sql >"$2.out" 2>&1) || {
    cat "$scratch/$2.out" >&2
    exit 1
  }
}
percentile() { cat "$scratch/$1".[0-9]* | awk '{ print $3 }' | sort -n | awk '{ v[NR] = $1 } END { print v[int(NR * 0.99)] }'; }

client 5 warm
client 20 before
cd "$scratch"
pgbench -n -c 4 -j 2 -R 1000 -T 14400 -l --log-prefix=during -f client.sql >during.out 2>&1 &
client_pid=$!
cd - >/dev/null
sleep 1
plan=$("$RESOW" prune "$scratch/policy.json" --quiet)
began=$SECONDS
# Rows that went, as the history tells, which begins with the run.
gone() { psql -XAt -c "SELECT coalesce(sum(removed), 0) FROM resow.run_table" 2>/dev/null || echo 0; }
kills=${KILLS-5}
for ((kill = 1; kill <= kills; ++kill)); do
  "$RESOW" prune "$scratch/policy.json" --execute --plan "$plan" "${options[@]}" >"$scratch/prune.out" 2>&1 &
  prune_pid=$!
  # Between two of them an equal share of the rows goes.
  until (($(gone) * (kills + 1) >= jobs * kill)); do
    kill -0 "$prune_pid" 2>/dev/null || { cat "$scratch/prune.out" >&2; exit 1; }
    sleep 1
  done
  kill -9 "$prune_pid"
  wait "$prune_pid" 2>/dev/null || true
done
"$RESOW" prune "$scratch/policy.json" --execute --plan "$plan" "${options[@]}" >"$scratch/prune.out"
say "$(tail -n 1 "$scratch/prune.out") In $((SECONDS - began)) s, ${options[*]}, killed $kills times, $(gone) rows in all."
kill "$client_pid"  # TERM: what runs in the background does not hear INT
wait "$client_pid" || true
grep -E "ERROR|deadlock|failed" "$scratch/during.out" >&2 || true
left=$(psql -XAt -c "SELECT count(*) FROM jobs WHERE created_at < '$cutoff'")
say "$left rows that should have gone are left."
# Of what there was at first four fifths stay, each job with its four tasks; the client deletes nothing.
stay=$((jobs - jobs / 5 + 1))  # the last of a fifth is as old as the cutoff
psql -XAt -F ' ' -c "SELECT (SELECT count(*) FROM jobs WHERE id <= $jobs), (SELECT count(*) FROM tasks WHERE id <= 4 * $jobs),
  (SELECT count(*) FROM jobs AS j WHERE id > $jobs AND NOT EXISTS (SELECT FROM tasks AS t WHERE t.job_id = j.id))" |
  while read -r have_jobs have_tasks childless; do
    say "jobs: $((have_jobs - stay)) too many, tasks: $((have_tasks - 4 * stay)) too many, jobs of the client's without their task: $childless"
  done
client 20 after
# The machine is nobody's alone: before and behind it, taken together.
cat "$scratch"/before.[0-9]* "$scratch"/after.[0-9]* >"$scratch/alone.1"
alone=$(percentile alone) during=$(percentile during)
say "99th percentile alone: $(percentile before) and $(percentile after) us, during: $during us"
awk -v a="$alone" -v d="$during" 'BEGIN { printf "%-46s %-26s %7.2f\n", "99th percentile of others during a prune", "without one", d / a }'
