#!/usr/bin/env bash
# "rest" of a dataset: the tables that it does not name.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
tables="
  CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
  INSERT INTO countries VALUES ('FR', 'France'), ('DE', 'Deutschland');
  CREATE TABLE customers (id serial PRIMARY KEY, country char(2) NOT NULL REFERENCES countries, email text NOT NULL UNIQUE);
  CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers);
  CREATE TABLE flags (flag boolean PRIMARY KEY);
  CREATE TABLE alembic_version (version_num text PRIMARY KEY);
  CREATE TABLE audit (id serial PRIMARY KEY);
  INSERT INTO audit DEFAULT VALUES"
count() { sql "SELECT count(*) FROM $1"; }

# Without it, what is needed and not there is a fault that says so.
new_database
sql "$tables"
echo '{ "tables": { "orders": { "rows": 5 } } }' >"$work/orders.json"
run 2 apply "$work/orders.json" -d "$db"
contains "$err" 'add "customers" to "tables", or "rest": {"rows": 10} to the dataset'

cat >"$work/rest.json" <<'JSON'
{
  "tables": { "orders": { "rows": 5 } },
  "rest": { "rows": 30 },
  "preserve": ["countries"],
  "reset": ["audit"]
}
JSON
run 0 apply "$work/rest.json" -d "$db" --execute
equals "$(count orders) $(count customers) $(count countries) $(count flags) $(count audit) $(count alembic_version)" "5 30 2 2 0 0"
equals "$(sql "SELECT count(DISTINCT country) FROM customers")" 2
run 0 verify "$work/rest.json" -d "$db"
run 0 apply "$work/rest.json" -d "$db" --execute
sql "DELETE FROM flags WHERE flag"
run 1 verify "$work/rest.json" -d "$db"
contains "$out" "flags"

# seed leaves the tables of the rest that have rows as they are.
new_database
sql "$tables"
echo '{ "tables": { "orders": { "rows": 5 } }, "rest": { "rows": 30 } }' >"$work/rest.json"
run 0 seed "$work/rest.json" -d "$db" --execute
equals "$(count countries) $(count customers) $(count audit)" "2 30 1"
# apply fills them anew; -t and -T narrow.
run 0 apply "$work/rest.json" -d "$db" -T 'c*' -T audit --execute
equals "$(count countries) $(count customers) $(count audit) $(count orders)" "2 30 1 5"
run 0 apply "$work/rest.json" -d "$db" --execute
equals "$(count countries) $(count audit)" "30 30"
run 0 seed "$work/rest.json" -d "$db" --to "$work/files"
[[ -s $work/files/public/flags.csv ]] || fail "the rest is not written"

# Alone; and what is wrong with it.
echo '{ "rest": { "rows": 3 } }' >"$work/alone.json"
run 0 apply "$work/alone.json" -d "$db" --execute
equals "$(count orders) $(count customers)" "3 3"
echo '{ "rest": { "row": 3 } }' >"$work/wrong.json"
run 2 apply "$work/wrong.json" -d "$db"
contains "$err" 'wrong.json#/rest/row: unknown key "row"; did you mean "rows"?'
contains "$err" 'wrong.json#/rest'
new_database
sql "CREATE TABLE never (id int PRIMARY KEY, CHECK (false))"
run 2 apply "$work/alone.json" -d "$db"
contains "$err" "alone.json#/rest: "
contains "$err" "never"
