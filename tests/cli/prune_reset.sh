#!/usr/bin/env bash
# Columns that a prune resets, where that is not plain: part of a key, what partitions go by, what
# others refer to. Undo brings the old values back.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
# reset_and_undo POLICY ROWS: so many rows are changed, as previewed, and are as they were afterwards.
reset_and_undo() {
  local before plan
  before=$(checksum public)
  run 0 prune "$1" -d "$db" -q
  plan=$out
  contains "$plan" "-$2-"
  run 0 prune "$1" -d "$db" --execute --plan "$plan" --format json
  id=$(json "d['run']")
  equals "$(sql "SELECT sum(reset) FROM resow.run_table WHERE run = $id")" "$2"
  run 0 prune "$1" -d "$db" --check
  after=$(checksum public)
  run 0 undo "$id" -d "$db" --execute
  equals "$(checksum public)" "$before" "undo of $1"
}

# The only key is reset: nobody would find the rows again.
sql "CREATE TABLE shops (slug text NOT NULL UNIQUE, name text);
     INSERT INTO shops VALUES ('A', 'a'), ('B', 'b'), ('', 'empty')"
cat >"$work/slug.json" <<'END'
{ "reset": { "shops": { "columns": { "slug": { "sql": "lower(slug)" } } } } }
END
run 0 prune "$work/slug.json" -d "$db" -q
run 2 prune "$work/slug.json" -d "$db" --execute --plan "$out"
contains "$err" "public.shops: has no primary key that is not reset itself"
# Where there is another one it does; and a key may be an empty text.
sql "ALTER TABLE shops ADD COLUMN code text NOT NULL DEFAULT ''; UPDATE shops SET code = name WHERE name <> 'empty';
     ALTER TABLE shops ADD UNIQUE (code)"
reset_and_undo "$work/slug.json" 2
cat >"$work/name.json" <<'END'
{ "reset": { "shops": { "columns": { "name": null } } } }
END
reset_and_undo "$work/name.json" 3

# What partitions go by: rows move. (A key of a partitioned table holds what they go by, so nobody
# would find them again.)
sql "CREATE TABLE orders (id int, state text NOT NULL, region text NOT NULL DEFAULT 'eu', PRIMARY KEY (id, state, region)) PARTITION BY LIST (state);
     CREATE TABLE orders_open PARTITION OF orders FOR VALUES IN ('open');
     CREATE TABLE orders_shut PARTITION OF orders FOR VALUES IN ('shut') PARTITION BY LIST (region);
     CREATE TABLE orders_shut_eu PARTITION OF orders_shut FOR VALUES IN ('eu');
     CREATE TABLE orders_shut_us PARTITION OF orders_shut FOR VALUES IN ('us');
     INSERT INTO orders SELECT i, CASE WHEN i % 2 = 0 THEN 'open' ELSE 'shut' END, CASE WHEN i % 3 = 0 THEN 'us' ELSE 'eu' END FROM generate_series(1, 60) AS i"
cat >"$work/orders.json" <<'END'
{ "reset": { "orders": { "columns": { "state": "shut" } } } }
END
run 0 prune "$work/orders.json" -d "$db" -q
run 2 prune "$work/orders.json" -d "$db" --execute --plan "$out" --batch-rows 7
contains "$err" "public.orders: has no primary key that is not reset itself"
run 0 prune "$work/orders.json" -d "$db" -q
run 0 prune "$work/orders.json" -d "$db" --execute --plan "$out" --no-archive --batch-rows 7
equals "$(sql "SELECT count(*) FROM orders_open")" 0
equals "$(sql "SELECT count(*) FROM orders_shut_us")" 20
sql "TRUNCATE orders; ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false;
     INSERT INTO orders SELECT i, CASE WHEN i % 2 = 0 THEN 'open' ELSE 'shut' END, 'eu' FROM generate_series(1, 60) AS i"
cat >"$work/orders.json" <<'END'
{ "reset": { "orders": { "columns": { "paid": true }, "rows": { "state": { "state": "open" } } } } }
END
reset_and_undo "$work/orders.json" 30

# What a foreign key refers to is not reset: rows of another table would change with it.
sql "CREATE TABLE visits (id int PRIMARY KEY, code text REFERENCES shops (code) ON UPDATE CASCADE);
     INSERT INTO visits VALUES (1, 'a')"
before=$(checksum public)
cat >"$work/code.json" <<'END'
{ "reset": { "shops": { "columns": { "code": { "sql": "upper(code)" } } } } }
END
run 2 prune "$work/code.json" -d "$db"
contains "$err" "code.json#/reset/shops/columns/code: public.shops.code is what public.visits (visits_code_fkey) refers to"
equals "$(checksum public)" "$before"
