#!/usr/bin/env bash
# The share of schemas that resow tenants create makes again so that pg_dump says the same of the copy but for the
# name: of those of tests/cli/schemas, or of the files given (what pg_dump --schema-only or an application
# writes). Every schema with tables is a template by itself. Extensions that live among the tables
# move to a schema of their own first, for there can be but one of each. With -v, what differs. Needs no
# server: it starts one.
#
#   tests/benchmarks/copy_schemas.sh [-v] [FILE.sql ...]         RESOW=path/of/resow
set -euo pipefail
. "$(dirname "$0")/schema_files.sh"
PATH=$(pg_config --bindir):$PATH
number=0
ask() { psql -XAtq -d "$db" -c "$1"; }

# What pg_dump says, a line for each object: it orders those that do not need each other as they happened to
# be made. The settings between them are of the one before.
objects() {
  pg_dump -d "$db" --schema-only -n "$1" | sed -E "/^\\\\(un)?restrict|^-- (Dumped|Started|Completed)|^SET default_/d; s/\\b$1\\b/THE_SCHEMA/g" |
    awk '/^-- Name: / { printf "%s", "\n" } { printf "%s\\n", $0 }' | sed -E 's/(\\n|-)+$//' | LC_ALL=C sort
}
# The schemas with tables of their own, under names that stand nowhere in them; functions that name them follow.
name_templates() {
  local schema number=0
  local with_tables="nspname !~ '^(pg_|information_schema\$)' AND EXISTS (SELECT FROM pg_class AS c WHERE relnamespace = n.oid AND relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))"
  mapfile -t schemas < <(ask "SELECT nspname FROM pg_namespace AS n WHERE $with_tables ORDER BY 1")
  ask "CREATE SCHEMA zz_extensions"
  ask "DO \$\$DECLARE e name; BEGIN FOR e IN SELECT extname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extrelocatable AND $with_tables
       LOOP EXECUTE format('ALTER EXTENSION %I SET SCHEMA zz_extensions', e); END LOOP; END\$\$"
  path=""
  for schema in "${schemas[@]}"; do
    ((++number))
    psql -Xq -v ON_ERROR_STOP=1 -v schema="$schema" -v new="zz_template_$number" -d "$db" >"$work/rename" 2>&1 <<'SQL'
ALTER SCHEMA :"schema" RENAME TO :"new";
-- What initdb gave to schema public is not what somebody granted.
DELETE FROM pg_init_privs WHERE classoid = 'pg_namespace'::regclass AND objoid = :'new'::regnamespace;
SET check_function_bodies = off;
CREATE FUNCTION pg_temp.name_anew(old text, new text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE routine oid;
BEGIN
  FOR routine IN SELECT p.oid FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'p') AND n.nspname LIKE 'zz\_template%' AND strpos(p.prosrc, old || '.') > 0
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE regexp_replace(pg_get_functiondef(routine), '(?<![.\w])' || old || '\.', new || '.', 'g');
  END LOOP;
EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', SQLERRM;
END $$;
SELECT pg_temp.name_anew(:'schema', :'new');
SQL
    path+="zz_template_$number, "
  done
  ask "CREATE SCHEMA IF NOT EXISTS public; ALTER DATABASE \"$db\" SET search_path = ${path}public, zz_extensions" 2>/dev/null
}

equal=0 refused=0 all=0
for file in "$@"; do
  name=$(basename "$file" .sql)
  db=copy_$((++number))_test
  psql -Xq -d postgres -c "CREATE DATABASE $db"
  # Schemas from elsewhere name roles and extensions that are not here: what was made counts.
  psql -Xq -d "$db" -f "$file" >"$work/load" 2>&1 || true
  ask "ALTER DATABASE $db RESET search_path"
  name_templates
  for ((i = 1; i <= ${#schemas[@]}; ++i)); do
    ((++all))
    if ! "$RESOW" tenants create "zz_copy_$i" --like "zz_template_$i" -d "$db" --execute >"$work/out" 2>&1; then
      ((++refused))
      printf '%s, schema %s: %s\n' "$name" "${schemas[i - 1]}" "$(head -n 1 "$work/out")"
    elif diff <(objects "zz_template_$i") <(objects "zz_copy_$i") >"$work/diff"; then
      ((++equal))
    else
      printf '%s, schema %s: differs\n' "$name" "${schemas[i - 1]}"
      if [[ -n $verbose ]]; then cut -c 1-300 "$work/diff" | head -n 20; fi
    fi
  done
  psql -Xq -d postgres -c "DROP DATABASE $db"
done
printf '%d files, %d schemas with tables: %d equal but for the name, %d refused, %d differ\n' "$#" "$all" "$equal" "$refused" "$((all - equal - refused))"
