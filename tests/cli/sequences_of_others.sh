#!/usr/bin/env bash
# A sequence that tables of other schemas draw from too is not set back, and one without a value
# left is told.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SEQUENCE public.ids;
     CREATE SCHEMA user_1 CREATE TABLE jobs (id bigint PRIMARY KEY DEFAULT nextval('public.ids'));
     CREATE SCHEMA user_2 CREATE TABLE jobs (id bigint PRIMARY KEY DEFAULT nextval('public.ids'));
     INSERT INTO user_1.jobs DEFAULT VALUES; INSERT INTO user_2.jobs DEFAULT VALUES"
run 0 reset -n user_1 -d "$db" --execute
equals "$(sql "INSERT INTO user_2.jobs DEFAULT VALUES RETURNING id")" 3

printf '{"tables": {"jobs": {"rows": 4}}}' >"$work/jobs.json"
run 0 apply "$work/jobs.json" -n user_1 -d "$db" --execute
run 0 verify "$work/jobs.json" -n user_1 -d "$db"
sql "INSERT INTO user_2.jobs DEFAULT VALUES"

sql "CREATE SCHEMA small CREATE TABLE things (id smallserial PRIMARY KEY)"
printf '{"tables": {"things": {"rows": 32767}}}' >"$work/things.json"
run 2 apply "$work/things.json" -n small -d "$db" --execute
contains "$err" "small.things_id_seq: the sequence has no value left"
printf '{"tables": {"things": {"rows": 32766}}}' >"$work/things.json"
run 0 apply "$work/things.json" -n small -d "$db" --execute
sql "INSERT INTO small.things DEFAULT VALUES"
run 1 verify "$work/things.json" -n small -d "$db"
contains "$err$out" "none after 32767"
