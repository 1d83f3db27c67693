#!/usr/bin/env bash
# Schemas made like a template: for every sample schema what pg_dump says of them differs in the
# name alone. Compared, listed, dropped; refused where something is in the way.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tenants_lib.sh"
new_template

run 0 tenants create 'user_{1..3}' --like tpl -d "$db"
contains "$out" "user_1, user_2, user_3: would be created like tpl"
contains "$out" "Nothing was changed."
contains "$out" "To do it: resow tenants create 'user_{1..3}' --like tpl"
equals "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'user%'")" 0
run 0 tenants create 'user_{1..3}' --like tpl -d "$db" -j 2 --execute
contains "$out" "user_1, user_2, user_3: created like tpl"
for tenant in user_1 user_2 user_3; do same_structure tpl "$tenant"; done

# Also where whoever creates gives everybody something by default, and as another role.
sql "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
run 0 tenants create '"'"Odd Tenant"'"' --like tpl -d "$db" --execute
run 0 tenants create given --like tpl -d "$db" --execute
same_structure tpl given
run 0 tenants diff --like tpl -n 'user_*' -n given -d "$db" --cosmetic
equals "$out" "like tpl: 4 schemas"

# The statements, as a script that does the same.
run 0 tenants create by_hand --like tpl -d "$db" --sql
sql "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC"
(echo 'SET check_function_bodies = off;' && echo "$out") >"$work/script.sql"
sql_file "$work/script.sql"
same_structure tpl by_hand

# What differs.
sql 'ALTER TABLE user_2.batch_jobs DROP COLUMN p, ADD COLUMN q int; DROP INDEX user_2."Odd Index";
     COMMENT ON TABLE user_3.par IS $$x$$; ALTER INDEX user_3.mvi RENAME TO another;
     ALTER TABLE user_1.par ALTER a TYPE bigint, ALTER b DROP NOT NULL'
run 1 tenants diff --like tpl -n 'user_*' -d "$db"
equals "$out" "user_1
  column chi.a: type bigint, should be integer
  column chi.b: NULL, should be NOT NULL
  column par.a: type bigint, should be integer
  column par.b: NULL, should be NOT NULL
user_2
  column batch_jobs.p is missing
  column batch_jobs.q is not in the template
  index Odd Index of marketplace_jobs is missing
like tpl: 1 schema; 2 schemas differ; cosmetic differences in 1 (--cosmetic shows them)"
run 1 tenants diff --like tpl -n 'user_*' -d "$db" --cosmetic --format json
equals "$(jq -r '[.outcome, .like, (.schemas[] | .schema, (.differences | length))] | join(" ")' <<<"$out")" \
  "differences tpl user_1 4 user_2 3 user_3 2"
equals "$(jq -c '.schemas[2].differences[] | [.kind, .object, .name, .cosmetic, .changes[0].wanted]' <<<"$out" | sort)" \
  '["changed","index","another",true,"mvi"]
["changed","table","par",true,""]'

# What there is.
sql "CREATE TABLE user_3.alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO user_3.alembic_version VALUES ('8c514d17ef8d');
     CREATE TABLE user_2.flyway_schema_history (installed_rank int PRIMARY KEY, version text, success bool);
     INSERT INTO user_2.flyway_schema_history VALUES (1, '9', true), (2, '10', true), (3, '11', false)"
run 0 tenants list -n 'user_*' -d "$db" --format json
equals "$(jq -r '.schemas[] | [.schema, .tables, (.revisions[0].revision // "-"), .last_run.command] | join(" ")' <<<"$out")" \
  "user_1 6 - tenants create
user_2 7 10 tenants create
user_3 7 8c514d17ef8d tenants create"
equals "$(jq -r '[.schemas[].fingerprint] | unique | length' <<<"$out")" 3
run 0 tenants list -n 'user_*' -d "$db"
contains "$out" "3 schemas, 3 kinds of structure"

# What is in the way is told, all of it, and nothing happens.
run 2 tenants create user_1 pg_mine "$(printf 'x%.0s' {1..64})" new --like nowhere -d "$db" --execute
contains "$err" "user_1: there is such a schema already"
contains "$err" "pg_mine: this name is not for tenants"
contains "$err" "the name has 64 bytes, and PostgreSQL keeps 63"
contains "$err" '--like: there is no schema "nowhere"'
equals "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname = 'new'")" 0
sql "CREATE VIEW public.looks_in AS SELECT id FROM user_1.v"
run 2 tenants drop 'user_{1..2}' -d "$db" --execute
contains "$err" "user_1: view public.looks_in needs view user_1.v, which would go"
run 0 tenants drop user_2 -n given -d "$db"
contains "$out" "user_2, given: would be dropped with all that is in them"
run 0 tenants drop user_2 user_3 -n given -d "$db" --execute -j 2
equals "$(sql "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname ~ 'user|given|tpl'")" "tpl user_1"
run 2 tenants drop user_2 -d "$db" --execute
contains "$err" "user_2: there is no such schema"
run 2 tenants drop 'user_*' -d "$db"
contains "$err" "user_*: there is no such schema, and names are no patterns here; say -n 'user_*', or name them, as in 'tenant_{1..5}'"

