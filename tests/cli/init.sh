#!/usr/bin/env bash
# resow init: a dataset to start from, which apply takes as it is.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
mkdir "$work/plain"

# starts NAME OPTIONS...: writes $work/NAME.json of the database at hand, and apply takes it.
starts() {
  run 0 init -d "$db" "${@:2}"
  cp "$work/out" "$work/$1.json"
  "$RESOW" init -d "$db" --format json "${@:2}" 2>/dev/null >"$work/plain/$1.json"
  run 0 apply "$work/$1.json" -d "$db" --execute
  run 0 verify "$work/$1.json" -d "$db"
  run 0 apply "$work/$1.json" -d "$db" --execute
}

for file in "$source_dir"/tests/cli/schemas/*.sql; do
  schema=$(basename "$file" .sql)
  new_database
  sql_file "$file"
  if [[ $schema == legacy ]]; then starts "$schema" -n Legacy; else starts "$schema"; fi
done

# What the server refuses is left out, and the reason stands there.
text=$(cat "$work/triggers.json")
contains "$text" '// not "attribute": '
contains "$text" 'This attribute type can not contain free text'
contains "$text" '"artist": {'
# A trigger that fires when the transaction ends names no table: the one that has it is left out.
text=$(cat "$work/asked_for.json")
contains "$text" '// not "never": '
contains "$text" 'function no_such_function(integer) does not exist'
contains "$text" '"execution": {'
text=$(cat "$work/reference.json")
contains "$text" '// not "never": '
contains "$text" '// has 2 rows now, which apply removes; take the table out to keep them'

# A trigger that fails in another table: the one that has it is left out, not the other.
new_database
sql "CREATE TABLE org (id text PRIMARY KEY, within text NOT NULL);
  CREATE TABLE unit (id text PRIMARY KEY, within text, kind text NOT NULL CHECK (kind IN ('org', 'other')));
  CREATE FUNCTION spread() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO org VALUES (NEW.id, NULL); RETURN NEW; END';
  CREATE TRIGGER spread AFTER INSERT ON unit FOR EACH ROW EXECUTE FUNCTION spread();"
starts spread
text=$(cat "$work/spread.json")
contains "$text" '// not "unit": '
contains "$text" '"org": {'

# What a person would write, ready to be edited.
new_database
sql "
  CREATE TYPE mood AS ENUM ('happy', 'sad');
  CREATE TABLE customers (id serial PRIMARY KEY, email text NOT NULL UNIQUE, full_name text, city text,
    mood mood NOT NULL, plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'paid')),
    age int NOT NULL CHECK (age BETWEEN 18 AND 99), deleted_at timestamptz);
  CREATE TABLE profiles (customer_id int PRIMARY KEY REFERENCES customers ON DELETE CASCADE, bio text);
  CREATE TABLE products (id serial PRIMARY KEY, price numeric(8,2) NOT NULL);
  CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, ordered_at timestamptz NOT NULL);
  CREATE TABLE order_items (order_id int NOT NULL REFERENCES orders ON DELETE CASCADE, n int NOT NULL,
    product_id int NOT NULL REFERENCES products, PRIMARY KEY (order_id, n));"
starts shop --rows 25
text=$(cat "$work/shop.json")
contains "$text" '"email": { "generate": "email" }'
contains "$text" '"mood": { "one_of": ["happy", "sad"] }'
contains "$text" '"plan": { "one_of": { "free": 1, "paid": 0 } }'
contains "$text" '"ordered_at": { "between": ["-90 days", "now"] }'
contains "$text" '"rows": 25'
contains "$text" 'NULL: deleted_at'
contains "$text" 'customer_id (a row of customers)'
contains "$(tr -d ' \n' <"$work/shop.json")" '"order_items":{"per":"orders","rows":{"between":[1,3]}'
contains "$(tr -d ' \n' <"$work/shop.json")" '"profiles":{"per":"customers"'
[[ $text == *'"customers"'*'"orders"'*'"order_items"'* ]] || fail "parents do not come first: $text"
equals "$(sql "SELECT count(*) = 25 AND count(DISTINCT email) = 25 AND bool_and(plan = 'free') FROM customers")" t
equals "$(sql "SELECT count(*) FROM profiles")" 25

# The rows are those that --auto makes, where nothing hangs on a parent.
new_database
sql_file "$source_dir/tests/cli/schemas/domains.sql"
starts domains
sum=$(checksum public)
new_database
sql_file "$source_dir/tests/cli/schemas/domains.sql"
run 0 seed --auto --rows 10 -d "$db" --execute
equals "$(checksum public)" "$sum" "init and --auto differ"

# Tenants that are alike are one pattern's, what they share is named with its schema.
new_marketplace
starts tenants -n 'user_*'
text=$(cat "$work/tenants.json")
contains "$text" '"schemas": ["user_*"]'
contains "$text" '"marketplace_tasks": {'
lacks "$text" 'public.users": {'
new_marketplace
starts both -n 'user_*' -n public
text=$(cat "$work/both.json")
contains "$text" '"schemas": ["user_*"]'
contains "$text" '"public.users": {'
lacks "$text" alembic_version
new_marketplace
starts all -n '*'
contains "$(cat "$work/all.json")" '"public.subscriptions": {'
# One that is not like the others; and a shared table without the rows that are needed.
new_database
sql "
  CREATE TABLE plans (id serial PRIMARY KEY, name text NOT NULL);
  CREATE SCHEMA t_1; CREATE SCHEMA t_2; CREATE SCHEMA t_3;
  CREATE TABLE t_1.users (id serial PRIMARY KEY, plan_id int NOT NULL REFERENCES plans, email text);
  CREATE TABLE t_2.users (id serial PRIMARY KEY, plan_id int NOT NULL REFERENCES plans, email text);
  CREATE TABLE t_3.users (id serial PRIMARY KEY, plan_id int NOT NULL REFERENCES plans, mail text, age int);
  CREATE TABLE t_3.more (id serial PRIMARY KEY);"
starts drifted -n 't_*'
text=$(cat "$work/drifted.json")
contains "$text" '"public.plans": {'
contains "$text" '"t_3.more": {'
contains "$text" 'not the same in all schemas'
equals "$(sql 'SELECT count(*) FROM t_3.users')" 10

# A database that has nothing yet.
new_database
run 0 init -d "$db"
cp "$work/out" "$work/empty.json"
contains "$err" "no table to fill in schema public"
run 0 apply "$work/empty.json" -d "$db" --execute

# Where nothing may be changed it is not tried out, and says so.
new_database prod
sql_file "$source_dir/tests/cli/schemas/domains.sql"
run 0 init -d "$db"
contains "$out" "// not tried out: database"
contains "$err" "not tried out"
new_database
sql_file "$source_dir/tests/cli/schemas/triggers.sql"
before=$(checksum public)
run 0 init -d "$db" --no-rehearsal --quiet
equals "$err" ""
contains "$out" '"attribute": {'
run 0 init -d "$db"
equals "$(checksum public)" "$before" "init changed something"

run 2 init -d "$db" -n nothing
contains "$err" 'no schema matches "nothing"'
run 2 init -d "$db" --rows 0
contains "$err" '--rows'
run 2 init -d "$db" --format junit
contains "$err" "init has nothing to test"
run 4 init -d "host=/nowhere"

# Without their comments they are JSON that the published schema allows.
"$python" - "$source_dir/fixtures/dataset.schema.json" "$work"/plain/*.json <<'PYTHON'
import json, sys
import jsonschema
schema = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))
for name in sys.argv[2:]:
    faults = [fault.message for fault in schema.iter_errors(json.load(open(name)))]
    assert not faults, (name, faults)
assert len(sys.argv) > 15, sys.argv
PYTHON
