#!/usr/bin/env bash
# Checks between a column whose values the dataset gives and columns that it leaves out: what is left
# out follows row by row.
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE tasks (id serial PRIMARY KEY, title text, state text NOT NULL, done_at timestamptz, done_by text,
    CHECK ((state = 'done') = (done_at IS NOT NULL)), CHECK (state <> 'done' OR done_by IS NOT NULL));
  CREATE TABLE payments (id serial PRIMARY KEY, kind text NOT NULL, way text NOT NULL, iban text, card text,
    CHECK (CASE way WHEN 'bank' THEN iban IS NOT NULL AND card IS NULL WHEN 'card' THEN iban IS NULL AND card IS NOT NULL
           ELSE iban IS NULL AND card IS NULL END), CHECK (kind <> 'refund' OR way <> 'cash'))"
cat >"$work/d.json" <<'JSON'
{ "tables": {
  "tasks": { "rows": 200, "columns": { "state": { "one_of": { "todo": 20, "doing": 5, "done": 1 } } } },
  "payments": { "rows": 300, "columns": { "way": { "one_of": ["bank", "card", "cash"] }, "kind": "sale" } }
} }
JSON
for scale in 1 100; do
  run 0 apply "$work/d.json" -d "$db" --execute --scale "$scale"
  equals "$(sql "SELECT count(DISTINCT state), count(*), count(done_at) > 0 FROM tasks")" "3|$((200 * scale))|t"
  equals "$(sql "SELECT count(DISTINCT way), count(DISTINCT iban) > 5 FROM payments")" "3|t"
  run 0 verify "$work/d.json" -d "$db" --content --scale "$scale"
done

# Rows that are written out.
cat >"$work/rows.json" <<'JSON'
{ "tables": { "tasks": { "rows": { "a": { "title": "A", "state": "todo" }, "b": { "title": "B", "state": "done" } } },
  "payments": { "rows": [ { "way": "cash", "kind": "sale" }, { "way": "card", "kind": "refund" } ] } } }
JSON
run 0 apply "$work/rows.json" -d "$db" --execute
equals "$(sql "SELECT title, done_at IS NULL FROM tasks ORDER BY id")" $'A|t\nB|f'

# What cannot be is said before anything is changed.
sed 's/"cash", "kind": "sale"/"cash", "kind": "refund"/' "$work/rows.json" >"$work/wrong.json"
run 2 apply "$work/wrong.json" -d "$db"
contains "$err" 'payments_check1'
