#!/usr/bin/env bash
# What fires for the rows that are loaded is named: in the preview, in the report, for programs too.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA shop CREATE TABLE orders (id int PRIMARY KEY) CREATE TABLE audit_log (what text);
     CREATE FUNCTION shop.log() RETURNS trigger LANGUAGE plpgsql
       AS 'BEGIN INSERT INTO shop.audit_log VALUES (''new''); RETURN NULL; END';
     CREATE TRIGGER log_it AFTER INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.log()"
printf '{"schemas": ["shop"], "tables": {"orders": {"rows": 2}}}' >"$work/orders.json"
note="trigger log_it on shop.orders fires for each row that is inserted (shop.log)"
run 0 apply "$work/orders.json" -d "$db"
contains "$out" "$note"
run 0 apply "$work/orders.json" -d "$db" --execute
contains "$out" "$note"
equals "$(sql "SELECT count(*) FROM shop.audit_log")" 2
run 0 apply "$work/orders.json" -d "$db" --execute --format json
contains "$out" "$note"
"$python" - "$source_dir/docs/report.schema.json" "$work/out" <<'PYTHON'
import json, sys
import jsonschema
jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))
PYTHON
run 0 verify "$work/orders.json" -d "$db"
lacks "$out" "log_it"
