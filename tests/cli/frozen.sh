#!/usr/bin/env bash
# Many rows come in frozen into a table that is emptied in the same transaction; where it is not,
# they come as always.
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE plain (id int PRIMARY KEY, x text);
     CREATE TABLE small (id int PRIMARY KEY);
     CREATE TABLE watched (id int PRIMARY KEY);
     CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
     CREATE TRIGGER watch BEFORE TRUNCATE ON watched EXECUTE FUNCTION watch();
     CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY HASH (id);
     CREATE TABLE part_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
     CREATE TABLE part_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1)"
cat >"$work/d.json" <<'JSON'
{ "tables": { "plain": { "rows": 30000 }, "small": { "rows": 9 }, "watched": { "rows": 30000 }, "parts": { "rows": 30000 } } }
JSON
run 0 apply "$work/d.json" -d "$db"
contains "$out" "empty, but so 30,000 rows can come in frozen"
# Rows that an index alone can give to everybody: their pages need no VACUUM.
frozen() {
  sql "SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN (ANALYZE) SELECT id FROM $1 WHERE id > 0" |
    grep -c 'Heap Fetches: 0$' || true
}
for _ in 1 2; do
  run 0 apply "$work/d.json" -d "$db" --execute
  equals "$(frozen plain)" 1
  equals "$(frozen watched)" 0
  equals "$(sql "SELECT count(*) FROM plain"),$(sql "SELECT count(*) FROM small"),$(sql "SELECT count(*) FROM watched"),$(sql "SELECT count(*) FROM parts")" \
    "30000,9,30000,30000"
done
run 0 verify "$work/d.json" -d "$db"

# What adds to a table empties nothing, and what works in savepoints freezes nothing.
sql "TRUNCATE plain, small, watched, parts"
run 0 seed "$work/d.json" -d "$db" --execute
equals "$(frozen plain)" 0
sql "TRUNCATE plain, small, watched, parts"
run 0 seed --auto --rows 25000 --keep-going -d "$db" --execute
equals "$(sql "SELECT count(*) FROM plain")" 25000
