#!/usr/bin/env bash
# Tenants that draw from one sequence: none gets an id of another, and the next ones are free in all
# of them. Where the sequence starts anew they change together, else one after the other. Partitions
# are named in the preview and in the report.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SEQUENCE public.ids"
for i in 1 2 3; do
  sql "CREATE SCHEMA user_$i CREATE TABLE jobs (id bigint PRIMARY KEY DEFAULT nextval('public.ids'))"
done
printf '{"schemas": ["user_*"], "tables": {"jobs": {"rows": 40}}}' >"$work/jobs.json"
run 0 apply "$work/jobs.json" -d "$db"
lacks "$out" "in one transaction"
run 0 apply "$work/jobs.json" -d "$db" --execute -j 3
equals "$(sql "SELECT count(DISTINCT id), max(id) FROM (SELECT id FROM user_1.jobs UNION ALL
  SELECT id FROM user_2.jobs UNION ALL SELECT id FROM user_3.jobs) AS j")" "120|120"
# Two runs at once: nobody reads where the sequence stands while another one is about to move it.
for i in 1 2 3; do "$RESOW" apply "$work/jobs.json" -n "user_$i" -d "$db" --execute >"$work/run$i" 2>&1 & done
wait
equals "$(sql "SELECT count(DISTINCT id), max(id) FROM (SELECT id FROM user_1.jobs UNION ALL
  SELECT id FROM user_2.jobs UNION ALL SELECT id FROM user_3.jobs) AS j")" "120|240"
run 0 apply "$work/jobs.json" -d "$db" --execute -j 3
run 0 verify "$work/jobs.json" -d "$db" -j 3
equals "$(sql "SELECT count(DISTINCT id) FROM (SELECT id FROM user_1.jobs UNION ALL
  SELECT id FROM user_2.jobs UNION ALL SELECT id FROM user_3.jobs) AS j")" 120
for i in 1 2 3; do sql "INSERT INTO user_$i.jobs DEFAULT VALUES"; done

run 0 reset -n 'user_*' -n public -d "$db"
contains "$out" "public, user_1, user_2, user_3"
contains "$out" "in one transaction, because they draw from
    sequence public.ids"
run 0 reset -n 'user_*' -n public -d "$db" --execute
equals "$(sql "SELECT nextval('public.ids')")" 1

sql "CREATE SCHEMA sales CREATE TABLE orders (id int) PARTITION BY LIST (id);
     CREATE SCHEMA archive CREATE TABLE orders_2019 (id int);
     ALTER TABLE sales.orders ATTACH PARTITION archive.orders_2019 DEFAULT;
     INSERT INTO sales.orders VALUES (1)"
run 2 reset -n sales -d "$db" --execute
contains "$err" "archive.orders_2019 is a partition of sales.orders"
run 2 reset -n sales -N archive -d "$db" --execute
equals "$(sql "SELECT count(*) FROM archive.orders_2019")" 1
run 0 reset -n sales -n archive -d "$db"
contains "$out" "archive.orders_2019"
run 0 reset -n sales -n archive -d "$db" --execute --format json
equals "$("$python" -c 'import json, sys
print([t["partitions"] for s in json.load(sys.stdin)["schemas"] for t in s["tables"] if "partitions" in t])' <<<"$out")" \
  "[['archive.orders_2019']]"

printf '{"schemas": ["sales"], "tables": {"orders": {"rows": 2}}}' >"$work/orders.json"
run 0 apply "$work/orders.json" -d "$db"
contains "$out" "archive.orders_2019"
run 0 apply "$work/orders.json" -d "$db" --execute
equals "$(sql "SELECT count(*) FROM archive.orders_2019")" 2
