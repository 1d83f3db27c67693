#!/usr/bin/env bash
# More schemas than the server has locks for: a prune of all of them holds the locks of one, and so
# does its undo. Killed with -9 on its way, the undo goes on where it stopped.
# shellcheck disable=SC2034,SC2154
own_sandbox=(--set max_locks_per_transaction=16 --set max_connections=20)
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE PROCEDURE make() LANGUAGE plpgsql AS \$\$
     BEGIN
       FOR i IN 1..150 LOOP
         EXECUTE format('CREATE SCHEMA user_%s', i);
         EXECUTE format('CREATE TABLE user_%s.jobs (id serial PRIMARY KEY, created_at timestamptz NOT NULL, note text)', i);
         EXECUTE format('CREATE TABLE user_%1\$s.tasks (id serial PRIMARY KEY, job_id int NOT NULL REFERENCES user_%1\$s.jobs)', i);
         EXECUTE format('INSERT INTO user_%s.jobs (created_at, note) SELECT ''2020-01-01''::timestamptz + i * interval ''1 day'', ''note '' || i FROM generate_series(1, 6) AS i', i);
         EXECUTE format('INSERT INTO user_%s.tasks (job_id) SELECT 1 + i %% 6 FROM generate_series(1, 12) AS i', i);
         COMMIT;
       END LOOP;
     END \$\$"
sql "CALL make()"
digest() {
  sql "SELECT md5(string_agg(j::text, ' ' ORDER BY id)) FROM user_$1.jobs AS j;
       SELECT md5(string_agg(t::text, ' ' ORDER BY id)) FROM user_$1.tasks AS t"
}
every_digest() { for i in 1 2 75 149 150; do digest "$i"; done; }
start=$(every_digest)
cat >"$work/policy.json" <<'END'
{ "schemas": ["user_*"], "delete": { "tasks": "follow", "jobs": { "before": "2020-01-05", "by": "created_at" } },
  "reset": { "jobs": { "columns": { "note": null } } } }
END
run 0 prune "$work/policy.json" -d "$db" -q
run 0 prune "$work/policy.json" -d "$db" --execute --plan "$out"
equals "$(sql "SELECT state, batches FROM resow.run")" "done|300"
pruned=$(every_digest)
# A key that came since: those schemas come back together, and what lies between their rows with them.
sql "ALTER TABLE user_3.tasks ADD FOREIGN KEY (job_id) REFERENCES user_1.jobs NOT VALID"

# One that is in the way anywhere, and nothing is changed anywhere.
sql "INSERT INTO user_149.jobs (id, created_at) VALUES (1, now())"
run 1 undo 1 -d "$db" --execute
contains "$out" "1 row of user_149.jobs cannot come back:"
sql "DELETE FROM user_149.jobs WHERE id = 1"
equals "$(every_digest)" "$pruned"
equals "$(sql "SELECT string_agg(state, ' ' ORDER BY id) FROM resow.run")" "done failed"

# Half way it is interrupted, then killed; what it has brought back stays, and the same command goes on.
hold "SELECT FROM user_40.jobs FOR UPDATE"
start undo 1 -d "$db" --execute
until_true waiting_for_a_lock
kill -INT "$resow_pid"
ended 130
contains "$err" "interrupted; 37 of 148 schemas came back before that, and the same command goes on"
release
hold "SELECT FROM user_90.jobs FOR UPDATE"
start undo 1 -d "$db" --execute
until_true waiting_for_a_lock
kill_it
release
until_true nobody_left
equals "$(sql "SELECT count(*) FROM user_75.jobs")/$(sql "SELECT count(*) FROM user_150.jobs")" "6/3"
run 0 undo 1 -d "$db"
contains "$out" "schemas of the run came back before"
run 0 undo 1 -d "$db" --execute
equals "$(every_digest)" "$start"
equals "$(sql "SELECT state FROM resow.run WHERE id = 1")" "undone"
equals "$(sql "SELECT sum(batches) FROM resow.run WHERE command = 'undo'")" 148
equals "$(sql "SELECT sum(seeded), sum(reset) FROM resow.run_table AS t JOIN resow.run AS r ON r.id = t.run WHERE r.command = 'undo'")" "$(sql "SELECT sum(removed), sum(reset) FROM resow.run_table WHERE run = 1")"
run 2 undo 1 -d "$db" --execute
contains "$err" "run 1: is undone already"
