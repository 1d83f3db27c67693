#!/usr/bin/env bash
# The example from start to end, with what it promises held against the database: in production,
# then in development, which has one column more.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
policy=$here/go_live.json
counts='{t["table"]: t["removed"] for s in d["schemas"] for t in s["tables"] if t["action"] == "delete"}'
wanted="{'bank_transactions': 108, 'customers': 8, 'debts': 2, 'expenses': 24, 'production_items': 140, 'production_logs': 28, 'products': 40, 'sale_items': 140, 'sales': 28, 'stock_movements': 154}"
resets='{t["table"]: t["reset"] for s in d["schemas"] for t in s["tables"] if t["action"] == "reset"}'
reset_rows="{'inventory_items': 30, 'restaurants': 2}"
preserved() {
  sql "SELECT (SELECT count(*) FROM bakery.restaurants), (SELECT count(*) FROM bakery.users),
         (SELECT count(*) FROM bakery.user_restaurants), (SELECT count(*) FROM bakery.inventory_items),
         (SELECT count(*) FROM bakery.suppliers), (SELECT md5(string_agg(name || unit || unit_cost, ',' ORDER BY id)) FROM bakery.inventory_items)"
}

try_it() {
  local start plan definitions
  start=$(checksum bakery) definitions=$(preserved)
  contains "$definitions" "2|3|4|30|5|"

  run 0 prune "$policy" -d "$db" --format json
  equals "$(checksum bakery)" "$start" "the preview changed something"
  equals "$(json "dict(sorted($counts.items()))")" "$wanted"
  equals "$(json "$resets")" "$reset_rows"
  plan=$(json "d['plan']")
  run 1 prune "$policy" -d "$db" --check

  # Nothing goes without the plan, and nothing with another one.
  run 2 prune "$policy" -d "$db" --execute
  run 2 prune "$policy" -d "$db" --execute --plan "$(tr 0-9a-f 1-9a-f0 <<<"${plan: -1}" | sed "s/^/${plan%?}/")"
  equals "$(checksum bakery)" "$start" "a refused run changed something"

  run 0 prune "$policy" -d "$db" --execute --plan "$plan" --format json
  equals "$(json "dict(sorted($counts.items()))")" "$wanted" "not what the preview said"
  equals "$(json "$resets")" "$reset_rows"
  local id
  id=$(json "d['run']")
  equals "$(sql "SELECT count(*) FROM bakery.sales")" 0
  equals "$(sql "SELECT sum(current_stock) FROM bakery.inventory_items")" 0.000
  equals "$(sql "SELECT sum(cash_balance + mobile_money_balance + card_balance) FROM bakery.restaurants")" 0.00
  equals "$(preserved)" "$definitions"

  # Again, without harm.
  run 0 prune "$policy" -d "$db" --check
  run 0 prune "$policy" -d "$db" -q
  run 0 prune "$policy" -d "$db" --execute --plan "$out"
  contains "$out" "0 rows deleted"

  run 0 undo "$id" -d "$db" --execute
  equals "$(checksum bakery)" "$start" "undo did not bring all of it back"
}

new_database prod
sql_file "$here/schema.sql"
try_it
run 0 prune "$policy" -d "$db"
contains "$out" "bakery.restaurants has no column slug; it is optional"

new_database dev
sql_file "$here/schema.sql"
sql "ALTER TABLE bakery.restaurants ADD COLUMN slug text, ADD COLUMN timezone text DEFAULT 'Africa/Abidjan'"
try_it

# A table that nobody thought of.
sql "CREATE TABLE bakery.loyalty_cards (id int PRIMARY KEY)"
run 2 prune "$policy" -d "$db"
contains "$err" "loyalty_cards of bakery is not mentioned"
