#!/usr/bin/env bash
# Tenants made and repaired while something goes wrong: a kill, a lock, other people's DDL and rows, a
# privilege that is missing. Each tenant is what it was or what it was to become, and the message says
# which one and why.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SCHEMA tpl;
     CREATE TABLE tpl.batches (id int PRIMARY KEY, name text NOT NULL);
     CREATE TABLE tpl.jobs (id int PRIMARY KEY, batch_id int REFERENCES tpl.batches, title varchar(20) NOT NULL DEFAULT '', note text);
     CREATE INDEX ON tpl.jobs (batch_id);
     CREATE VIEW tpl.titles AS SELECT id, title FROM tpl.jobs"
for i in {1..8}; do
  echo "CREATE TABLE tpl.more_$i (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job_id int REFERENCES tpl.jobs, code text UNIQUE CHECK (code <> ''));"
done | sql_input
tenants() { sql "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'user%'"; }
some_tenants() { (($(tenants) > 3)); }

# Killed while it makes them: those that are there are whole, the others can be made.
killed_when some_tenants tenants create 'user_{1..200}' --like tpl -d "$db" --execute -j 2
made=$(tenants)
((made > 3 && made < 200)) || fail "$made were made"
run 0 tenants diff --like tpl -n 'user_*' -d "$db"
equals "$out" "like tpl: $made schemas"
run 0 history -d "$db"
contains "$out" "tenants create"
mapfile -t missing < <(comm -23 <(printf 'user_%s\n' {1..20} | sort) <(sql "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'user%'" | sort))
((${#missing[@]} == 0)) || run 0 tenants create "${missing[@]}" --like tpl -d "$db" --execute
mapfile -t many < <(sql "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'user%' AND substr(nspname, 6)::int > 20")
((${#many[@]} == 0)) || run 0 tenants drop "${many[@]}" -d "$db" --execute -q
equals "$(tenants)" 20

# Killed while it repairs them: each is as it was or like the template; a second run does the rest. Its
# last statement for user_8 waits.
for i in {1..20}; do
  echo "INSERT INTO user_$i.jobs (id, title, note) SELECT g, g, 'n' || g FROM generate_series(1, 1000) AS g; ALTER TABLE user_$i.jobs ADD extra int; UPDATE user_$i.jobs SET extra = id;
        ALTER TABLE user_$i.jobs DROP COLUMN batch_id;"
done | sql_input
repaired() { sql "SELECT count(*) FROM pg_attribute WHERE attname = 'batch_id' AND attrelid::regclass::text LIKE 'user%.jobs'"; }
hold "LOCK TABLE user_8.batches IN ROW EXCLUSIVE MODE"
killed_in_the_middle tenants sync --like tpl -n 'user_*' -d "$db" --execute --allow-loss --separate jobs.extra
done_ones=$(repaired)
((done_ones > 2 && done_ones < 20)) || fail "$done_ones were repaired"
run 1 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: $done_ones schemas; $((20 - done_ones)) schemas differ"
equals "$(grep -c '^user' <<<"$out")" 1  # all that differ, differ alike
equals "$(sql "SELECT count(*) FROM resow.run WHERE state = 'running'")" 2
run 0 tenants sync --like tpl -n 'user_*' -d "$db" --execute --allow-loss --separate jobs.extra -j 2
contains "$out" "$((20 - done_ones)) schemas brought to be like tpl"
run 0 tenants diff --like tpl -n 'user_*' -d "$db"

# Killed while it goes back: each is what it was, values included, or still like the template; once more
# does the rest.
read -r last first <<<"$(sql "SELECT string_agg(id::text, ' ' ORDER BY id DESC) FROM resow.run WHERE command = 'tenants sync'")"
not_back() { sql "SELECT count(*) FROM resow.way_back WHERE run = $last"; }
there=$(not_back)
equals "$there" "$((20 - done_ones))"
# What it kept of one of them cannot be dropped, which is the last that it does.
hold "LOCK TABLE resow.$(sql "SELECT relname FROM pg_class WHERE relname LIKE 'lost_${last}_' || 'user_15'::regnamespace::oid || '_%'") IN ACCESS SHARE MODE"
killed_in_the_middle undo "$last" -d "$db" --execute
rest=$(not_back)
((rest > 0 && rest < there - 2)) || fail "$rest of $there did not go back"
run 1 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: $((done_ones + rest)) schemas; $((there - rest)) schemas differ"
equals "$(grep -c '^user' <<<"$out")" 1
counts=$(sql_input <<'SQL'
SELECT format('SELECT count(*), sum(extra) FROM %s', attrelid::regclass) FROM pg_attribute
WHERE attname = 'extra' AND attrelid::regclass::text LIKE 'user%.jobs' \gexec
SQL
)
equals "$(sort <<<"$counts" | uniq -c | xargs)" "$((there - rest)) 1000|500500"
run 0 undo "$last" -d "$db" --execute
equals "$(not_back)" 0
run 2 undo "$last" -d "$db" --execute
contains "$err" "run $last: is undone already"
run 0 undo "$first" -d "$db" --execute
# batch_id is NULL in all rows, extra has come back behind it.
equals "$(sql "SELECT sum(extra) FROM user_1.jobs" && sql "SELECT sum(extra) FROM user_20.jobs")" "500500
500500"
run 1 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: 0 schemas; 20 schemas differ"
equals "$(for i in {1..20}; do echo "SELECT md5(string_agg(concat_ws(',', id, title, note, extra), ';' ORDER BY id)) FROM user_$i.jobs;"; done | sql_input | sort | uniq -c | awk '{print $1}')" 20
run 0 tenants drop 'user_{5..20}' -d "$db" --execute -q

# Killed while it drops them: each is there with all that it had, or gone. Two at once, of which neither
# comes to its end.
run 0 tenants create 'gone_{1..12}' --like tpl -d "$db" --execute -q -j 2
for i in {1..12}; do echo "INSERT INTO gone_$i.batches SELECT i, 'b' || i FROM generate_series(1, 3) AS i;"; done | sql_input
remaining() { sql "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'gone%'"; }
hold "LOCK TABLE gone_6.more_7, gone_7.more_7 IN ACCESS SHARE MODE"
at_once=2 killed_in_the_middle tenants drop -n 'gone_*' -d "$db" --execute -j 2
whole=$(remaining)
((whole > 0 && whole < 10)) || fail "$whole were not dropped"
run 0 tenants diff --like tpl -n 'gone_*' -d "$db"
equals "$out" "like tpl: $whole schemas"
counts=$(sql_input <<'SQL'
SELECT format('SELECT count(*) FROM %I.batches', nspname) FROM pg_namespace WHERE nspname LIKE 'gone%' \gexec
SQL
)
equals "$(sort <<<"$counts" | uniq -c | xargs)" "$whole 3"
run 0 tenants drop -n 'gone_*' -d "$db" --execute -q
equals "$(remaining)" 0

# Somebody holds a table: those before it are done, it is told who holds it, it stays as it was.
hold "LOCK TABLE user_3.jobs IN ACCESS SHARE MODE"
before=$(checksum user_3)
run 4 tenants sync --like tpl -n 'user_*' -d "$db" --execute --allow-loss --separate jobs.extra --lock-timeout 1
contains "$err" "user_3"
contains "$err" "SQLSTATE 55P03"
contains "$err" "other_session"
contains "$err" "changed 2 of 4 schemas before that"
equals "$(checksum user_3)" "$before"
release
run 1 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: 2 schemas; 2 schemas differ"

# Somebody changes a tenant meanwhile: it is not made into something that nobody has seen.
hold "ALTER TABLE user_3.jobs ADD late int"
start tenants sync --like tpl -n user_3 -d "$db" --execute --allow-loss --separate jobs.extra
until_true waiting_for_a_lock
release COMMIT
wait "$resow_pid" && fail "it did not notice"
err=$(<"$started.err")
contains "$err" "user_3"
equals "$(sql "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'user_3.jobs'::regclass AND attnum > 0 AND NOT attisdropped")" \
  "id title note extra late"
sql "ALTER TABLE user_3.jobs DROP late"

# Values that were written since the preview are not lost without a word.
sql "UPDATE user_4.jobs SET extra = NULL"
hold "INSERT INTO user_4.jobs (id, title, extra) VALUES (0, '', 5)"
start tenants sync --like tpl -n user_4 -d "$db" --execute --separate jobs.extra
until_true waiting_for_a_lock
release COMMIT
ended 2
contains "$err" "user_4: values were written meanwhile that would be lost; look at the preview again"
equals "$(sql "SELECT sum(extra) FROM user_4.jobs")" 5
run 0 tenants sync --like tpl -n user_4 -d "$db" --execute --allow-loss --separate jobs.extra

# A privilege that is missing is named; nothing has happened.
role=resow_test_role_$$
drop_role() {
  sql "DROP OWNED BY $role CASCADE" && clean_up && server_sql "DROP ROLE $role"
}
server_sql "CREATE ROLE $role LOGIN"
trap drop_role EXIT
sql "GRANT USAGE ON SCHEMA tpl, user_3, user_4 TO $role; GRANT SELECT ON ALL TABLES IN SCHEMA tpl, user_3, user_4 TO $role"
sql "UPDATE user_3.jobs SET extra = NULL"
before=$(checksum 'user%')
run 4 tenants create 'new_{1..3}' --like tpl -d "$db user=$role" --execute
contains "$err" "create new_1"
contains "$err" "SQLSTATE 42501"
equals "$(sql "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'new%'")" 0
run 4 tenants sync --like tpl -n user_3 -d "$db user=$role" --execute --allow-loss --separate jobs.extra --no-history
contains "$err" "SQLSTATE 42501"
contains "$err" "user_3"
equals "$(checksum 'user%')" "$before"
