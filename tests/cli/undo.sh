#!/usr/bin/env bash
# resow undo as people use it: what comes back, what is in the way, what is left out on demand.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, credit numeric(10,2) NOT NULL);
     CREATE TABLE orders (id serial PRIMARY KEY, user_id int NOT NULL REFERENCES users, code text NOT NULL, at date NOT NULL, total numeric(10,2),
       tax numeric(10,2) GENERATED ALWAYS AS (total * 0.2) STORED);
     CREATE UNIQUE INDEX orders_code ON orders (lower(code));
     CREATE TABLE items (id bigserial PRIMARY KEY, order_id int NOT NULL REFERENCES orders ON DELETE CASCADE, part_of bigint REFERENCES items, name text);
     CREATE TABLE touched (what text NOT NULL);
     CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO touched VALUES (TG_TABLE_NAME); RETURN NULL; END';
     CREATE TRIGGER touch AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch();
     INSERT INTO users (email, credit) SELECT 'user' || i || '@example.org', i FROM generate_series(1, 10) AS i;
     ALTER TABLE orders DISABLE TRIGGER touch;
     INSERT INTO orders (user_id, code, at, total) SELECT i, 'Code ' || i, '2025-01-01'::date + i, i FROM generate_series(1, 10) AS i;
     ALTER TABLE orders ENABLE TRIGGER touch;
     INSERT INTO items (order_id, part_of, name) SELECT 1 + (i - 1) / 2, CASE WHEN i % 2 = 0 THEN i - 1 END, 'item ' || i FROM generate_series(1, 20) AS i"
start=$(checksum public)
cat >"$work/policy.json" <<'END'
{ "policy": "spring",
  "delete": { "items": "follow", "orders": { "before": "2025-01-06", "by": "at" },
              "users": { "without": "orders", "where": "users.id < 4" } },
  "reset": { "users": { "columns": { "credit": 0 } } }, "preserve": ["touched"] }
END
# prune_anew: all is as at the start, and pruned; the run is in $id.
prune_anew() {
  run 0 prune "$work/policy.json" -d "$db" -q
  run 0 prune "$work/policy.json" -d "$db" --execute --plan "$out" --batch-rows 3 --format json "$@"
  id=$(json "d['run']")
  pruned=$(checksum public)
}

# A preview, which changes nothing; then all of it, parents first, ids kept, no trigger fired.
prune_anew
equals "$(sql "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM orders), (SELECT count(*) FROM items)")" "7|6|12"
run 0 undo "$id" -d "$db"
contains "$out" "public  orders  come back"
contains "$out" "public  users   are set back"
contains "$out" "note: trigger touch of public.orders is switched off meanwhile"
contains "$out" "Nothing was changed. To do it: resow undo $id --execute"
equals "$(checksum public)" "$pruned"
run 0 undo "$id" -d "$db" --format json
conforms history
run 0 undo "$id" -d "$db" --execute --format json
conforms history
equals "$(json "[(t['table'], t.get('seeded', t.get('reset')), t['conflicts']) for t in d['schemas'][0]['tables']]")" \
  "[('users', 3, 0), ('orders', 4, 0), ('items', 8, 0), ('users', 7, 0)]"
equals "$(checksum public)" "$start"
equals "$(sql "SELECT string_agg(state, ' ' ORDER BY id) FROM resow.run")" "undone done"
equals "$(sql "SELECT string_agg(\"table\" || ' ' || seeded || ' ' || reset, ', ' ORDER BY 1) FROM resow.run_table WHERE run = 2")" "items 8 0, orders 4 0, users 3 7"
# Not twice.
run 2 undo "$id" -d "$db" --execute
contains "$err" "run $id: is undone already"
equals "$(checksum public)" "$start"

# What took the place of rows: the same id, the same value of an index over an expression; a parent
# that is gone; a reset value that was changed meanwhile. Nothing is changed.
prune_anew
sql "INSERT INTO orders (id, user_id, code, at) VALUES (1, 5, 'another', '2026-01-01');
     INSERT INTO orders (id, user_id, code, at) VALUES (90, 5, 'CODE 2', '2026-01-01');
     DELETE FROM touched;
     UPDATE users SET credit = 77 WHERE id = 9"
taken=$(checksum public)
for way in "" --execute; do
  # shellcheck disable=SC2086
  run 1 undo "$id" -d "$db" $way
  contains "$out" "2 rows of public.orders cannot come back:"
  contains "$out" "id = 1: a row with the same orders_pkey is there"
  contains "$out" "id = 2: a row with the same orders_code is there"
  contains "$out" "4 rows of public.items cannot come back:"
  contains "$out" "id = 1: its row of public.orders (items_order_id_fkey)"
  contains "$out" "1 row of public.users cannot be set back:"
  contains "$out" "id = 9: credit has changed since"
  contains "$out" "leave those rows out with --skip-conflicts"
  equals "$(checksum public)" "$taken" "undo $way"
