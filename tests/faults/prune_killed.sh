#!/usr/bin/env bash
# A prune while other clients insert, update and read; killed with -9 five times on its way. The same
# command goes on, and in the end not one row is gone too many or too few; what was deleted is in the
# archives; nobody else had an error or a deadlock.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE jobs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), payload text NOT NULL, touched int NOT NULL DEFAULT 0);
     CREATE TABLE tasks (id bigserial PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs, note text NOT NULL);
     INSERT INTO jobs (created_at, payload) SELECT '2020-01-01'::timestamptz + i * interval '1 minute', md5(i::text) FROM generate_series(1, 50000) AS i;
     INSERT INTO tasks (job_id, note) SELECT i, md5(i::text) FROM generate_series(1, 50000) AS i, generate_series(1, 1 + i % 3);
     CREATE INDEX ON jobs (created_at);
     CREATE INDEX ON tasks (job_id);
     ANALYZE"
cutoff="2020-01-15"
old_jobs=$(sql "SELECT count(*) FROM jobs WHERE created_at < '$cutoff'")
old_tasks=$(sql "SELECT count(*) FROM tasks AS t JOIN jobs AS j ON j.id = t.job_id WHERE j.created_at < '$cutoff'")
left=$(sql "SELECT md5(string_agg(id || payload, ',' ORDER BY id)) FROM jobs WHERE created_at >= '$cutoff'")
cat >"$work/policy.json" <<END
{ "delete": { "tasks": "follow", "jobs": { "before": "$cutoff", "by": "created_at" } } }
END

cat >"$work/client.sql" <<'END'
\set old random(1, 50000)
BEGIN;
INSERT INTO jobs (payload) VALUES ('new');
INSERT INTO tasks (job_id, note) VALUES (currval('jobs_id_seq'), 'new');
COMMIT;
UPDATE tasks SET note = note WHERE job_id = :old;
UPDATE jobs SET touched = touched + 1 WHERE id = :old;
SELECT count(*) FROM jobs AS j JOIN tasks AS t ON t.job_id = j.id WHERE j.id BETWEEN :old AND :old + 5;
END
env --default-signal=INT pgbench -n -c 2 -R 300 -T 600 -f "$work/client.sql" -d "$db" >"$work/client" 2>&1 &
client=$!
stop_client() {
  kill -INT "$client" 2>/dev/null || true
  wait "$client" 2>/dev/null || true
}
trap 'stop_client; clean_up' EXIT

run 0 prune "$work/policy.json" -d "$db" -q
plan=$out
prune=("$RESOW" prune "$work/policy.json" -d "$db" --execute --plan "$plan" --batch-rows 200 --pause 5ms)
batches() { sql "SELECT coalesce(sum(batches), 0) FROM resow.run"; }
for killed in 1 2 3 4 5; do
  before=$( ((killed == 1)) && echo 0 || batches)
  "${prune[@]}" >"$work/run$killed" 2>&1 &
  running=$!
  for _ in $(seq 200); do
    [[ $(batches 2>/dev/null || echo 0) -gt $((before + 3)) ]] && break
    kill -0 "$running" 2>/dev/null || fail "it ended before it could be killed: $(cat "$work/run$killed")"
    sleep 0.05
  done
  kill -9 "$running"
  wait "$running" 2>/dev/null || true
done
equals "$(sql "SELECT count(*) FROM resow.run WHERE state = 'running'")" 5
for _ in 1 2 3; do  # rows that the clients had locked for long are the next run's
  status=0
  "${prune[@]}" >"$work/last" 2>&1 || status=$?
  ((status != 1)) && break
done
equals "$status" 0 "$(cat "$work/last")"
run 0 prune "$work/policy.json" -d "$db" --check
kill -0 "$client" || fail "the other client has ended: $(cat "$work/client")"
kill -INT "$client"
wait "$client" || true
lacks "$(cat "$work/client")" "ERROR"
lacks "$(cat "$work/client")" "deadlock"

equals "$(sql "SELECT count(*) FROM jobs WHERE created_at < '$cutoff'")" 0
equals "$(sql "SELECT md5(string_agg(id || payload, ',' ORDER BY id)) FROM jobs WHERE created_at >= '$cutoff' AND payload <> 'new'")" "$left"
equals "$(sql "SELECT count(*) = 0 FROM jobs AS j WHERE payload = 'new' AND NOT EXISTS (SELECT FROM tasks AS t WHERE t.job_id = j.id)")" t
equals "$(sql "SELECT string_agg(\"table\" || ' ' || removed, ', ' ORDER BY \"table\") FROM (SELECT \"table\", sum(removed) AS removed FROM resow.run_table GROUP BY 1) AS t")" \
  "jobs $old_jobs, tasks $old_tasks"
