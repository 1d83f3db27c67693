#!/usr/bin/env bash
# What every schema has to have, or no longer have: tables, columns, indexes, the migration revision.
. "$(dirname "$0")/lib.sh"
new_database

for tenant in user_1 user_2 user_3; do
  sql "CREATE SCHEMA $tenant;
       CREATE TABLE $tenant.alembic_version (version_num varchar(32) PRIMARY KEY);
       INSERT INTO $tenant.alembic_version VALUES ('4d2f0c1a9b7e');
       CREATE TABLE $tenant.batch_jobs (id serial PRIMARY KEY, batch_id varchar(50) NOT NULL);
       CREATE TABLE $tenant.marketplace_jobs (id serial PRIMARY KEY,
         batch_job_id int REFERENCES $tenant.batch_jobs, batch_id varchar(50));
       CREATE INDEX ix_marketplace_jobs_batch_id ON $tenant.marketplace_jobs (batch_id);
       CREATE TABLE $tenant.old_jobs (id int)"
done
migrate() {
  sql "DROP INDEX $1.ix_marketplace_jobs_batch_id;
       ALTER TABLE $1.marketplace_jobs DROP COLUMN batch_id;
       DROP TABLE $1.old_jobs;
       UPDATE $1.alembic_version SET version_num = '8c514d17ef8d'"
}
cat >"$work/gone.json" <<'JSON'
{
  "schemas": ["user_*"],
  "expect": {
    "marketplace_jobs": {
      "columns": { "present": ["batch_job_id"], "absent": ["batch_id"] },
      "indexes": { "present": ["marketplace_jobs_pkey"], "absent": ["ix_marketplace_jobs_batch_id"] },
    },
    "batch_jobs": "present",
    "old_jobs": "absent",
  },
  "expect_revision": "8c514d17ef8d",
}
JSON
migrate user_1
migrate user_3
before=$(checksum '%')
run 1 verify "$work/gone.json" -d "$db"
equals "$(grep ' expected ' <<<"$out")" \
  "user_2.marketplace_jobs (column batch_id): expected absent, found present
user_2.marketplace_jobs (index ix_marketplace_jobs_batch_id): expected absent, found present
user_2.old_jobs (table): expected absent, found present
user_2 (migration revision): expected 8c514d17ef8d, found 4d2f0c1a9b7e"
run 0 verify "$work/gone.json" -d "$db" -N user_2
contains "$out" "verify: ok: 14 checks passed, 2 schemas"
equals "$(checksum '%')" "$before"

# For an integration suite: one test for each expectation.
run 1 verify "$work/gone.json" -d "$db" --format json
"$python" - "$source_dir/docs/report.schema.json" "$work/out" <<'PYTHON'
import json, sys, jsonschema
report = json.load(open(sys.argv[2]))
jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(report)
found = [(d["schema"], d.get("table", ""), d["key"], d["expected"], d["actual"]) for d in report["differences"]]
assert found == [
    ("user_2", "marketplace_jobs", "column batch_id", "absent", "present"),
    ("user_2", "marketplace_jobs", "index ix_marketplace_jobs_batch_id", "absent", "present"),
    ("user_2", "old_jobs", "table", "absent", "present"),
    ("user_2", "", "migration revision", "8c514d17ef8d", "4d2f0c1a9b7e")], found
checks = [c["check"] for c in report["schemas"][0]["checks"]]
assert checks == ["column batch_job_id present", "column batch_id absent", "index marketplace_jobs_pkey present",
                  "index ix_marketplace_jobs_batch_id absent", "table present", "table absent",
                  "migration revision"], checks
PYTHON
run 1 verify "$work/gone.json" -d "$db" --format junit
contains "$out" 'name="marketplace_jobs: index ix_marketplace_jobs_batch_id absent"'
contains "$out" 'user_2 (migration revision): expected 8c514d17ef8d, found 4d2f0c1a9b7e'
run 1 verify "$work/gone.json" -d "$db" --format tap
contains "$out" 'not ok 13 - user_2.old_jobs: table absent'
contains "$out" 'not ok 14 - user_2.migration revision'

migrate user_2
run 0 verify "$work/gone.json" -d "$db"
contains "$out" "verify: ok: 21 checks passed, 3 schemas"

# A table that is missing where something of it is expected is a difference that says so.
sql "DROP TABLE user_3.marketplace_jobs"
run 1 verify "$work/gone.json" -d "$db"
equals "$(grep ' expected ' <<<"$out")" \
  "user_3.marketplace_jobs (column batch_job_id): expected present, found no such table
user_3.marketplace_jobs (index marketplace_jobs_pkey): expected present, found no such table"
# One that no schema has is taken for a mistake, unless it is itself what is asked.
echo '{ "schemas": ["user_*"], "expect": { "marketplace_job": { "columns": { "absent": ["batch_id"] } } } }' >"$work/d.json"
run 2 verify "$work/d.json" -d "$db"
contains "$err" '#/expect/marketplace_job: there is no table "marketplace_job"'
contains "$err" 'did you mean "marketplace_jobs"?'
echo '{ "schemas": ["user_1"], "expect": { "old_jobs": "abscent" } }' >"$work/d.json"
run 2 verify "$work/d.json" -d "$db"
contains "$err" 'd.json#/expect/old_jobs: must be "present", "absent" or an object, not the string "abscent"; did you mean "absent"?'

# A shared table, and one of a schema that is not the dataset's; a revision that the tenants share.
echo '{ "schemas": ["user_*"], "expect": { "public.queue": "absent", "user_1.batch_jobs": "present" },
        "expect_revision": "8c514d17ef8d" }' >"$work/d.json"
sql "DROP TABLE user_1.alembic_version, user_2.alembic_version"
run 1 verify "$work/d.json" -d "$db"
equals "$(grep ' expected ' <<<"$out")" \
  "user_1 (migration revision): expected 8c514d17ef8d, found no table of a migration tool
user_2 (migration revision): expected 8c514d17ef8d, found no table of a migration tool"
sql "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('8c514d17ef8d');
     CREATE TABLE queue (id int)"
run 1 verify "$work/d.json" -d "$db"
equals "$(grep ' expected ' <<<"$out")" "public.queue (table): expected absent, found present"
sql "DROP TABLE queue"
run 0 verify "$work/d.json" -d "$db"
contains "$out" "verify: ok: 5 checks passed"

# apply holds itself to it: a structure that is not as expected leaves the rows as they were.
echo '{ "schemas": ["user_2"], "tables": { "batch_jobs": { "rows": 3 } },
        "expect": { "batch_jobs": { "indexes": { "present": ["ix_batch_jobs_batch_id"] } } } }' >"$work/d.json"
run 1 apply "$work/d.json" -d "$db" --execute
contains "$out" "user_2.batch_jobs (index ix_batch_jobs_batch_id): expected present, found absent"
equals "$(sql "SELECT count(*) FROM user_2.batch_jobs")" "0"
sql "CREATE INDEX ix_batch_jobs_batch_id ON user_2.batch_jobs (batch_id)"
run 0 apply "$work/d.json" -d "$db" --execute
equals "$(sql "SELECT count(*) FROM user_2.batch_jobs")" "3"

# What cannot be read as a dataset that expects something.
echo '{ "schemas": ["user_1"], "expect_revision": 8 }' >"$work/d.json"
run 2 verify "$work/d.json" -d "$db"
contains "$err" '#/expect_revision: must be a revision such as "8c514d17ef8d", or an array of them, not the number 8'
