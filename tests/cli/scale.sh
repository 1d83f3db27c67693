#!/usr/bin/env bash
# --scale: rows, what is expected of them, and queries that say that their value grows, or ask how much.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
run 0 apply "$batches" -d "$db" --execute --scale 10 -n user_1
equals "$(sql "SELECT count(*) FROM user_1.batch_jobs")" 30
run 0 verify "$batches" -d "$db" --scale 10 -n user_1
run 1 verify "$batches" -d "$db" -n user_1

cat >"$work/d.json" <<'JSON'
{
  "schemas": ["user_1"],
  "tables": { "batch_jobs": { "rows": 2 }, "marketplace_jobs": { "per": "batch_jobs", "rows": 3 }, "marketplace_tasks": { "rows": 0 } },
  "expect_sql": [
    { "name": "jobs", "sql": "SELECT count(*) FROM marketplace_jobs", "value": 6, "scales": true },
    { "name": "batches", "sql": "SELECT count(*) / current_setting('resow.scale')::int FROM batch_jobs", "value": 2 },
    { "name": "revision", "sql": "SELECT version_num FROM alembic_version", "value": "8c514d17ef8d" }
  ]
}
JSON
for scale in 1 7; do
  run 0 apply "$work/d.json" -d "$db" --execute --scale "$scale"
  run 0 verify "$work/d.json" -d "$db" --scale "$scale"
done
# Where everything is written out it does nothing, and says so.
printf '{"schemas": ["user_1"], "tables": {"batch_jobs": {"rows": {"a": {}}}}}' >"$work/written.json"
run 0 seed "$work/written.json" -d "$db" --scale 7
contains "$out" "note: --scale multiplies nothing here"
run 0 seed "$work/written.json" -d "$db"
lacks "$out" "note:"
sed -i 's/, "scales": true//' "$work/d.json"
start=$(checksum '%')
run 1 apply "$work/d.json" -d "$db" --execute --scale 7
contains "$out" '(jobs): expected 6 at any scale (with "scales": true 42), found 42'
equals "$(checksum '%')" "$start"
equals "$(sql "SELECT current_setting('resow.scale', true) IS NULL")" t
