#!/usr/bin/env bash
# Foreign keys that are dropped while rows come are as they were before, to the letter; a row that
# refers to nothing is refused, and then everything is as it was.
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA \"Shop 1\";
     SET search_path = \"Shop 1\";
     CREATE TABLE people (id serial PRIMARY KEY, code text NOT NULL UNIQUE, manager int);
     ALTER TABLE people ADD CONSTRAINT boss FOREIGN KEY (manager) REFERENCES people ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
     CREATE TABLE \"Orders\" (id serial PRIMARY KEY, person int NOT NULL REFERENCES people ON DELETE CASCADE ON UPDATE RESTRICT,
                              code text CONSTRAINT \"by \"\"code\"\"\" REFERENCES people (code) MATCH FULL, checked int, loose int);
     COMMENT ON CONSTRAINT \"by \"\"code\"\"\" ON \"Orders\" IS 'it''s kept';
     ALTER TABLE \"Orders\" ADD CONSTRAINT loose FOREIGN KEY (loose) REFERENCES people NOT VALID;
     ALTER TABLE \"Orders\" ADD CONSTRAINT off FOREIGN KEY (checked) REFERENCES people;
     CREATE TABLE lines (id serial PRIMARY KEY, order_id int NOT NULL REFERENCES \"Orders\");
     CREATE VIEW all_orders AS SELECT o.*, p.manager FROM \"Orders\" AS o JOIN people AS p ON p.id = o.person"
cat >"$work/d.json" <<'JSON'
{ "schemas": ["Shop 1"],
  "tables": { "people": { "rows": 50 }, "Orders": { "per": {"table": "people", "foreign_key": "Orders_person_fkey"}, "rows": 3, "columns": { "loose": null, "checked": null } }, "lines": { "per": "Orders", "rows": 2 } },
  "expect": { "lines": { "rows": 300, "orphans": 0 }, "Orders": { "rows": 150, "orphans": 0 } } }
JSON
structure() { pg_dump --schema-only --no-sync -N resow -d "$db" | grep -v '^\\\(un\)\?restrict'; }
before=$(structure)
run 0 apply "$work/d.json" -d "$db" --remake-keys always
contains "$out" "dropped meanwhile and made again"
contains "$out" "lines_order_id_fkey"
lacks "$out" "foreign key loose  "
run 0 apply "$work/d.json" -d "$db"
lacks "$out" "made again"
run 0 apply "$work/d.json" -d "$db" --execute
never=$(checksum 'Shop 1')
for _ in 1 2; do
  run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
  equals "$(structure)" "$before"
  equals "$(checksum 'Shop 1')" "$never"
done
run 0 verify "$work/d.json" -d "$db"

# They were made again in truth: the server itself says that they are valid, with all their triggers.
keys() {
  sql "SELECT c.conname || ' ' || c.oid FROM pg_constraint AS c WHERE c.contype = 'f' AND c.convalidated
       AND (SELECT count(*) FROM pg_trigger AS t WHERE t.tgconstraint = c.oid AND t.tgenabled = 'O') = 4 ORDER BY 1"
}
old=$(keys)
run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
[[ $old != "$(keys)" ]] || fail "no key was made again: $old"

# Keys that somebody switched off stay as they are.
sql "ALTER TABLE \"Shop 1\".lines DISABLE TRIGGER ALL"
old=$(sql "SELECT oid FROM pg_constraint WHERE conname = 'lines_order_id_fkey'")
run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
equals "$(sql "SELECT oid FROM pg_constraint WHERE conname = 'lines_order_id_fkey'")" "$old"
sql "ALTER TABLE \"Shop 1\".lines ENABLE TRIGGER ALL"

sed -i 's/"rows": 2 } }/"rows": 2, "columns": { "order_id": { "sequence": 4711 } } } }/; s/"per": "Orders", //' "$work/d.json"
start=$(checksum 'Shop 1')
for when in never always; do
  run 4 apply "$work/d.json" -d "$db" --execute --remake-keys $when
  contains "$err" "SQLSTATE 23503"
  contains "$err" "constraint: lines_order_id_fkey"
  [[ $err =~ "Key (order_id)="\(471[12]\)" is not present" ]] || fail "no key: $err"  # whichever the server finds first
  equals "$(checksum 'Shop 1')" "$start"
  equals "$(structure)" "$before"
done
