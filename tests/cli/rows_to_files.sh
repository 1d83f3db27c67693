#!/usr/bin/env bash
# resow seed --to FOLDER: the same rows as files, with a script that loads them.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"

# A database of that schema, and its catalog as inspect saves it.
new_schema() {
  new_database
  sql_file "$source_dir/$1"
}
load() { (cd "$1" && psql -Xq -v ON_ERROR_STOP=1 -d "$db" -f load.sql); }

# agrees SQL_FILE INIT_OPTIONS...: what the folder loads is what a seed makes, in every format. With
# asks_server set, checks need the server as their judge, so that the catalog alone will not do.
agrees() {
  local file=$1 format sum name source
  shift
  name=$(basename "$file" .sql)
  new_schema "$file"
  sql "SELECT 1" >/dev/null
  run 0 init -d "$db" "$@"
  cp "$work/out" "$work/$name.json"
  run 0 inspect -d "$db" --schema-only --format json
  cp "$work/out" "$work/$name.catalog.json"
  run 0 seed "$work/$name.json" -d "$db" --execute
  sum=$(checksum %)
  for format in csv text binary; do
    source=(--catalog "$work/$name.catalog.json")
    if [[ -n ${asks_server-} ]]; then
      new_schema "$file"
      source=(-d "$db")
    fi
    run 0 seed "$work/$name.json" "${source[@]}" --to "$work/$name.$format" --file-format "$format"
    contains "$out" "load.sql"
    run 0 seed "$work/$name.json" "${source[@]}" --to "$work/$name.$format.j" --file-format "$format" -j 3
    diff -r "$work/$name.$format" "$work/$name.$format.j" || fail "$name: -j changes the bytes of $format"
    new_schema "$file"
    load "$work/$name.$format" || fail "$name: $format cannot be loaded"
    equals "$(checksum %)" "$sum" "$name: $format holds other rows than a seed"
    run 0 verify "$work/$name.json" -d "$db"
    # A database as the catalog gives the same.
    new_schema "$file"
    run 0 seed "$work/$name.json" -d "$db" --to "$work/$name.$format.d" --file-format "$format"
    diff -r "$work/$name.$format" "$work/$name.$format.d" || fail "$name: the catalog of a database gives other $format"
  done
}

asks_server=1 agrees tests/cli/schemas/arcs.sql
agrees tests/cli/schemas/cycles.sql
agrees tests/cli/schemas/domains.sql
agrees tests/cli/schemas/overlaps.sql
agrees tests/cli/schemas/partitions.sql
[[ -s $work/domains.binary/public/country.bin ]] || fail "nothing in binary form"
[[ -s $work/domains.binary/public/customer.txt ]] || fail "what has no binary form is not there as text"

# Tenants: one script for all of them; a reset stays what it is, the tables have to be empty.
new_marketplace
run 0 inspect -d "$db" --format json --schema-only
cp "$work/out" "$work/marketplace.json"
run 0 seed "$batches" --catalog "$work/marketplace.json" --to "$work/tenants" -j 2
equals "$(cd "$work/tenants" && find . -type f | sort | tr '\n' ' ')" \
  "./load.sql $(for n in 1 2 3; do for t in batch_jobs marketplace_jobs marketplace_tasks; do printf './user_%s/%s.csv ' "$n" "$t"; done; done)"
for tenant in 1 2 3; do
  sql "TRUNCATE user_$tenant.batch_jobs, user_$tenant.marketplace_jobs, user_$tenant.marketplace_tasks RESTART IDENTITY"
done
# How to load them comes last, and in JSON too.
contains "$(tail -n 1 <<<"$out")" "The rows are files. To load them: cd $work/tenants && psql -X -d DATABASE -f load.sql"
run 0 seed "$batches" --catalog "$work/marketplace.json" --to "$work/tenants" -j 2 --overwrite --format json
contains "$out" "\"next_command\": \"cd $work/tenants && psql -X -d DATABASE -f load.sql\""
load "$work/tenants"
run 0 verify "$batches" -d "$db"

# Names that need quoting, in SQL and in file names.
new_database
sql 'CREATE SCHEMA "a/b"; CREATE TABLE "a/b"."x""y.z" ("i d" serial PRIMARY KEY, "it'"'"'s" text); CREATE TABLE "a/b".nothing (id serial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())'
cat >"$work/names.json" <<'JSON'
{ "schemas": ["a/b"], "tables": { "x\"y.z": { "rows": 2, "columns": { "it's": { "one_of": ["\\N", "a,b\t\"c\"\nd"] } } }, "nothing": { "rows": 3 } } }
JSON
for format in csv text; do
  run 0 seed "$work/names.json" -d "$db" --to "$work/names.$format" --file-format "$format"
  sql 'TRUNCATE "a/b"."x""y.z", "a/b".nothing RESTART IDENTITY'
  load "$work/names.$format"
  names=$(sql 'SELECT count(*), bool_and("it'"'"'s" IN ($$\N$$, concat($$a,b$$, chr(9), $$"c"$$, chr(10), $$d$$))), max("i d") FROM "a/b"."x""y.z"')
  equals "$names" "2|t|2"
  equals "$(sql 'SELECT count(*) FROM "a/b".nothing')" 3
