#!/usr/bin/env bash
# Schemas that foreign keys connect change together; they are counted each.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA hr; CREATE SCHEMA sales; CREATE SCHEMA other;
     CREATE TABLE hr.people (id serial PRIMARY KEY); CREATE TABLE other.things (id serial PRIMARY KEY);
     CREATE TABLE sales.orders (id serial PRIMARY KEY, person int REFERENCES hr.people);
     INSERT INTO hr.people DEFAULT VALUES; INSERT INTO sales.orders (person) VALUES (1)"
run 0 reset -d "$db" -n hr -n sales
contains "$out" "2 rows would be removed, 2 schemas"
run 0 reset -d "$db" -n hr -n sales -n other --execute
contains "$out" "2 rows removed, 3 schemas"
run 0 reset -d "$db" -n other --execute
contains "$out" "1 schema,"
