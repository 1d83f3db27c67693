#!/usr/bin/env bash
# The share of tables that resow seed --auto fills, of schemas that nobody has described: those of
# tests/cli/schemas, or the files given (what pg_dump --schema-only or an application writes). With
# -v the reason for each table that is not filled. Tables of migration tools, which stay empty on
# purpose, are counted on their own. Needs no server: it starts one.
#
#   tests/benchmarks/fill_schemas.sh [-v] [FILE.sql ...]         RESOW=path/of/resow ROWS=100
set -euo pipefail
. "$(dirname "$0")/schema_files.sh"
export ROWS=${ROWS:-100}
number=0

# For each table that there is now, a statement that gives its name, and whether it has a row.
look="SELECT format('SELECT %L, EXISTS (SELECT FROM %s);', c.oid::regclass, c.oid::regclass)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema\$)'
  AND NOT EXISTS (SELECT FROM pg_depend AS d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1"
all=0 all_filled=0 all_kept=0
for file in "$@"; do
  name=$(basename "$file" .sql)
  db=fill_$((++number))_test
  psql -Xq -c "CREATE DATABASE $db"
  # Schemas from elsewhere name roles and extensions that are not here: the tables are what counts.
  psql -Xq -d "$db" -f "$file" >"$work/load" 2>&1 || true
  mapfile -t schemas < <(psql -XAtq -d "$db" -c "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema\$)'")
  chosen=()
  for schema in "${schemas[@]}"; do chosen+=(-n "\"${schema//\"/\"\"}\""); done
  psql -XAtq -d "$db" -c "$look" >"$work/look"
  began=$(date +%s%N)
  status=0
  "$RESOW" seed --auto --rows "$ROWS" --keep-going --execute -d "$db" "${chosen[@]}" >"$work/out" 2>&1 || status=$?
  took=$((($(date +%s%N) - began) / 1000000))
  psql -XAtq -d "$db" -f "$work/look" >"$work/tables"
  tables=$(wc -l <"$work/tables") filled=$(grep -c '|t$' "$work/tables" || true)
  kept=$(grep -c 'stays: .*(table of a migration tool' "$work/out" || true)
  all=$((all + tables)) all_filled=$((all_filled + filled)) all_kept=$((all_kept + kept))
  printf '%-28s %5d of %5d tables, %2d of a migration tool  %6d ms\n' "$name" "$filled" "$tables" "$kept" "$took"
  ((status <= 1)) || head -n 3 "$work/out"
  if [[ -n $verbose ]]; then grep -E 'not filled:|stays:' "$work/out" || true; fi
  psql -Xq -c "DROP DATABASE $db"
done
awk -v a="$all" -v f="$all_filled" -v k="$all_kept" 'BEGIN {
  printf "%d of %d tables filled: %.1f %%", f, a, (a ? 100 * f / a : 0)
  printf "; without those of migration tools %d of %d: %.1f %%\n", f, a - k, (a > k ? 100 * f / (a - k) : 0) }'
