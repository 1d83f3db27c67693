#!/usr/bin/env bash
# The deprecated column goes from every tenant, and comes back with its values.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
here=$source_dir/examples/deprecated_column
new_database
sql_file "$here/schema.sql"
run 0 tenants create 'user_{1..12}' --like template_tenant -d "$db" -j 2 --execute
for i in {1..12}; do
  sql "SET search_path = user_$i;
       INSERT INTO alembic_version VALUES ('4f2a91c07be3');
       INSERT INTO batch_jobs (batch_id, marketplace) SELECT m || '_publish_' || i, m FROM unnest('{vinted,ebay,etsy}'::text[]) AS m, generate_series(1, $i) AS i;
       INSERT INTO marketplace_jobs (batch_job_id, batch_id, marketplace) SELECT b.id, b.batch_id, b.marketplace FROM batch_jobs b, generate_series(1, 5);
       INSERT INTO marketplace_tasks (job_id) SELECT id FROM marketplace_jobs"
done
equals "$(sql "SELECT sum(total_count) FROM user_12.batch_jobs")" 180 "each tenant's trigger counts in its own schema"
# user_5 was left behind by an earlier migration, in user_9 somebody was faster.
sql "ALTER TABLE user_5.marketplace_jobs DROP CONSTRAINT ck_marketplace_jobs_priority;
     UPDATE user_5.alembic_version SET version_num = '09d1be77a5c2';
     ALTER TABLE user_9.marketplace_jobs DROP COLUMN batch_id"
start=$(checksum 'user_%')
run 1 tenants diff --like template_tenant -n 'user_*' -d "$db"
equals "$out" "user_5
  check ck_marketplace_jobs_priority of marketplace_jobs is missing
user_9
  column marketplace_jobs.batch_id is missing
  index ix_marketplace_jobs_batch_id of marketplace_jobs is missing
like template_tenant: 10 schemas; 2 schemas differ"
run 0 tenants list -n 'user_*' -d "$db" --format json
equals "$(jq -r '[.schemas[].revisions[0].revision] | group_by(.) | map("\(.[0]) \(length)") | join(", ")' <<<"$out")" \
  "09d1be77a5c2 1, 4f2a91c07be3 11"

sql_file "$here/8c514d17ef8d_drop_batch_id.sql"
run 1 tenants diff --like template_tenant -n 'user_*' -d "$db"
equals "$out" "user_1, user_2, ... user_12 (10 schemas)
  column marketplace_jobs.batch_id is not in the template
  index ix_marketplace_jobs_batch_id of marketplace_jobs is not in the template
user_5
  column marketplace_jobs.batch_id is not in the template
  check ck_marketplace_jobs_priority of marketplace_jobs is missing
  index ix_marketplace_jobs_batch_id of marketplace_jobs is not in the template
like template_tenant: 1 schema; 11 schemas differ"

# First a look: 15 jobs for each batch number, so many values would go.
run 0 tenants sync --like template_tenant -n 'user_*' -d "$db"
contains "$out" "DROP INDEX ix_marketplace_jobs_batch_id"
contains "$out" "ALTER TABLE marketplace_jobs DROP COLUMN batch_id"
contains "$out" "would be lost: column marketplace_jobs.batch_id goes: 960 values"
contains "$out" "ALTER TABLE marketplace_jobs ADD CONSTRAINT ck_marketplace_jobs_priority"
equals "$(checksum 'user_%')" "$start" "the preview changed something"
run 2 tenants sync --like template_tenant -n 'user_*' -d "$db" --execute
contains "$err" "user_3: column marketplace_jobs.batch_id goes: 45 values would be lost; say --allow-loss"
equals "$(checksum 'user_%')" "$start"

run 0 tenants sync --like template_tenant -n 'user_*' -d "$db" --allow-loss --execute -j 2
contains "$out" "11 schemas brought to be like template_tenant"
id=$(sed -n 's/^run //p' <<<"$out")

# The proof: of the two columns only batch_job_id is found, in every schema that has the table; the
# business identifier is still there, and so are all rows.
equals "$(sql "SELECT count(DISTINCT table_schema), string_agg(DISTINCT column_name, ',') FROM information_schema.columns
  WHERE table_name = 'marketplace_jobs' AND column_name IN ('batch_id', 'batch_job_id')")" "13|batch_job_id"
equals "$(sql "SELECT count(*) FROM pg_class WHERE relname = 'ix_marketplace_jobs_batch_id'")" 0
equals "$(sql "SELECT count(*) FROM information_schema.columns WHERE table_name = 'batch_jobs' AND column_name = 'batch_id'")" 13
run 0 tenants diff --like template_tenant -n 'user_*' -d "$db"
equals "$(for i in {1..12}; do sql "SELECT count(*) FROM user_$i.marketplace_jobs"; done | paste -sd ' ')" \
  "15 30 45 60 75 90 105 120 135 150 165 180"
run 0 tenants sync --like template_tenant -n 'user_*' -d "$db" --execute
equals "$out" "all are like template_tenant"

# The way back: the column, its comment, its index, and every value.
run 0 undo "$id" -d "$db" --execute
equals "$(for i in 1 5 12; do sql "SELECT count(*) FROM user_$i.marketplace_jobs j JOIN user_$i.batch_jobs b ON b.id = j.batch_job_id AND b.batch_id = j.batch_id"; done | paste -sd ' ')" \
  "15 75 180"
equals "$(sql "SELECT col_description('user_7.marketplace_jobs'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'user_7.marketplace_jobs'::regclass AND attname = 'batch_id'")" \
  "DEPRECATED: use batch_job_id"
equals "$(sql "SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_marketplace_jobs_batch_id' AND schemaname LIKE 'user%'")" 11
