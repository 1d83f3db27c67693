#!/usr/bin/env bash
# The pages of --format html, in a real browser: what it shows, what its search finds, that it asks
# nobody for anything, and that no name is more than text.
# shellcheck disable=SC2154
browser=
for name in ${RESOW_BROWSER-} chromium chromium-browser google-chrome chrome-headless-shell; do
  if command -v "$name" >/dev/null; then browser=$name && break; fi
done
if [[ -z $browser ]] || ! command -v node >/dev/null; then
  echo "no chromium, or no node: skipped"
  exit 77
fi
. "$(dirname "$0")/lib.sh"
new_database
# By its name alone a browser knows what a file is.
look() {
  local page=$1
  shift
  [[ $page == *.html ]] || cp "$page" "$page.html" && page=${page%.html}.html
  node "$source_dir/tests/cli/look_at_page.js" "$browser" "$page" "$@" 2>"$work/browser" ||
    fail "the page: $(cat "$work/browser")"
}

# 500 tables: each refers to one of a lower number, some to a second one; two of them in a cycle.
sql "DO \$\$ BEGIN FOR i IN 1..500 LOOP
       EXECUTE format('CREATE TABLE t_%s (id int PRIMARY KEY, a int %s, b int %s)', i,
         CASE WHEN i > 1 AND i % 10 <> 0 THEN format('REFERENCES t_%s', i / 3 + 1 - (i = 1)::int) ELSE '' END,
         CASE WHEN i % 7 = 0 THEN format('REFERENCES t_%s', i / 2) ELSE '' END);
       IF i % 50 = 0 THEN COMMIT; END IF;
     END LOOP; END \$\$;"
sql "ALTER TABLE t_1 ADD c int REFERENCES t_2; INSERT INTO t_1 SELECT generate_series(1, 1000); ANALYZE"
run 0 inspect -d "$db" --format html
cp "$work/out" "$work/500.html"
result=$(look "$work/500.html" t_49 'zzz nothing' '')
# What refers to one that is looked for is found too.
equals "$result" "$(
  cat <<'EXPECTED'
problems: none
requests: none
boxes: 500
overlaps: 0
wrong way: 1
cycles: 2
marked: cycle 2
found: 500 tables
search "t_49": 15 of 500 tables, 15 rows, 15 boxes
search "zzz nothing": 0 of 500 tables, 0 rows, 0 boxes
search "": 500 tables, 500 rows, 500 boxes
only "cycle": 2 of 500 tables, 2 rows, 2 boxes
injected: 0
light: rgb(255, 255, 255)
dark: rgb(21, 24, 28)
EXPECTED
)"

# Names that would like to be more than text.
new_database
sql 'CREATE TABLE "</script><b>x" (id int PRIMARY KEY);
     COMMENT ON TABLE "</script><b>x" IS $$</style><img src="http://example.invalid/x" onerror="document.title=1">$$;
     CREATE TABLE "''"" onmouseover=alert(1) x" (id int PRIMARY KEY, "</title>&lt;" int REFERENCES "</script><b>x");
     CREATE TABLE "line
break" (id int PRIMARY KEY); CREATE TABLE "<svg onload=1>" (id int)'
run 0 inspect -d "$db" --format html
result=$(look "$work/out" '</script><b>x')
contains "$result" "problems: none
requests: none
boxes: 4
overlaps: 0
wrong way: 0"
contains "$result" 'search "</script><b>x": 2 of 4 tables, 2 rows, 2 boxes
injected: 0'

# Tenants that are alike are one picture.
new_database
sql "DO \$\$ BEGIN FOR i IN 1..30 LOOP
       EXECUTE format('CREATE SCHEMA user_%1\$s CREATE TABLE a (id int PRIMARY KEY) CREATE TABLE b (id int REFERENCES a)', i);
     END LOOP; END \$\$"
run 0 inspect -d "$db" -n 'user_*' --format html
contains "$out" "(30 schemas with the same tables): 2 tables each"
contains "$(look "$work/out")" "boxes: 2"