done
run 1 undo "$id" -d "$db" --format json
conforms history
equals "$(json "d['outcome'], len(d['conflicts'])")" "differences 7"
# Without those that cannot: the others, and what hangs on them.
run 0 undo "$id" -d "$db" --skip-conflicts
contains "$out" "To do it: resow undo $id --skip-conflicts --execute"
run 0 undo "$id" -d "$db" --skip-conflicts --execute
equals "$(sql "SELECT string_agg(id || ' ' || code, ', ' ORDER BY id) FROM orders WHERE id < 5 OR id > 10")" "1 another, 3 Code 3, 4 Code 4, 90 CODE 2"
equals "$(sql "SELECT string_agg(id::text, ',' ORDER BY id) FROM items WHERE id < 10")" "5,6,7,8,9"
equals "$(sql "SELECT string_agg(id || ':' || credit, ' ' ORDER BY id) FROM users")" "1:1.00 2:2.00 3:3.00 4:4.00 5:5.00 6:6.00 7:7.00 8:8.00 9:77.00 10:10.00"
sql "DELETE FROM orders WHERE id IN (1, 90); UPDATE users SET credit = 9 WHERE id = 9;
     ALTER TABLE orders DISABLE TRIGGER touch;
     INSERT INTO orders (id, user_id, code, at, total) SELECT i, i, 'Code ' || i, '2025-01-01'::date + i, i FROM generate_series(1, 2) AS i;
     ALTER TABLE orders ENABLE TRIGGER touch;
     INSERT INTO items (id, order_id, part_of, name) SELECT i, 1 + (i - 1) / 2, CASE WHEN i % 2 = 0 THEN i - 1 END, 'item ' || i FROM generate_series(1, 4) AS i;
     DELETE FROM touched"
equals "$(checksum public)" "$start"

# A parent that somebody deleted since.
prune_anew
sql "UPDATE orders SET user_id = 5 WHERE user_id = 8; DELETE FROM users WHERE id = 8"
run 1 undo "$id" -d "$db"
contains "$out" "id = 8: it is gone"
sql "INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (8, 'user8@example.org', 0); UPDATE orders SET user_id = 8 WHERE id = 8"
run 0 undo "$id" -d "$db" --execute
equals "$(checksum public)" "$start"

# Sequences that somebody set back are behind no id that comes back; they never go back themselves.
prune_anew
sql "SELECT setval('orders_id_seq', 1, false), setval('items_id_seq', 500)" >/dev/null
run 0 undo "$id" -d "$db" --execute
equals "$(sql "SELECT nextval('orders_id_seq') > 4, nextval('items_id_seq')")" "t|501"
sql "SELECT setval('orders_id_seq', 10), setval('items_id_seq', 20)" >/dev/null
equals "$(checksum public)" "$start"

# A table that is not there any more, a column that is another one: told, all of them, and nothing is changed.
prune_anew
sql "ALTER TABLE items RENAME TO parts; ALTER TABLE orders ALTER COLUMN code TYPE varchar(80); ALTER TABLE users DROP COLUMN email"
changed=$(checksum public)
run 2 undo "$id" -d "$db" --execute
contains "$err" "public.items: the run changed this table, and it is not there any more"
contains "$err" "public.orders.code: is of type text in the archive, and of type character varying(80) here"
contains "$err" "public.users.email: is in the archive, and the table has no such column to be filled"
equals "$(checksum public)" "$changed"
equals "$(sql "SELECT state FROM resow.run WHERE id = $id")" "done"

# A column that came since has its default.
new_database
sql "CREATE TABLE notes (id int PRIMARY KEY, body text); INSERT INTO notes SELECT i, 'note ' || i FROM generate_series(1, 5) AS i"
cat >"$work/notes.json" <<'END'
{ "delete": { "notes": { "where": "notes.id > 2" } } }
END
run 0 prune "$work/notes.json" -d "$db" -q
run 0 prune "$work/notes.json" -d "$db" --execute --plan "$out"
sql "ALTER TABLE notes ADD COLUMN stars int NOT NULL DEFAULT 3"
run 0 undo 1 -d "$db" --execute
equals "$(sql "SELECT string_agg(id || ':' || stars, ' ' ORDER BY id) FROM notes")" "1:3 2:3 3:3 4:3 5:3"
