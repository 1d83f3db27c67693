#!/usr/bin/env bash
# The example from start to end, with what it promises held against the database.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
new_marketplace
counts() {  # table: its rows in user_1, user_2, user_3
  sql "SELECT string_agg(rows::text, ' ' ORDER BY tenant) FROM (
         SELECT 'user_1', count(*) FROM user_1.$1 UNION ALL
         SELECT 'user_2', count(*) FROM user_2.$1 UNION ALL
         SELECT 'user_3', count(*) FROM user_3.$1) AS t (tenant, rows)"
}
others() {  # what no command here may touch
  psql -XAtq -d "$db" -c "SELECT * FROM user_1.products ORDER BY id" \
    -c "SELECT * FROM user_2.listings ORDER BY id" -c "SELECT * FROM user_3.product_images ORDER BY id" \
    -c "SELECT * FROM user_1.publication_logs ORDER BY id" | sha256sum
  checksum public
  checksum template_tenant
}
equals "$(counts marketplace_jobs)" "168 0 0"
untouched=$(others)
start=$(checksum '%')

# The preview says what would go, in order, and changes nothing.
run 0 apply "$batches" -d "$db"
contains "$out" "168 rows would be removed"
[[ $out =~ marketplace_tasks.*marketplace_jobs.*batch_jobs ]] || fail "not children first: $out"
contains "$out" "Nothing was changed."
contains "$out" "--execute"
equals "$(checksum '%')" "$start" "the preview changed something"

# The same for programs.
run 0 apply "$batches" -d "$db" --format json
equals "$(json "d['outcome']")" preview
removed='[(t["table"], t["removed"]) for s in d["schemas"] if s["schema"] == "user_1" for t in s["tables"]]'
equals "$(json "$removed")" "[('marketplace_tasks', 0), ('marketplace_jobs', 168), ('batch_jobs', 0)]"

# Applied: 168 jobs gone, 3 batches with 3, 3 and 2 jobs in every user_*.
run 0 apply "$batches" -d "$db" --execute --format json
equals "$(json "d['outcome']")" ok
equals "$(json "$removed")" "[('marketplace_tasks', 0), ('marketplace_jobs', 168), ('batch_jobs', 0)]"
equals "$(counts batch_jobs)" "3 3 3"
equals "$(counts marketplace_jobs)" "8 8 8"
for tenant in user_1 user_2 user_3; do
  equals "$(sql "SELECT b.marketplace, b.batch_id, b.status, b.total_count, count(j.id)
                 FROM $tenant.batch_jobs b JOIN $tenant.marketplace_jobs j ON j.batch_job_id = b.id
                  AND j.marketplace = b.marketplace AND j.batch_id IS NULL
                 GROUP BY b.id ORDER BY b.id")" \
    "vinted|vinted_publish_1|pending|3|3
ebay|ebay_publish_2|pending|3|3
etsy|etsy_publish_3|pending|2|2"
  equals "$(sql "SELECT min(n) >= 1 AND max(n) <= 4 FROM (
                   SELECT count(t.id) AS n FROM $tenant.marketplace_jobs j
                   LEFT JOIN $tenant.marketplace_tasks t ON t.job_id = j.id GROUP BY j.id) AS c")" t
done
equals "$(others)" "$untouched" "something was touched that had to stay"
equals "$(sql "SELECT version_num FROM public.alembic_version")" 8c514d17ef8d

# As declared; and applied twice it is the same.
run 0 verify "$batches" -d "$db"
contains "$out" "status: 3 pending, 0 running, 0 completed"
contains "$out" "verify: ok"
applied=$(checksum '%')
run 0 apply "$batches" -d "$db" --execute -j 2
equals "$(checksum '%')" "$applied" "applied twice is not the same"
equals "$(others)" "$untouched" "something was touched that had to stay"

# The application can go on inserting.
sql "INSERT INTO user_2.batch_jobs (batch_id, marketplace) VALUES ('by_hand', 'ebay')"
run 1 verify "$batches" -d "$db"
contains "$out" "user_2.batch_jobs: expected 3 rows, found 4 rows"
sql "DELETE FROM user_2.batch_jobs WHERE batch_id = 'by_hand'"

# What has changed since is named.
sql "UPDATE user_3.batch_jobs SET status = 'running' WHERE marketplace = 'etsy'"
run 1 verify "$batches" -d "$db"
contains "$out" "user_3.batch_jobs (status = pending): expected 3 rows, found 2 rows"
contains "$out" "user_3.batch_jobs (status = running): expected 0 rows, found 1 row"
contains "$out" "fresh_batches.json#/expect"
lacks "$out" "user_1.batch_jobs (status"

# Another migration is a difference too, and nothing is changed because of it.
sql "UPDATE public.alembic_version SET version_num = '0ddba11'"
before=$(checksum '%')
run 1 apply "$batches" -d "$db" --execute
contains "$out" "8c514d17ef8d"
equals "$(checksum '%')" "$before" "a difference has to roll back"
