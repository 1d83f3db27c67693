#!/usr/bin/env bash
# Tenants that drifted in many ways are brought to their template: what would go is told with its
# numbers and not lost without a word, the others are untouched, and undo brings all back.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tenants_lib.sh"
new_template
run 0 tenants create 'user_{1..24}' --like tpl -d "$db" --execute -j 2
for i in {1..24}; do
  echo "INSERT INTO user_$i.batch_jobs (batch_id, p) SELECT 'b' || i, i FROM generate_series(1, 5) AS i;
       INSERT INTO user_$i.marketplace_jobs (batch_job_id, batch_id, title) SELECT 1 + i % 5, 'b' || (1 + i % 5), 't' || i FROM generate_series(1, 20) AS i;
       INSERT INTO user_$i.par VALUES (5, 'x'); INSERT INTO user_$i.ev SELECT i, '2026-01-15' FROM generate_series(1, 3) AS i;"
done | sql_input
untouched=$(checksum 'user_24'; sql "SELECT oid, relname, relfilenode FROM pg_class WHERE relnamespace = 'user_24'::regnamespace ORDER BY 1")

drift=(
  "ALTER TABLE user_1.batch_jobs ADD COLUMN extra text; UPDATE user_1.batch_jobs SET extra = 'e' || id"
  "ALTER TABLE user_2.marketplace_jobs DROP COLUMN fr"
  "ALTER TABLE user_3.marketplace_jobs ALTER COLUMN batch_id TYPE text"
  "ALTER TABLE user_4.ev ALTER COLUMN note SET DEFAULT 'y'"
  "ALTER TABLE user_5.marketplace_jobs ALTER COLUMN title DROP NOT NULL"
  'DROP INDEX user_6."Odd Index"; CREATE INDEX more ON user_6.batch_jobs (created_at)'
  "ALTER TABLE user_7.marketplace_jobs DROP CONSTRAINT marketplace_jobs_batch_job_id_fkey, DROP CONSTRAINT marketplace_jobs_title_check"
  "CREATE OR REPLACE FUNCTION user_8.twice(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT \$1*3'"
  "ALTER TABLE user_9.marketplace_jobs ENABLE TRIGGER t; CREATE TRIGGER another AFTER DELETE ON user_9.par FOR EACH ROW EXECUTE FUNCTION user_9.trg()"
  "REVOKE ALL ON user_10.batch_jobs FROM $role; GRANT DELETE ON user_10.par TO PUBLIC; ALTER TABLE user_10.batch_jobs DISABLE ROW LEVEL SECURITY; DROP POLICY own ON user_10.batch_jobs"
  "DROP MATERIALIZED VIEW user_11.mv; CREATE OR REPLACE VIEW user_11.v AS SELECT j.id, b.batch_id, 1 AS more FROM user_11.marketplace_jobs j JOIN user_11.batch_jobs b ON b.id = j.batch_job_id"
  "ALTER SEQUENCE user_12.batch_jobs_id_seq INCREMENT BY 7 CACHE 3; ALTER TABLE user_12.marketplace_jobs ALTER id SET GENERATED ALWAYS"
  "CREATE TABLE user_13.stray (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text); INSERT INTO user_13.stray (note) VALUES ('a'), ('b');
   CREATE TABLE user_13.\"it's\" (\"the 'id'\" serial PRIMARY KEY, note text); INSERT INTO user_13.\"it's\" (note) VALUES ('a'), ('b')"
  "DROP TABLE user_14.selfref"
  "ALTER DOMAIN user_15.posint DROP CONSTRAINT posint_check; ALTER DOMAIN user_15.posint SET DEFAULT 3"
  "ALTER TABLE user_16.ev DETACH PARTITION user_16.ev_1"
  "ALTER TABLE user_17.batch_jobs DROP COLUMN tw"
  "DROP MATERIALIZED VIEW user_18.mv; DROP VIEW user_18.v; ALTER TABLE user_18.marketplace_jobs ALTER batch_job_id TYPE bigint;
   CREATE VIEW user_18.v AS SELECT j.id, b.batch_id FROM user_18.marketplace_jobs j JOIN user_18.batch_jobs b ON b.id = j.batch_job_id;
   CREATE MATERIALIZED VIEW user_18.mv AS SELECT count(*) AS n FROM user_18.v; CREATE UNIQUE INDEX mvi ON user_18.mv (n)"
)
printf '%s;\n' "${drift[@]}" | sql_input
in_order() { tr -d , | sort; }
before=$(structures_of 'user_*')
structures=$(in_order <<<"$before")
before+=$(checksum 'user_%')

run 1 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: 6 schemas; 18 schemas differ"
run 0 tenants sync --like tpl -n 'user_*' -d "$db"
contains "$out" "user_1
  ALTER TABLE batch_jobs DROP COLUMN extra
  would be lost: column batch_jobs.extra goes: 5 values"
