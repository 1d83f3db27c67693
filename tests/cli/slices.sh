#!/usr/bin/env bash
# --slice I/N: N machines share the rows, with nobody who coordinates them.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"

tables="
  CREATE TABLE batches (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
  CREATE TABLE jobs (id bigserial PRIMARY KEY, batch_id int NOT NULL REFERENCES batches, price numeric(8,2) NOT NULL);
  CREATE TABLE tasks (job_id bigint NOT NULL REFERENCES jobs, batch_id int NOT NULL REFERENCES batches, n int NOT NULL, PRIMARY KEY (job_id, n));
  CREATE TABLE notes (id serial PRIMARY KEY, job_id bigint REFERENCES jobs, body text);"
cat >"$work/nested.json" <<'JSON'
{
  "tables": {
    "batches": { "rows": 101 },
    "jobs": { "per": "batches", "rows": { "between": [0, 20] } },
    "tasks": { "per": "jobs", "rows": { "between": [1, 4] },
               "columns": { "n": "{n}", "batch_id": { "parent": "batch_id" } } }
  }
}
JSON
sed 's/"tasks": {/"notes": { "rows": 500 }, "tasks": {/' "$work/nested.json" >"$work/crossing.json"

new_database
sql "$tables"
run 0 inspect -d "$db" --format json
cp "$work/out" "$work/catalog.json"
run 0 seed "$work/nested.json" -d "$db" --execute
nested=$(checksum public)
new_database
sql "$tables"
run 0 seed "$work/crossing.json" -d "$db" --execute
crossing=$(checksum public)

# Files: the slices one after the other are the whole, and one script loads all of them, whatever
# the foreign keys lead to.
for format in text csv binary; do
  run 0 seed "$work/crossing.json" --catalog "$work/catalog.json" --to "$work/whole.$format" --file-format "$format"
  for n in 1 2 3 4 5; do
    run 0 seed "$work/crossing.json" --catalog "$work/catalog.json" --to "$work/parts.$format" --file-format "$format" --slice "$n/5" -j "$((n % 2 + 1))"
  done
  new_database
  sql "$tables"
  (cd "$work/parts.$format" && psql -Xq -v ON_ERROR_STOP=1 -d "$db" -f load.sql)
  equals "$(checksum public)" "$crossing" "$format: slices from files differ"
done
for table in batches jobs tasks notes; do
  cmp <(cat "$work/parts.text/public/$table".[1-5]-of-5.txt) "$work/whole.text/public/$table.txt" || fail "$table: the slices are not the whole"
  cmp <(cat "$work/parts.csv/public/$table".[1-5]-of-5.csv) "$work/whole.csv/public/$table.csv" || fail "$table: the slices are not the whole"
done
# More slices than rows; each machine with a folder of its own.
run 0 seed "$work/nested.json" --catalog "$work/catalog.json" --to "$work/whole" --file-format text
for n in $(seq 1 150); do
  "$RESOW" seed "$work/nested.json" --catalog "$work/catalog.json" --to "$work/many/$n" --file-format text --slice "$n/150" -q
done
cmp "$work/many/1/load.sql" "$work/many/150/load.sql" || fail "each slice has another script"
for table in batches jobs tasks; do
  cmp <(for n in $(seq 1 150); do cat "$work/many/$n/public/$table.$n-of-150.txt"; done) "$work/whole/public/$table.txt"
done
run 2 seed "$work/crossing.json" --catalog "$work/catalog.json" --to "$work/parts.csv" --slice 2/5
contains "$err" "are there already"

# Into one database, all at once: children go with their parents.
new_database
sql "$tables"
for n in 1 2 3 4; do
  "$RESOW" seed "$work/nested.json" -d "$db" --slice "$n/4" --execute >"$work/out.$n" 2>&1 &
  pids[n]=$!
done
for n in 1 2 3 4; do wait "${pids[n]}" || fail "slice $n failed: $(cat "$work/out.$n")"; done
equals "$(checksum public)" "$nested" "slices into one database differ"
run 0 verify "$work/nested.json" -d "$db"
# One after the other as well; and a slice that is there already is refused.
new_database
sql "$tables"
for n in 3 1 2; do run 0 seed "$work/nested.json" -d "$db" --slice "$n/3" --execute; done
equals "$(checksum public)" "$nested" "slices one by one differ"
run 4 seed "$work/nested.json" -d "$db" --slice 2/3 --execute
equals "$(checksum public)" "$nested"

# Rows that another slice has cannot be referred to.
new_database
sql "$tables"
run 2 seed "$work/crossing.json" -d "$db" --slice 1/3 --execute
contains "$err" 'crossing.json#/tables/notes: foreign key notes_job_id_fkey may lead to a row of public.jobs that another slice has'
contains "$err" 'or write the slices as files, with --to'
run 0 seed "$work/crossing.json" -d "$db" --slice 1/1 --execute
equals "$(checksum public)" "$crossing"

for wrong in 0/3 4/3 1 1/0 a/b 1/3/4 -1/3 ""; do
  run 2 seed "$work/nested.json" -d "$db" "--slice=$wrong"
  contains "$err" "--slice"
done
run 2 seed --auto --keep-going -d "$db" --slice 1/2 --execute
contains "$err" "leave out --keep-going"
