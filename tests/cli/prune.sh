#!/usr/bin/env bash
# resow prune as people use it: what it shows, what it refuses, what it leaves alone.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE users (id int PRIMARY KEY);
     CREATE TABLE batches (id int PRIMARY KEY, created_at timestamptz NOT NULL);
     CREATE TABLE jobs (id int PRIMARY KEY, batch_id int REFERENCES batches ON DELETE SET NULL, user_id int REFERENCES users,
       status text NOT NULL, created_at timestamptz NOT NULL);
     CREATE TABLE tasks (id int PRIMARY KEY, job_id int NOT NULL REFERENCES jobs ON DELETE CASCADE);
     CREATE TABLE invoices (id int PRIMARY KEY, job_id int REFERENCES jobs ON DELETE CASCADE);
     INSERT INTO users VALUES (1);
     INSERT INTO batches SELECT i, '2020-01-01'::timestamptz + i * interval '1 day' FROM generate_series(1, 10) AS i;
     INSERT INTO jobs SELECT i, 1 + i % 10, 1, CASE WHEN i % 2 = 0 THEN 'done' ELSE 'open' END, '2020-01-01'::timestamptz + i * interval '1 day'
       FROM generate_series(1, 40) AS i;
     INSERT INTO tasks SELECT i, 1 + i % 40 FROM generate_series(1, 80) AS i;
     INSERT INTO invoices VALUES (1, 2), (2, 4)"
policy=$work/policy.json
cat >"$policy" <<'END'
{ "policy": "nightly", "settings": { "cutoff": "2020-01-21" },
  "delete": {
    "tasks": "follow",
    "jobs": { "before": "cutoff", "by": "created_at", "state": { "status": "done" } },
    "batches": { "before": "cutoff", "by": "created_at" }
  },
  "preserve": ["users"] }
END
start=$(checksum public)

# The preview: what goes, what is kept and by what, what is not mentioned.
run 0 prune "$policy" -d "$db"
contains "$out" "jobs: 2 rows referred to by public.invoices (invoices_job_id_fkey)"
contains "$out" "batches: 10 rows referred to by public.jobs (jobs_batch_id_fkey)"
contains "$out" "public.invoices refers to public.jobs (invoices_job_id_fkey): its rows stay, and keep what they refer to"
contains "$out" "Preserved: users (1 row)"
contains "$out" "Not mentioned, and so preserved: invoices (2 rows)"
contains "$out" "21 rows would be deleted"
contains "$out" "Nothing was changed. To do it:"
run 0 prune "$policy" -d "$db" --format json --by-month
conforms prune
equals "$(json "[(t['table'], t['rows'], t['removed'], t['kept']) for t in d['schemas'][0]['tables']]")" \
  "[('tasks', 80, 14, 0), ('jobs', 40, 7, 2), ('batches', 10, 0, 10)]"
equals "$(json "d['schemas'][0]['tables'][1]['months']")" "[{'month': '2020-01', 'rows': 30, 'removed': 7}, {'month': '2020-02', 'rows': 10, 'removed': 0}]"
equals "$(checksum public)" "$start" "the preview changed something"
equals "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname = 'resow'")" 0

# A role that may only read can preview; to do it, it would need more.
role=prune_reader_$$
trap 'sql "DROP OWNED BY $role" || true; clean_up; server_sql "DROP ROLE $role"' EXIT
server_sql "CREATE ROLE $role LOGIN"
sql "GRANT SELECT ON ALL TABLES IN SCHEMA public TO $role"
run 0 prune "$policy" -d "$db user=$role"
contains "$out" "public.jobs: cannot be pruned: this role lacks UPDATE, DELETE; GRANT UPDATE, DELETE ON public.jobs"
plan=$(sed -n 's/^Plan: //p' <<<"$out")
run 2 prune "$policy" -d "$db user=$role" --execute --plan "$plan"
contains "$err" "public.jobs: cannot be pruned: this role lacks UPDATE, DELETE"
equals "$(checksum public)" "$start"

# A line that says too little, or too much.
run 2 prune -d "$db"
contains "$err" "resow prune needs a policy"
run 2 prune "$policy" -d "$db" --execute
contains "$err" "needs the id of a plan"
run 2 prune "$policy" -d "$db" --execute --plan yesterday
contains "$err" '"yesterday" is no plan'
run 2 prune "$policy" -d "$db" --plan "$plan"
run 2 prune "$policy" -d "$db" --tolerance lots
run 2 prune "$policy" -d "$db" --format junit

