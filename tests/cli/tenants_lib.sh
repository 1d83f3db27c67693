# What the tests of tenants share; lib.sh comes first.
# shellcheck shell=bash disable=SC2154

# What pg_dump says of a pattern's schemas whenever it is asked.
dumped_structure() {
  pg_dump -d "$db" --schema-only -n "$1" | LC_ALL=C grep -Ev '^\\(un)?restrict|^-- (Dumped|Started|Completed)'
}
# What it says of a schema's structure, the schema's name taken out.
structure_of() {
  dumped_structure "\"$1\"" | LC_ALL=C sed -E "s/\\b$1\\b/THE_SCHEMA/g"
}
# The same of all schemas that match a pattern, their names in it, in one go; each line behind what it
# belongs to, so that lines may be sorted.
structures_of() {
  dumped_structure "$1" | LC_ALL=C awk '/^-- Name: / { of = $0 } { print of ": " $0 }'
}
same_structure() { diff <(structure_of "$1") <(structure_of "$2") >"$work/diff" || fail "$2 differs from $1: $(head -40 "$work/diff")"; }

# A new database whose schema tpl holds a bit of everything; $role may read some of it.
new_template() {
  role="reader_$$"
  server_sql "CREATE ROLE $role"
  drop_role() { clean_up && server_sql "DROP ROLE $role"; }
  trap drop_role EXIT
  new_database
  sql "CREATE SCHEMA tpl"
  (echo 'SET search_path = tpl;' && sed "s/:tpl/tpl/g; s/:role/$role/g" "$source_dir/tests/cli/templates/tenant.sql") |
    psql -Xq -v ON_ERROR_STOP=1 -d "$db" >/dev/null
}