contains "$out" "would be lost: table stray goes: 2 rows"
contains "$out" "18 schemas would be brought to be like tpl"
contains "$out" "Nothing was changed."
contains "$out" "To do it, losing these values: resow tenants sync --like tpl -n 'user_*' -d "
contains "$out" " --allow-loss --execute"
run 0 tenants sync --like tpl -n 'user_*' -d "$db" --allow-loss
equals "$(grep -o -- --allow-loss <<<"$out")" --allow-loss "said once"
run 0 tenants sync --like tpl -n user_2 -d "$db"
contains "$out" "To do it: resow tenants sync --like tpl -n user_2 -d "
lacks "$out" "--allow-loss"
equals "$(structures_of 'user_*')$(checksum 'user_%')" "$before"
run 2 tenants sync --like tpl -n 'user_*' -d "$db" --execute
contains "$err" "user_1: column batch_jobs.extra goes: 5 values would be lost; say --allow-loss"
contains "$err" "user_13: table stray goes: 2 rows would be lost"
equals "$(structures_of 'user_*')$(checksum 'user_%')" "$before"

run 0 tenants sync --like tpl -n 'user_*' -d "$db" --allow-loss --execute -j 2
contains "$out" "18 schemas brought to be like tpl"
number=$(sed -n 's/^run //p' <<<"$out")
run 0 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: 24 schemas; cosmetic differences in 2"  # columns that came last
equals "$(checksum 'user_24'; sql "SELECT oid, relname, relfilenode FROM pg_class WHERE relnamespace = 'user_24'::regnamespace ORDER BY 1")" "$untouched"
equals "$(sql "SELECT count(*), min(title) FROM user_18.marketplace_jobs")" "20|t1"
run 0 tenants sync --like tpl -n 'user_*' -d "$db"
equals "$out" "all are like tpl"

# The way back.
run 0 undo "$number" -d "$db"
contains "$out" "ALTER TABLE user_1.batch_jobs ADD COLUMN extra text"
contains "$out" "18 schemas): would be what they were before run $number"
sql "INSERT INTO user_14.selfref VALUES (1)"
run 2 undo "$number" -d "$db" --execute
contains "$err" "user_14: table selfref goes: 1 value would be lost; say --allow-loss"
sql "DELETE FROM user_14.selfref; ALTER TABLE user_3.par ADD x int"
run 2 undo "$number" -d "$db" --execute
contains "$err" "user_3: its structure was changed since the run"
sql "ALTER TABLE user_3.par DROP x"
run 0 undo "$number" -d "$db" --execute
run 2 undo "$number" -d "$db" --execute
contains "$err" "run $number: is undone already"
equals "$(sql "SELECT r.state, count(*), count(DISTINCT t.schema) FROM resow.run AS r JOIN resow.run_table AS t ON t.run = r.id
               WHERE r.command = 'undo' AND r.subject = 'run $number' GROUP BY r.id, r.state")" "done|18|18" "an undo is one run"
# Columns that came back stand last; all else is what it was.
equals "$(structures_of 'user_*' | in_order)" "$structures"
equals "$(sql "SELECT string_agg(extra, ',' ORDER BY id) FROM user_1.batch_jobs")" "e1,e2,e3,e4,e5"
equals "$(sql "SELECT string_agg(id || note, ',' ORDER BY id) FROM user_13.stray")" "1a,2b"
sql "INSERT INTO user_13.stray (note) VALUES ('c')"
equals "$(sql "SELECT max(id) FROM user_13.stray")" 3
sql "INSERT INTO user_13.\"it's\" (note) VALUES ('c')"
equals "$(sql "SELECT max(\"the 'id'\") FROM user_13.\"it's\"")" 3
equals "$(sql "SELECT count(*) FROM pg_class WHERE relnamespace = 'resow'::regnamespace AND relname LIKE 'lost%'")" 0
run 1 tenants diff --like tpl -n 'user_*' -d "$db"
contains "$out" "like tpl: 6 schemas; 18 schemas differ"

# A new name is asked about, not guessed.
sql "ALTER TABLE user_20.marketplace_jobs RENAME COLUMN title TO headline"
run 2 tenants sync --like tpl -n user_20 -d "$db"
contains "$err" "user_20: column marketplace_jobs.headline is not in the template, and title is missing: is it a new name?; --rename marketplace_jobs.headline=title, or --separate marketplace_jobs.headline"
run 2 tenants sync --like tpl -n user_20 -d "$db" --separate marketplace_jobs.headline
contains "$err" "marketplace_jobs.title is to be NOT NULL without a default, and the table has 20 rows"
run 2 tenants sync --like tpl -n user_20 -d "$db" --rename marketplace_jobs.headline
contains "$err" '--rename: "marketplace_jobs.headline" is no rename; say --rename TABLE.OLD=NEW'
run 0 tenants sync --like tpl -n user_20 -d "$db" --rename marketplace_jobs.headline=title --execute
number=$(sed -n 's/^run //p' <<<"$out")
equals "$(sql "SELECT count(DISTINCT title) FROM user_20.marketplace_jobs")" 20
same_structure tpl user_20
run 0 undo "$number" -d "$db" --execute
equals "$(sql "SELECT count(DISTINCT headline) FROM user_20.marketplace_jobs")" 20

# What the rows do not allow is told before anything is done.
sql "ALTER TABLE user_21.marketplace_jobs ALTER title DROP NOT NULL; UPDATE user_21.marketplace_jobs SET title = NULL WHERE id < 103"
run 2 tenants sync --like tpl -n 'user_2?' -d "$db" --rename marketplace_jobs.headline=title --execute
contains "$err" "user_21: marketplace_jobs.title is to be NOT NULL, and 3 NULLs are in it; fill it first"