# Rows that would go are counted, whatever is known of them; a list says where nothing is.
sql "CREATE SCHEMA full_one; CREATE TABLE full_one.a (i int) WITH (autovacuum_enabled = false); INSERT INTO full_one.a SELECT generate_series(1, 1203);
     CREATE TABLE full_one.b (i int) PARTITION BY RANGE (i); CREATE TABLE full_one.b1 PARTITION OF full_one.b DEFAULT WITH (autovacuum_enabled = false);
     INSERT INTO full_one.b VALUES (1), (2); CREATE SCHEMA full_two; CREATE TABLE full_two.a (i int) WITH (autovacuum_enabled = false)"
run 0 tenants list -n 'full_*' -d "$db"
contains "$out" "not analyzed"
lacks "$out" "at least 0"
run 0 tenants list -n 'full_*' -d "$db" --format json
equals "$(jq -c '[.schemas[] | [.rows_estimated, .rows_complete]]' <<<"$out")" '[[0,false],[0,true]]'
run 0 tenants drop -n 'full_*' -d "$db"
contains "$(tr -s ' ' <<<"$out")" "full_one 2 1,205 "
contains "$(tr -s ' ' <<<"$out")" "full_two 1 0 "
run 0 tenants drop -n 'full_*' -d "$db" --format json
conforms tenants
equals "$(jq -c '[.schemas[].rows]' <<<"$out")" '[1205,0]'
sql "ANALYZE full_one.a"
run 0 tenants list -n full_one -d "$db"
contains "$out" "at least 1,203 (not all analyzed)"

# Privileges are told by who has more, and who lacks some.
sql "CREATE TABLE full_one.c (i int); CREATE TABLE full_two.b (i int) PARTITION BY RANGE (i); CREATE TABLE full_two.b1 PARTITION OF full_two.b DEFAULT WITH (autovacuum_enabled = false);
     CREATE TABLE full_two.c (i int); GRANT SELECT, UPDATE ON full_one.a TO PUBLIC; GRANT SELECT ON full_two.a TO PUBLIC;
     GRANT SELECT ON full_two.c TO $role WITH GRANT OPTION"
run 1 tenants diff --like full_one -n full_two -d "$db"
equals "$out" "full_two
  table a: privileges: UPDATE TO PUBLIC is missing
  table c: privileges: SELECT TO $role WITH GRANT OPTION is more than the template has
like full_one: 0 schemas; 1 schema differs"
sql "REVOKE UPDATE ON full_one.c FROM CURRENT_USER"
run 1 tenants diff --like full_two -n full_one -d "$db"
contains "$out" "SELECT TO $role WITH GRANT OPTION is missing"
sql "DROP TABLE full_one.a, full_one.b, full_one.c, full_two.a, full_two.b, full_two.c; DROP SCHEMA full_one, full_two"
run 2 tenants
contains "$err" "say one of list, create"
run 2 tenants crate
contains "$err" 'did you mean "create"?'
new_database production
sql "CREATE SCHEMA tpl"
run 3 tenants create user_1 --like tpl -d "$db" --execute
run 3 tenants drop tpl -d "$db" --execute

# Every sample schema of these tests.
new_database extended
sql "CREATE SCHEMA tpl; CREATE EXTENSION btree_gist; CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree"
extended=$db_name
for sample in "$source_dir"/tests/cli/schemas/*.sql "$source_dir"/examples/*/schema.sql; do
  new_database test "$extended"
  if grep -q "CREATE SCHEMA template" "$sample"; then
    psql -Xq -v ON_ERROR_STOP=1 -d "$db" -f "$sample" >"$work/log" 2>&1 || fail "$sample: $(cat "$work/log")"
  else
    (echo 'SET search_path = tpl, public;' &&
    sed -E 's/public\.//g; s/CREATE EXTENSION (IF NOT EXISTS )?/CREATE EXTENSION IF NOT EXISTS /' "$sample") |
    psql -Xq -v ON_ERROR_STOP=1 -d "$db" >"$work/log" 2>&1 || fail "$sample: $(cat "$work/log")"
  fi
  for template in $(sql "SELECT nspname FROM pg_namespace n WHERE EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid AND relkind = 'r')
      AND nspname !~ '^pg_|^information' AND nspname <> 'public'"); do
    copy=zz_copy
    [[ $template == "${template,,}" ]] || copy=ZZ_copy  # quoted like its template
    run 0 tenants create "$copy" --like "$template" -d "$db" --execute
    same_structure "$template" "$copy"
    run 0 tenants drop "$copy" -d "$db" --execute
  done
done
