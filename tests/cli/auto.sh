#!/usr/bin/env bash
# resow seed --auto: rows for every table of schemas that nobody has described.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"

# Tables without a row, one a line.
empty_tables() {
  psql -XAtq -v ON_ERROR_STOP=1 -d "$db" <<'SQL'
SELECT format('SELECT %L WHERE NOT EXISTS (SELECT FROM %s)', c.oid::regclass, c.oid::regclass)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$)'
ORDER BY n.nspname, c.relname \gexec
SQL
}

# fills SCHEMA.sql STATUS OPTIONS...: all tables but those that are named in $impossible.
impossible=""
fills() {
  new_database
  sql_file "$source_dir/tests/cli/schemas/$1.sql"
  run "$2" seed --auto --rows 100 --keep-going --execute -d "$db" "${@:3}"
  equals "$(empty_tables)" "$impossible" "$1: $out"
}

fills arcs 0
equals "$(sql 'SELECT count(*) FROM by_sum')" 100
equals "$(sql 'SELECT count(*) FROM plans')" 100
fills partitions 0
equals "$(sql 'SELECT count(*) FROM events')" 100
equals "$(sql 'SELECT count(*) FROM orders')" 100
fills cycles 0
equals "$(sql 'SELECT count(*) FROM concept')" 100
equals "$(sql "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable")" 2 "constraints as they were"
fills domains 0
fills triggers 0
equals "$(sql 'SELECT count(*) > 10 AND count(*) < 100 FROM attribute')" t
fills overlaps 0
equals "$(sql 'SELECT count(*) FROM one_row')" 1
fills legacy 0 -n Legacy

# What cannot be is named, with the reason; the others do not suffer from it.
impossible=$(printf 'after_never\nnever')
fills reference 1
contains "$out" "not filled: public.never: public.never: no value satisfies the check never_check"
contains "$out" "not filled: public.after_never: public.after_never.never_id has to refer to a row of public.never"
contains "$out" "2 tables not filled"
equals "$(sql 'SELECT count(*) FROM maybe_never WHERE never_id IS NULL')" 100
# Rows that were there stay the only ones, and others refer to them.
equals "$(sql 'SELECT count(*) FROM currency')" 2
equals "$(sql 'SELECT count(DISTINCT currency) FROM price')" 2
run 1 seed --auto --rows 100 --keep-going --format json -d "$db" --execute
contains "$out" '"left_out"'
equals "$(sql 'SELECT count(*) FROM price')" 100 "a second run adds nothing"

# Without --keep-going nothing is filled when something cannot be.
new_database
sql_file "$source_dir/tests/cli/schemas/reference.sql"
run 2 seed --auto --execute -d "$db"
contains "$err" "no value satisfies the check never_check"
equals "$(sql 'SELECT count(*) FROM price')" 0

# The preview says what would be.
run 0 seed --auto --rows 7 --keep-going -d "$db"
contains "$out" "cannot be filled"
contains "$out" "currency"
equals "$(sql 'SELECT count(*) FROM price')" 0

run 2 seed --rows 7 "$batches" -d "$db"
contains "$err" "a dataset says how many rows there are"
run 2 seed --auto "$batches" -d "$db"
contains "$err" "there is a dataset as well"
run 2 seed -d "$db"
contains "$err" "say --auto"
