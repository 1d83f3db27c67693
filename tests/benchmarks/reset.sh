#!/usr/bin/env bash
# The reset of 100 linked tables, of which five hold 20 rows each, against TRUNCATE of all of them in
# one statement and against DELETE from all of them, children first.
#   tests/benchmarks/reset.sh LABEL
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

createdb bench_reset_test
createdb bench_production  # a name that resow refuses: its bare start, up to the guard
export PGDATABASE=bench_reset_test
psql -X -q -v ON_ERROR_STOP=1 -f linked_tables.sql

all=$(seq -s ', ' -f 'linked.t%g' 1 100)
echo "TRUNCATE $all RESTART IDENTITY" >"$scratch/truncate.sql"
{
  seq -f 'DELETE FROM linked.t%g;' 100 -1 1
  seq -f 'ALTER TABLE linked.t%g ALTER COLUMN id RESTART;' 1 100
} >"$scratch/delete.sql"
{
  echo "BEGIN;"
  for table in 1 2 5 11 23; do
    echo "INSERT INTO linked.t$table (name) SELECT 'row ' || n FROM generate_series(1, 20) AS n;"
  done
  echo "COMMIT;"
} >"$scratch/fill.sql"

fill() { psql -X -q -f "$scratch/fill.sql"; }
ours() { "$RESOW" reset -n linked --execute --quiet; }
truncate_all() { psql -X -q -f "$scratch/truncate.sql"; }
delete_all() { psql -X -q -c "$(<"$scratch/delete.sql")"; }  # one round trip, one transaction
bare_psql() { psql -X -q -c 'SELECT 1'; }
bare_ours() {  # exit status 3: the guard refused
  local status=0
  "$RESOW" reset -d bench_production -n linked --execute --quiet || status=$?
  ((status == 3))
}

compare 21 fill ours=ours truncate=truncate_all delete=delete_all
declare ours=${median_of[ours]} truncate=${median_of[truncate]} delete=${median_of[delete]}
compare 21 : bare_ours=bare_ours bare_psql=bare_psql
net_ours=$(difference "$ours" "${median_of[bare_ours]}")
row "reset of 100 linked tables, $1" "TRUNCATE of all" "$ours" "$truncate" \
  "$net_ours" "$(difference "$truncate" "${median_of[bare_psql]}")"
row "reset of 100 linked tables, $1" "DELETE from all" "$ours" "$delete" \
  "$net_ours" "$(difference "$delete" "${median_of[bare_psql]}")"
row "bare start and connection" "psql -c 'SELECT 1'" "${median_of[bare_ours]}" "${median_of[bare_psql]}"
