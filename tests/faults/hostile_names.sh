#!/usr/bin/env bash
# What the server says of names that are meant to harm stays on its line, in every format, and the
# database stays as it was. (That such names work is tests/cli/names.sh.)
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<'SQL'
CREATE SCHEMA U&"s\000Aresow: ok\001B[32m; DROP SCHEMA public";
SET search_path = U&"s\000Aresow: ok\001B[32m; DROP SCHEMA public";
CREATE TABLE "t'); DROP TABLE kept; --" (
  "a""b $1" serial PRIMARY KEY,
  "%s{row}" int CONSTRAINT U&"no
sevens" CHECK ("%s{row}" OPERATOR(pg_catalog.%) 1500 <> 0)
);
CREATE TABLE kept (id serial PRIMARY KEY);
INSERT INTO kept DEFAULT VALUES;
INSERT INTO "t'); DROP TABLE kept; --" ("%s{row}") VALUES (1), (2);
SQL
cat >"$work/names.json" <<'JSON'
{
  "schemas": ["s*"],
  "tables": { "t'); DROP TABLE kept; --": { "rows": 2000, "columns": { "%s{row}": { "sequence": { "start": 1 } } } } }
}
JSON
start=$(checksum '%')
run 4 apply "$work/names.json" -d "$db" --execute
contains "$err" "(SQLSTATE 23514)"
contains "$err" 'table: s\nresow: ok\x1b[32m; DROP SCHEMA public.t'"'"'); DROP TABLE kept; --'
contains "$err" 'constraint: no\nsevens'
contains "$err" 'context: row 1,500 of 2,000'
lacks "$out$err" $'\e'
lacks "$out$err" $'\nresow: ok'
equals "$(checksum '%')" "$start"
for format in json junit tap; do
  run 4 apply "$work/names.json" -d "$db" --execute --format "$format"
  lacks "$out" $'\e'
  equals "$(checksum '%')" "$start"
done
sql "ALTER TABLE \"s
resow: ok"$'\e'"[32m; DROP SCHEMA public\".\"t'); DROP TABLE kept; --\" DROP CONSTRAINT \"no
sevens\""
run 0 apply "$work/names.json" -d "$db" --execute
run 0 reset -d "$db" -n 's*' --execute
run 0 inspect -d "$db" -n 's*'
lacks "$out" $'\e'
