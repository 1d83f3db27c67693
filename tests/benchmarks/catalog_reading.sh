#!/usr/bin/env bash
# Reading the catalog of 1,000 schemas of 20 tables, against pg_dump --schema-only.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server; pg_dump locks every table, so
# that server needs max_locks_per_transaction=512 for it. resow reads the same without.
#   SCHEMAS=100 tests/benchmarks/catalog_reading.sh       fewer of them
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
schemas=${SCHEMAS:-1000}

createdb bench_catalog_test
export PGDATABASE=bench_catalog_test
psql -X -q -v ON_ERROR_STOP=1 -v schemas="$schemas" -f many_schemas.sql
psql -X -q -c "VACUUM ANALYZE"

text() { "$RESOW" inspect --schema-only; }
json() { "$RESOW" inspect --schema-only --format json; }
one() { "$RESOW" inspect --schema-only -n user_7; }
dump() { pg_dump --schema-only; }
dump_one() { pg_dump --schema-only -n user_7; }

compare "${RUNS-5}" : text=text json=json dump=dump
row "catalog, $schemas schemas of 20 tables" "pg_dump --schema-only" "${median_of[text]}" "${median_of[dump]}"
row "the same, written out as JSON" "pg_dump --schema-only" "${median_of[json]}" "${median_of[dump]}"
compare "${RUNS-9}" : one=one dump_one=dump_one
row "catalog of one of them" "pg_dump --schema-only -n" "${median_of[one]}" "${median_of[dump_one]}"
PGDATABASE=postgres dropdb bench_catalog_test
