#!/usr/bin/env bash
# What apply has done is what verify finds, whatever the dataset leaves open.
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE countries (code char(2) PRIMARY KEY);
     INSERT INTO countries VALUES ('DE'), ('FR');
     CREATE TABLE customers (id serial PRIMARY KEY, email text NOT NULL,
                             country char(2) NOT NULL REFERENCES countries)"
for rows in '{"a": {"email": "a"}, "b": {"email": "b", "country": "FR"}}' \
  '{"a": {"email": "a"}, "b": {"email": "b", "country": {"generate": "auto"}}}' \
  '{"a": {"email": "a"}, "b": {"email": "b"}}' '3' '0'; do
  printf '{"tables": {"customers": {"rows": %s}}}' "$rows" >"$work/d.json"
  run 0 apply "$work/d.json" -d "$db" --execute
  run 0 verify "$work/d.json" -d "$db"
  run 0 apply "$work/d.json" -d "$db" --execute
  run 0 verify "$work/d.json" -d "$db"
done

# What is added to is not empty: the server's refusal says what to do.
printf '{"tables": {"countries": {"rows": {"a": {"code": "DE"}}}}}' >"$work/d.json"
run 0 seed "$work/d.json" -d "$db"
contains "$out" "countries  1 row  beside 2 that stay"
run 4 seed "$work/d.json" -d "$db" --execute
contains "$err" 'hint: "resow seed" adds to the rows that are there; "resow apply" empties first'