# An audit: verdicts on the picture and in the list, what is not healthy below.
new_database
sql_file "$source_dir/examples/dead_tables/schema.sql"
run 1 audit -d "$db" --code "$source_dir/examples/dead_tables/app" --format html
result=$(look "$work/out" test_cases_history 'to be decided' '')
contains "$result" "problems: none
requests: none
boxes: 74
overlaps: 0
wrong way: 0"
contains "$result" "marked: bad 6, doubt 5, good 63"
contains "$result" 'only "bad": 6 of 74 tables, 6 rows, 6 boxes'
contains "$result" 'only "doubt": 5 of 74 tables, 5 rows, 5 boxes'
contains "$result" 'search "test_cases_history": 1 of 74 tables, 1 rows, 1 boxes'
contains "$result" 'search "to be decided": 11 of 74 tables, 11 rows, 11 boxes
search "": 74 tables, 74 rows, 74 boxes'
contains "$result" "injected: 0"
contains "$out" "<h2>redundant index (1)</h2>"

# Tenants that drifted: marked on the template's picture; each is found by its name.
new_database
sql 'CREATE SCHEMA tpl CREATE TABLE a (id int PRIMARY KEY, "</script><b>x" text) CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a) CREATE TABLE c (id int);
     CREATE FUNCTION tpl.f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'
run 0 tenants create 'user_{1..40}' --like tpl -d "$db" --execute -q
sql 'ALTER TABLE user_7.b DROP COLUMN a; ALTER TABLE user_8.b DROP COLUMN a; ALTER TABLE user_9.a DROP COLUMN "</script><b>x";
     CREATE TABLE user_10."<svg onload=1>" (id int); CREATE OR REPLACE FUNCTION user_11.f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;
     COMMENT ON TABLE user_12.c IS $$</style><img src="http://example.invalid/x" onerror="document.title=1">$$'
run 1 tenants diff --like tpl -n 'user_*' -d "$db" --format html
contains "$out" "40 schemas compared with tpl: 5 differ, 35 are like it (1 of these but for what is cosmetic)"
contains "$out" "<h2>user_7, user_8 differ</h2>"
contains "$out" "<h2>user_12 differs in what is cosmetic</h2>"
result=$(look "$work/out" user_8 '</script><b>x' user_3 '')
contains "$result" "problems: none
requests: none
boxes: 4
overlaps: 0
wrong way: 0"
contains "$result" "marked: bad 3, doubt 1"
contains "$result" 'search "user_8": 1 of 4 tables, 1 rows, 1 boxes'
contains "$result" 'search "</script><b>x": 1 of 4 tables, 1 rows, 1 boxes'
contains "$result" 'search "": 4 tables, 5 rows, 4 boxes'
contains "$result" "injected: 0"
run 0 tenants diff --like tpl -n user_1 -d "$db" --format html
contains "$(look "$work/out")" "marked: none"

# 500 tables, of which two tenants have one otherwise; and an audit of them.
new_database
sql "CREATE SCHEMA tpl; CREATE SCHEMA u_1; CREATE SCHEMA u_2"
sql "DO \$\$ DECLARE s text; BEGIN FOREACH s IN ARRAY '{tpl,u_1,u_2}'::text[] LOOP FOR i IN 1..500 LOOP
       EXECUTE format('CREATE TABLE %I.t_%s (id int PRIMARY KEY, a int %s)', s, i,
         CASE WHEN i > 1 AND i % 10 <> 0 THEN format('REFERENCES %I.t_%s', s, i / 3 + 1) ELSE '' END);
       IF i % 50 = 0 THEN COMMIT; END IF;
     END LOOP; END LOOP; END \$\$;"
sql "ALTER TABLE u_1.t_77 ADD x int; ALTER TABLE u_2.t_300 DROP a"
run 1 tenants diff --like tpl -n 'u_*' -d "$db" --format html
result=$(look "$work/out" u_2)
contains "$result" "problems: none
requests: none
boxes: 500
overlaps: 0
wrong way: 0"
contains "$result" 'search "u_2": 1 of 500 tables, 1 rows, 1 boxes'
run 1 audit -n tpl -d "$db" --format html
contains "$(look "$work/out")" "problems: none
requests: none
boxes: 500
overlaps: 0
wrong way: 0"

# Others have no page.
run 2 verify "$batches" -d "$db" --format html
contains "$err" "--format: verify has no page"
contains "$err" "html is for inspect, audit, tenants diff"
run 2 reset -d "$db" --format html
run 2 history -d "$db" --format html
run 2 inspect -d "$db" -n nothing --format html