done
[[ -s $work/names.csv/a%2Fb/x%22y%2Ez.csv ]] || fail "no such file name"

# Rows that others have already stay theirs: a table that is not filled is referred to as it is.
new_database
sql "CREATE TABLE plans (id int PRIMARY KEY); INSERT INTO plans VALUES (7), (9); CREATE TABLE users (id serial PRIMARY KEY, plan_id int NOT NULL REFERENCES plans)"
echo '{ "tables": { "users": { "rows": 20 } } }' >"$work/users.json"
run 0 seed "$work/users.json" -d "$db" --to "$work/users"
load "$work/users"
equals "$(sql 'SELECT count(DISTINCT plan_id) FROM users')" 2
run 0 inspect -d "$db" --format json
cp "$work/out" "$work/users.catalog.json"
run 2 seed "$work/users.json" --catalog "$work/users.catalog.json" --to "$work/users2"
contains "$err" "has to refer to a row of public.plans"
[[ ! -e $work/users2 ]] || fail "a folder is left"

# What is there already is not overwritten unasked.
before=$(cat "$work/users/load.sql")
echo "mine" >"$work/users/mine.txt"
run 2 seed "$work/users.json" -d "$db" --to "$work/users"
contains "$err" "public/users.csv and 1 other file are there already; name another folder, or say --overwrite"
run 0 seed "$work/users.json" -d "$db" --to "$work/users" --overwrite
equals "$(cat "$work/users/load.sql")" "$before"
equals "$(cat "$work/users/mine.txt")" "mine"
run 0 seed "$work/users.json" -d "$db" --to "$work/users/" --overwrite --file-format text
echo x >"$work/file"
run 2 seed "$work/users.json" -d "$db" --to "$work/file"
contains "$err" "is no folder"
[[ -z $(find "$work" -name '.resow-*') ]] || fail "hidden files are left"

# What cannot be written, and what does not go together.
run 5 seed "$work/users.json" -d "$db" --to /proc/nowhere
contains "$err" "cannot be written"
run 2 seed "$work/users.json" -d "$db" --to "$work/x" --execute
contains "$err" "with --to nothing is changed"
run 2 seed "$work/users.json" -d "$db" --catalog "$work/users.catalog.json" --file-format csv --overwrite
contains "$err" "--catalog: is about files"
contains "$err" "--file-format: is about files"
contains "$err" "--overwrite: is about files"
run 2 seed "$work/users.json" -d "$db" --catalog "$work/users.catalog.json" --to "$work/x"
contains "$err" "--catalog is in place of a database"
run 2 seed "$work/users.json" --catalog "$work/users.json" --to "$work/x"
contains "$err" "users.json: is no catalog"
run 2 seed "$work/users.json" -d "$db" --to "$work/x" --file-format xml
contains "$err" "--file-format"
sql 'CREATE TABLE "two
lines" (id int)'
echo '{ "tables": { "two\nlines": {} } }' >"$work/lines.json"
run 2 seed "$work/lines.json" -d "$db" --to "$work/x"
contains "$err" "has a line break in a name"
[[ ! -e $work/x ]] || fail "a folder is left"

# No room for all of it: nothing is left.
(
  trap '' XFSZ
  ulimit -f 500
  echo '{ "tables": { "users": { "rows": 100000 } } }' >"$work/large.json"
  run 5 seed "$work/large.json" -d "$db" --to "$work/large"
  contains "$err" "$work/large/public/users.csv: cannot be written: File too large; no file is left of it"
  run 5 seed "$work/large.json" -d "$db" --to "$work/users" --overwrite --format json
  contains "$out" '"outcome": "failed"'
) || exit 1
[[ ! -e $work/large ]] || fail "half a folder is left"
equals "$(sed 1d "$work/users/load.sql")" "$(sed '1d; s/users.csv/users.txt/; s/FORMAT csv/FORMAT text/' <<<"$before")" "what was there is damaged"

# Interrupted in the middle: nothing is left.
echo '{ "tables": { "users": { "rows": 50000000 } } }' >"$work/many.json"
env --default-signal=INT "$RESOW" seed "$work/many.json" -d "$db" --to "$work/many" -q >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 200); do
  [[ -z $(find "$work/many" -name users.csv -size +1000k 2>/dev/null) ]] || break
  sleep 0.05
done
kill -INT "$pid"
status=0
wait "$pid" || status=$?
equals "$status" 130
[[ ! -e $work/many ]] || fail "half a folder is left"
