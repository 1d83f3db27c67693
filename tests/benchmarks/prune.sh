#!/usr/bin/env bash
# One million jobs with two million tasks, of which the oldest fifth goes: against one big DELETE of
# the same rows, and against the loop of DELETE ... WHERE id IN (SELECT ... LIMIT 1000) that people
# write. Then ten runs of a tenth each: what the last batches cost, and what the first ones did. Then
# its undo against COPY of the same rows, and how much memory that took.
#   tests/benchmarks/prune.sh [JOBS]
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
jobs=${1:-1000000}

createdb bench_prune_start
psql -X -q -v ON_ERROR_STOP=1 -v jobs="$jobs" -d bench_prune_start <<'SQL'
CREATE TABLE jobs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL, status text NOT NULL, payload text NOT NULL);
CREATE TABLE tasks (id bigserial PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs, note text NOT NULL);
INSERT INTO jobs (created_at, status, payload)
  SELECT '2026-01-01'::timestamptz + i * interval '1 second', 'done', md5(i::text) || md5((i + 1)::text) FROM generate_series(1, :jobs) AS i;
INSERT INTO tasks (job_id, note) SELECT i, md5(i::text) FROM generate_series(1, :jobs) AS i, generate_series(1, 2);
CREATE INDEX ON jobs (created_at);
CREATE INDEX ON tasks (job_id);
VACUUM ANALYZE;
CHECKPOINT;
SQL
cutoff=$(psql -XAt -d bench_prune_start -c "SELECT '2026-01-01'::timestamptz + $jobs / 5 * interval '1 second'")
cat >"$scratch/policy.json" <<END
{ "policy": "old-jobs",
  "settings": { "cutoff": "$(sed -E 's/ /T/; s/\+00$/Z/' <<<"$cutoff")" },
  "delete": { "tasks": "follow", "jobs": { "before": "cutoff", "by": "created_at" } } }
END
cat >"$scratch/loop.sql" <<END
CREATE PROCEDURE clean() LANGUAGE plpgsql AS \$\$
BEGIN
  LOOP
    DELETE FROM tasks WHERE id IN (SELECT t.id FROM tasks AS t JOIN jobs AS j ON j.id = t.job_id WHERE j.created_at < '$cutoff' LIMIT 1000);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
  LOOP
    DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE created_at < '$cutoff' LIMIT 1000);
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END \$\$;
END

export PGDATABASE=bench_prune
fresh() {
  dropdb --if-exists bench_prune 2>/dev/null
  createdb -T bench_prune_start bench_prune
  case $1 in
    ours*) plan=$("$RESOW" prune "$scratch/policy.json" --quiet) ;;
    loop) psql -X -q -f "$scratch/loop.sql" ;;
  esac
  psql -X -q -c CHECKPOINT
}
ours() { "$RESOW" prune "$scratch/policy.json" --execute --plan "$plan" --quiet; }
ours_bare() { "$RESOW" prune "$scratch/policy.json" --execute --plan "$plan" --no-archive --quiet; }
big_delete() {
  psql -X -q -v ON_ERROR_STOP=1 <<SQL
BEGIN;
DELETE FROM tasks USING jobs WHERE jobs.id = tasks.job_id AND jobs.created_at < '$cutoff';
DELETE FROM jobs WHERE created_at < '$cutoff';
COMMIT;
SQL
}
loop() { psql -X -q -c 'CALL clean()'; }
compare 3 fresh ours=ours ours_bare=ours_bare big=big_delete loop=loop
what="prune $(thousands $((jobs * 3 / 5))) of $(thousands $((jobs * 3))) rows"
row "$what" "one big DELETE" "${median_of[ours]}" "${median_of[big]}"
row "$what" "DELETE ... LIMIT 1000" "${median_of[ours]}" "${median_of[loop]}"
row "$what, no archive" "one big DELETE" "${median_of[ours_bare]}" "${median_of[big]}"
row "$what, no archive" "DELETE ... LIMIT 1000" "${median_of[ours_bare]}" "${median_of[loop]}"

tenth() {
  plan=$("$RESOW" prune "$scratch/policy.json" --quiet)
  milliseconds "$RESOW" prune "$scratch/policy.json" --execute --plan "$plan" --max-rows $((jobs * 3 / 50)) --quiet
}
fresh nothing
times=()
for _ in 1 2 3 4 5 6 7 8 9 10; do times+=("$(tenth)"); done
row "the first tenth of a prune" "the last tenth" "${times[0]}" "${times[9]}"

# All that goes comes back: against COPY of the same rows from ready-made files.
bring_back() { "$RESOW" undo "$(psql -XAtc "SELECT max(id) FROM resow.run WHERE command = 'prune'")" --execute --quiet; }
copy_back() {
  psql -X -q -v ON_ERROR_STOP=1 -c "BEGIN" -c "\\copy jobs FROM '$scratch/jobs'" -c "\\copy tasks FROM '$scratch/tasks'" -c "COMMIT"
}
gone() {
  fresh ours
  psql -X -q -c "\\copy (SELECT * FROM jobs WHERE created_at < '$cutoff') TO '$scratch/jobs'" \
    -c "\\copy (SELECT t.* FROM tasks AS t JOIN jobs AS j ON j.id = t.job_id WHERE j.created_at < '$cutoff') TO '$scratch/tasks'"
  ours >/dev/null
  psql -X -q -c CHECKPOINT
}
compare 2 gone undo=bring_back copy=copy_back
row "undo of $(thousands $((jobs * 3 / 5))) rows" "COPY of the same rows" "${median_of[undo]}" "${median_of[copy]}"
gone undo
peak=$(command time -f %M "$RESOW" undo "$(psql -XAtc "SELECT max(id) FROM resow.run WHERE command = 'prune'")" --execute --quiet 2>&1)
say "undo of $(thousands $((jobs * 3 / 5))) rows: $((peak / 1024)) MB at most"