# A plan of before: another setting, another table, other rows.
run 0 prune "$policy" -d "$db" -q
plan=$out
run 2 prune "$policy" -d "$db" --cutoff 2020-01-20 --execute --plan "$plan"
contains "$err" "is no plan of this policy, its settings and this database as they are now"
sql "ALTER TABLE tasks ADD COLUMN note text"
run 2 prune "$policy" -d "$db" --execute --plan "$plan"
sql "ALTER TABLE tasks DROP COLUMN note"
sql "INSERT INTO tasks SELECT 100 + i, 6 FROM generate_series(1, 3) AS i"
run 0 prune "$policy" -d "$db" -q
plan=$out
sql "DELETE FROM tasks WHERE id > 100"
run 2 prune "$policy" -d "$db" --execute --plan "$plan"
equals "$out" ""
contains "$err" "the plan was about 24 rows, and now it would be 21: more than 1 % apart"
run 0 prune "$policy" -d "$db" --execute --plan "$plan" --tolerance 20% --max-rows 5 --format json
conforms prune
equals "$(json "(d['removed'], d['stopped'])")" "(3, '--max-rows is reached: the next row of public.jobs is one of 3 that go together')"
# Fewer than go with one row: it would never get any further, and says how many it takes.
before=$(checksum public)
run 2 prune "$policy" -d "$db" --execute --plan "$plan" --tolerance 20% --max-rows 2
contains "$err" "--max-rows: the next row of public.jobs is one of 3 that go together; allow 3 or more"
equals "$(checksum public)" "$before"
equals "$(sql "SELECT state FROM resow.run ORDER BY id DESC LIMIT 1")" failed
run 2 prune "$policy" -d "$db" --execute --plan "$plan" --tolerance 20% --max-rows 2 --batch-rows 1 --atomic
equals "$(checksum public)" "$before"

# Marked as protected: refused, whatever the plan.
sql "ALTER DATABASE \"$db_name\" SET resow.protected = on"
run 0 prune "$policy" -d "$db"
contains "$out" "resow.protected is on"
run 0 prune "$policy" -d "$db" -q
run 3 prune "$policy" -d "$db" --execute --plan "$out"
sql "ALTER DATABASE \"$db_name\" RESET resow.protected"

# Another run on the schema: waited for, named, then an error.
run 0 prune "$policy" -d "$db" -q
plan=$out
"$RESOW" prune "$policy" -d "$db" --execute --plan "$plan" --batch-rows 1 --pause 30s --max-rows 3 >"$work/other" 2>&1 &
other=$!
for _ in $(seq 100); do
  [[ $(sql "SELECT count(*) FROM resow.run WHERE state = 'running' AND batches = 1") == 1 ]] && break
  sleep 0.1
done
run 4 prune "$policy" -d "$db" --execute --plan "$plan" --lock-timeout 300ms
contains "$err" "55P03"
kill -TERM "$other"
wait "$other" || equals "$?" 130 "$(cat "$work/other")"
contains "$(cat "$work/other")" "interrupted"
before=$(checksum public)

# A trigger that raises, one that keeps a row back: nothing of the batch is gone.
sql "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''append only''; END';
     CREATE TRIGGER no BEFORE DELETE ON jobs FOR EACH ROW EXECUTE FUNCTION no()"
run 0 prune "$policy" -d "$db"
contains "$out" "public.jobs: trigger no fires for what is deleted"
run 0 prune "$policy" -d "$db" -q
plan=$out
run 4 prune "$policy" -d "$db" --execute --plan "$plan"
contains "$err" "append only"
equals "$(checksum public)" "$before"
sql "CREATE OR REPLACE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
run 4 prune "$policy" -d "$db" --execute --plan "$plan"
contains "$err" "a trigger or a rule keeps the others"
equals "$(checksum public)" "$before"
sql "DROP TRIGGER no ON jobs"

# Row security.
sql "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY; ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
     GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO $role"
run 4 prune "$policy" -d "$db user=$role"
contains "$err" "jobs"
sql "ALTER TABLE jobs DISABLE ROW LEVEL SECURITY; ALTER TABLE jobs NO FORCE ROW LEVEL SECURITY"

# SQL of the policy: told where it is wrong, and kept from changing anything.
sql "CREATE FUNCTION evil() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN DELETE FROM invoices; RETURN true; END'"
cat >"$work/evil.json" <<'END'
{ "delete": { "tasks": { "where": "evil()" }, "invoices": { "where": "no_such_column = 1" } } }
END
run 2 prune "$work/evil.json" -d "$db"
contains "$err" 'evil.json#/delete/invoices/where: column "no_such_column" does not exist'
cat >"$work/evil.json" <<'END'
{ "delete": { "tasks": { "where": "evil()" } } }
END
run 2 prune "$work/evil.json" -d "$db"
contains "$err" "evil.json#/delete/tasks/where: cannot execute DELETE in a read-only transaction"
run 2 prune "$work/evil.json" -d "$db" --format json
conforms prune
equals "$(json "d['schemas']")" '[]'

# All of a schema in one transaction; into a file; again: nothing left, nothing written.
run 0 prune "$policy" -d "$db" -q
run 0 prune "$policy" -d "$db" --execute --plan "$out" --atomic --archive "$work/kept" --format json
equals "$(json "d['batches']")" 1
id=$(json "d['run']")
[[ -s $(echo "$work"/kept/*) ]] || fail "there is no archive"
run 0 prune "$policy" -d "$db" --check
run 0 prune "$policy" -d "$db" -q
run 0 prune "$policy" -d "$db" --execute --plan "$out"
lacks "$out" "run "
run 0 history -d "$db"
contains "$out" "prune"
run 0 undo "$id" -d "$db" --execute
equals "$(checksum public)" "$before" "undo did not bring all of it back"
