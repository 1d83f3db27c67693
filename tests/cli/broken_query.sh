#!/usr/bin/env bash
# A query of the dataset that the server cannot plan is the dataset's fault, told before anything is
# done; one that is no SQL is a fault for verify too.
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"
dataset() { printf '{"tables": {"t": {"rows": 2}}, "expect_sql": [{"name": "q", "sql": "%s", "value": 2}]}' "$1" >"$work/d.json"; }
for query in "SELEC 1" "SELECT count(*) FROM nowhere" "SELECT b FROM t"; do
  dataset "$query"
  run 2 apply "$work/d.json" -d "$db"
  contains "$err" "d.json#/expect_sql/0: the query fails: "
  lacks "$out" "To do it"
done
dataset "SELEC 1"
run 2 verify "$work/d.json" -d "$db"
run 2 apply "$work/d.json" -d "$db" --execute
equals "$(sql "SELECT count(*) FROM t")" 1
# So is one that the server cannot run, for what is in the tables: it says nothing of them.
dataset "SELECT 1 / (a - 1) FROM t"
run 2 verify "$work/d.json" -d "$db"
contains "$err" "d.json#/expect_sql/0: the query fails: division by zero (SQLSTATE 22012); mend the query"
# A table that is not there may come.
dataset "SELECT count(*) FROM nowhere"
run 1 verify "$work/d.json" -d "$db"
dataset "SELECT count(*) FROM t"
run 0 apply "$work/d.json" -d "$db"
equals "$(sql "SELECT count(*) FROM t")" 1
