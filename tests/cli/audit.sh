#!/usr/bin/env bash
# resow audit as people use it: what it prints, what it refuses, the file of decisions.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users DEFAULT VALUES;
     CREATE TABLE jobs (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, note text);
     INSERT INTO jobs (user_id) VALUES (1), (1);
     CREATE TABLE old_runs (id serial PRIMARY KEY, recipe_run_id int);
     COMMENT ON TABLE old_runs IS 'Runs of the recipe_runs table';
     CREATE TABLE drafts (id serial PRIMARY KEY, user_id int UNIQUE REFERENCES users);
     CREATE VIEW all_jobs AS SELECT id FROM jobs"
mkdir -p "$work/src/migrations" "$work/src/.git"
printf 'SELECT * FROM jobs;\n' >"$work/src/a.sql"
printf -- '-- old_runs are no more\nDROP TABLE recipe_runs;\nALTER TABLE old_runs ADD x int;\n' >"$work/src/migrations/2.sql"
printf 'old_runs' >"$work/src/.git/HEAD"
cd "$work"
start=$(checksum public)

run 1 audit -d "$db" --code src
contains "$out" "4 tables, 2 of them empty: keep 2, remove 1, ask 1"
contains "$out" "public.old_runs: 0 rows"
contains "$out" "- its comment names recipe_runs, which does not exist: dropped in src/migrations/2.sql:2"
contains "$out" "in comments and prose: src/migrations/2.sql:1"
contains "$out" "in migrations: src/migrations/2.sql:3"
contains "$out" "public.drafts: 0 rows"
contains "$out" "jobs.jobs_user_id_fkey: user_id -> users"
contains "$out" 'CREATE INDEX CONCURRENTLY ON "public"."jobs" ("user_id")'
contains "$out" "jobs.note: NULL in every row (2)"
contains "$out" "To decide: 2 tables, 2 findings."
run 1 audit -d "$db" --code src --quiet
lacks "$out" "with rows"
contains "$out" "public.old_runs"
run 1 audit -d "$db" --code src --format json
conforms audit
equals "$(json "[(t['table'], t['suggested']) for t in d['tables']]")" \
  "[('drafts', 'ask'), ('jobs', 'keep'), ('old_runs', 'remove'), ('users', 'keep')]"
equals "$(json "[t['dependents'][0]['name'] for t in d['tables'] if t['dependents']]")" "['all_jobs']"
run 1 audit -d "$db" --format json
conforms audit
equals "$(json "[t['suggested'] for t in d['tables'] if t['table'] == 'old_runs']")" "['ask']"

# A draft decides nothing; what is decided is respected, and what is open is 1.
run 1 audit -d "$db" --code src --write-decisions audit.json
contains "$(cat audit.json)" '"old_runs": { "verdict": "ask", "reason": "not decided" }'
run 1 audit -d "$db" --code . --decisions audit.json --format json
conforms audit
equals "$(json "d['open']")" 4
equals "$(json "[t['mentions']['code']['count'] for t in d['tables'] if t['table'] == 'old_runs']")" "[0]"
run 2 audit -d "$db" --write-decisions audit.json
contains "$err" "--write-decisions: audit.json is there already"
cat >audit.json <<'END'
{ "tables": { "old_runs": { "verdict": "remove", "reason": "recipes are gone" }, "drafts": { "verdict": "keep", "reason": "planned" } },
  "accepted": [ { "finding": "foreign key without index", "reason": "small" }, { "finding": "column always null", "table": "jobs", "reason": "to come" } ] }
END
run 0 audit -d "$db" --code src --decisions audit.json --format json
conforms audit
equals "$(json "(d['outcome'], d['open'])")" "('ok', 0)"
run 0 audit -d "$db" --code src --decisions audit.json
contains "$out" "Nothing is left to decide."
contains "$out" "accepted: small"
echo "SELECT FROM old_runs" >src/b.sql
run 1 audit -d "$db" --code src --decisions audit.json
contains "$out" "but code names it: src/b.sql:1"
rm src/b.sql
sql "DROP TABLE old_runs"
run 0 audit -d "$db" --code src --decisions audit.json
contains "$out" "old_runs is gone, as audit.json says"
sql "CREATE TABLE old_runs (id serial PRIMARY KEY, recipe_run_id int)"

# What is wrong is told all at once.
cat >wrong.json <<'END'
{ "tables": { "jbos": { "verdict": "keep", "reason": "r" }, "drafts": { "verdikt": "keep" } }, "acepted": [] }
END
run 2 audit -d "$db" --decisions wrong.json
contains "$err" 'wrong.json#/tables/drafts/verdikt: unknown key "verdikt"; did you mean "verdict"?'
contains "$err" 'wrong.json#/tables/drafts: "reason" is missing'
contains "$err" 'wrong.json#/acepted: unknown key "acepted"; did you mean "accepted"?'
echo '{ "tables": { "jbos": { "verdict": "keep", "reason": "r" } } }' >wrong.json
run 2 audit -d "$db" --decisions wrong.json
contains "$err" 'there is no table "jbos" among those that were looked at; did you mean "jobs"?'
run 2 audit -d "$db" --code nowhere
contains "$err" '--code: "nowhere" is no folder and no file'
run 2 audit -d "$db" -n publik
contains "$err" "publik"
run 2 audit -d "$db" --format junit
equals "$(checksum public)" "$start" "an audit changed something"

# Tenants are alike also where what they are made of names their own schema.
new_database
for i in {1..6}; do
  sql "CREATE SCHEMA tenant_$i; SET search_path = tenant_$i; CREATE TYPE st AS ENUM ('a', 'b');
       CREATE FUNCTION fits(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT \$1 > 0';
       CREATE TABLE e (id serial PRIMARY KEY, s st NOT NULL, CONSTRAINT c CHECK (s <> 'a' OR id > 0), CHECK (fits(id)));
       CREATE UNIQUE INDEX only_a ON e (id) WHERE s = 'a'"
done
run 1 audit -d "$db"
contains "$out" "ask 1"
run 1 audit -d "$db" --format json
equals "$(json "[len(t['schemas']) for t in d['tables']]")" "[6]"
sql "ALTER TABLE tenant_6.e DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (s <> 'b' OR id > 0)"
run 1 audit -d "$db" --format json
equals "$(json "sorted(len(t['schemas']) for t in d['tables'])")" "[1, 5]"
