#!/usr/bin/env bash
# What the commands about tenants print for programs is as docs/tenants.schema.json describes it, in
# previews and when it was done, with and without something to tell.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA tpl; CREATE TYPE tpl.state AS ENUM ('a', 'b');
     CREATE TABLE tpl.jobs (id int PRIMARY KEY, title text NOT NULL, state tpl.state, note text);
     CREATE VIEW tpl.titles AS SELECT title FROM tpl.jobs; CREATE INDEX ON tpl.jobs (title)"
printing() { run "$1" "${@:2}" -d "$db" --format json && conforms "${schema-tenants}"; }

printing 0 tenants create u_1 u_2 --like tpl
equals "$(json 'd["outcome"], d["objects"]["table"], [s["schema"] for s in d["schemas"]], d["guard"] != ""')" "preview 1 ['u_1', 'u_2'] True"
printing 0 tenants create u_1 u_2 --like tpl --execute
equals "$(json 'd["outcome"], "guard" in d, d["run"]')" "ok False 1"
cat >"$work/seed.json" <<'JSON'
{ "dataset": "few", "schemas": ["tpl"], "tables": { "jobs": { "rows": 3, "columns": { "state": "a" } } } }
JSON
printing 0 tenants create u_3 --like tpl --seed "$work/seed.json" --execute
printing 0 tenants list -n 'u_*'
equals "$(json '[(s["schema"], s["tables"], s["last_run"]["command"]) for s in d["schemas"]][:1]')" "[('u_1', 1, 'tenants create')]"
printing 0 tenants list -n tpl
equals "$(json 'd["schemas"][0]["last_run"]')" None

printing 0 tenants diff --like tpl -n 'u_*'
equals "$(json 'd["outcome"], [s["differences"] for s in d["schemas"]]')" "ok [[], [], []]"
sql "ALTER TABLE u_3.jobs ADD extra int; UPDATE u_3.jobs SET extra = 1; ALTER TABLE u_3.jobs DROP note; DROP VIEW u_3.titles; COMMENT ON TABLE u_2.jobs IS 'x';
     ALTER TYPE u_3.state ADD VALUE 'c'; ALTER INDEX u_2.jobs_title_idx RENAME TO other; CREATE TABLE u_2.stray (id int)"
sql "UPDATE u_3.jobs SET state = 'c' WHERE id = 1"
printing 1 tenants diff --like tpl -n 'u_*'
equals "$(json 'sorted((s["schema"], x["kind"], x["object"], x["table"], x["name"], x["cosmetic"]) for s in d["schemas"] for x in s["differences"])')" \
  "[('u_2', 'changed', 'index', 'jobs', 'other', True), ('u_2', 'changed', 'table', None, 'jobs', True), ('u_2', 'extra', 'table', None, 'stray', False), ('u_3', 'changed', 'enum', None, 'state', False), ('u_3', 'extra', 'column', 'jobs', 'extra', False), ('u_3', 'missing', 'column', 'jobs', 'note', False), ('u_3', 'missing', 'view', None, 'titles', False)]"
printing 0 tenants sync --like tpl -n 'u_*'
equals "$(json 'd["outcome"], sorted((x["table"], x["column"], x["lost"]) for s in d["schemas"] for x in s["losses"] if s["schema"] == "u_3")')" \
  "preview [('jobs', 'extra', 3), ('jobs', 'state', 1)]"
printing 0 tenants sync --like tpl -n 'u_*' --allow-loss --execute
number=$(json 'd["run"]')
printing 0 tenants sync --like tpl -n 'u_*'
equals "$(json 'd["schemas"]')" "[]"
schema=history
printing 0 undo "$number"
equals "$(json 'd["outcome"], d["undone_run"] == '"$number"', [s["schema"] for s in d["schemas"]]')" "preview True ['u_2', 'u_3']"
printing 0 undo "$number" --execute
equals "$(sql "SELECT string_agg(concat(id, state, extra), ' ' ORDER BY id) FROM u_3.jobs")" "1c1 2a1 3a1"
schema=tenants
printing 0 tenants drop -n 'u_*'
equals "$(json 'd["outcome"], [s["tables"] for s in d["schemas"]]')" "preview [1, 2, 1]"
printing 0 tenants drop -n 'u_*' --execute
equals "$(json 'd["outcome"], len(d["schemas"])')" "ok 3"
