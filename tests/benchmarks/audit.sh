#!/usr/bin/env bash
# Looking for the names of 500 tables in a source tree, against grep -rw -F -f; an audit of many tenant schemas.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
#   TREE=/usr/include SCHEMAS=100 tests/benchmarks/audit.sh       another tree, fewer schemas
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=${TREE:-/usr/include} schemas=${SCHEMAS:-1000}

createdb bench_audit_test
export PGDATABASE=bench_audit_test
# Words that the tree has, and some that it has not.
{
  grep -rhowE '[a-z]{4,9}_[a-z]{4,9}' "$tree" | sort | uniq -c | awk '$1 < 200 { print $2 }' | shuf -n 400 --random-source=<(yes)
  for i in {1..100}; do echo "no_such_table_$i"; done
} | sort -u >"$scratch/names"
sed 's/.*/CREATE TABLE "&" (id int);/' "$scratch/names" | psql -X -q -v ON_ERROR_STOP=1
say "$(wc -l <"$scratch/names") names, $(find "$tree" -type f | wc -l) files, $(du -sh "$tree" | cut -f1)"

# 1 is the exit status of an audit that found something.
with_code() { "$RESOW" audit --code "$tree" --format json || [[ $? == 1 ]]; }
without_code() { "$RESOW" audit --format json || [[ $? == 1 ]]; }
words() { grep -rnIw -F -f "$scratch/names" "$tree"; }
words_in_any_case() { grep -rnIwi -F -f "$scratch/names" "$tree"; }
compare "${RUNS-5}" : with=with_code without=without_code words=words
any=$(milliseconds words_in_any_case)  # takes minutes: once
net=$(difference "${median_of[with]}" "${median_of[without]}")
row "audit with $(wc -l <"$scratch/names") tables, and a source tree" "grep -rw -F -f names" "${median_of[with]}" "${median_of[words]}" "$net" "${median_of[words]}"
row "the same, letters of either size" "grep -rwi -F -f names" "${median_of[with]}" "$any" "$net" "$any"
PGDATABASE=postgres dropdb bench_audit_test

createdb bench_audit_test
psql -X -q -v ON_ERROR_STOP=1 -v schemas="$schemas" -f many_schemas.sql
psql -X -q -c "VACUUM ANALYZE"
audit() { "$RESOW" audit -n 'user_*' --format json || [[ $? == 1 ]]; }
inspect() { "$RESOW" inspect -n 'user_*' --format json; }
compare "${RUNS-3}" : audit=audit inspect=inspect
row "audit of $schemas schemas of 20 tables" "resow inspect" "${median_of[audit]}" "${median_of[inspect]}"
PGDATABASE=postgres dropdb bench_audit_test
