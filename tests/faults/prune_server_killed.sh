#!/usr/bin/env bash
# The server is restarted, and then crashes, between two batches of a prune: what was committed is
# gone, archived and counted, the rest is there, and the same command goes on. A foreign key from a
# table that the policy does not know comes in between; undo brings all of it back.
# shellcheck disable=SC2034,SC2154
own_sandbox=(--durable)
. "$(dirname "$0")/lib.sh"
new_database
take_server

sql "CREATE TABLE jobs (id int PRIMARY KEY, created_at timestamptz NOT NULL, note text);
     CREATE TABLE tasks (id serial PRIMARY KEY, job_id int NOT NULL REFERENCES jobs);
     INSERT INTO jobs SELECT i, '2020-01-01'::timestamptz + i * interval '1 minute', md5(i::text) FROM generate_series(1, 3000) AS i;
     INSERT INTO tasks (job_id) SELECT i FROM generate_series(1, 3000) AS i; CREATE INDEX ON tasks (job_id)"
before=$(checksum public)
cat >"$work/policy.json" <<'END'
{ "delete": { "tasks": "follow", "jobs": { "before": "2020-01-02", "by": "created_at" } } }
END
run 0 prune "$work/policy.json" -d "$db" -q
plan=$out
some_batches() { [[ $(sql "SELECT coalesce(sum(batches), 0) FROM resow.run" 2>/dev/null || echo 0) -gt $1 ]]; }
prune=(prune "$work/policy.json" -d "$db" --execute --plan "$plan" --batch-rows 100 --pause 30ms)

start "${prune[@]}"
until_true some_batches 3
stop_server INT  # fast shutdown
ended 4
contains "$err" "the same command goes on"
begin_server
run 0 history -d "$db"
[[ $out =~ failed|died ]] || fail "what became of the run? $out"  # whether its last words came through

so_far=$(sql "SELECT sum(batches) FROM resow.run")
start "${prune[@]}"
until_true some_batches $((so_far + 3))
stop_server KILL
ended 4
begin_server
equals "$(sql "SELECT sum(removed) FROM resow.run_table")" "$((6000 - $(sql "SELECT (SELECT count(*) FROM jobs) + (SELECT count(*) FROM tasks)")))"

# Somebody refers to a row that was to go: that is another catalog, and another plan.
sql "CREATE TABLE invoices (id int PRIMARY KEY, job_id int REFERENCES jobs ON DELETE CASCADE); INSERT INTO invoices VALUES (1, 1439)"
run 2 "${prune[@]}"
contains "$err" "is no plan of this policy"
sql "DROP TABLE invoices"
run 0 "${prune[@]}"
equals "$(sql "SELECT count(*) FROM jobs WHERE created_at < '2020-01-02'")" 0
equals "$(sql "SELECT sum(removed) FROM resow.run_table")" 2878

for id in $(sql "SELECT id FROM resow.run WHERE command = 'prune' ORDER BY id DESC"); do
  run 0 undo "$id" -d "$db" --execute
done
equals "$(checksum public)" "$before" "undo did not bring all of it back"
