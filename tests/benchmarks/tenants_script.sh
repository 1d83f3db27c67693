#!/usr/bin/env bash
# The peer of `resow apply tests/benchmarks/tenants.json`: the script that one would write by hand
# for psql, for as many schemas as asked. A transaction for each schema: clear, fill, restart the
# sequences, check the counts.
#   tests/benchmarks/tenants_script.sh COUNT > script.sql
set -euo pipefail
printf '\\set ON_ERROR_STOP on\n'
for ((n = 1; n <= ${1:?usage: tenants_script.sh COUNT}; ++n)); do
  cat <<SQL
BEGIN;
SET LOCAL search_path = bench_$n;
DELETE FROM marketplace_tasks;
DELETE FROM marketplace_jobs;
DELETE FROM batch_jobs;
INSERT INTO batch_jobs (id, batch_id, marketplace, status, total_count, created_at) VALUES
  (1, 'vinted_publish_1', 'vinted', 'pending', 3, '2026-01-19 12:00:00+00'),
  (2, 'ebay_publish_2', 'ebay', 'pending', 3, '2026-01-19 12:00:00+00'),
  (3, 'etsy_publish_3', 'etsy', 'pending', 2, '2026-01-19 12:00:00+00');
INSERT INTO marketplace_jobs (id, batch_job_id, marketplace, status) VALUES
  (1, 1, 'vinted', 'pending'), (2, 1, 'vinted', 'pending'), (3, 1, 'vinted', 'pending'),
  (4, 2, 'ebay', 'pending'), (5, 2, 'ebay', 'pending'), (6, 2, 'ebay', 'pending'),
  (7, 3, 'etsy', 'pending'), (8, 3, 'etsy', 'pending');
INSERT INTO marketplace_tasks (id, job_id, position, status) VALUES
  (1, 1, 1, 'pending'), (2, 1, 2, 'pending'), (3, 2, 3, 'pending'), (4, 2, 4, 'pending'),
  (5, 3, 5, 'pending'), (6, 3, 6, 'pending'), (7, 4, 7, 'pending'), (8, 4, 8, 'pending'),
  (9, 5, 9, 'pending'), (10, 5, 10, 'pending'), (11, 6, 11, 'pending'), (12, 6, 12, 'pending'),
  (13, 7, 13, 'pending'), (14, 7, 14, 'pending'), (15, 8, 15, 'pending'), (16, 8, 16, 'pending');
ALTER SEQUENCE batch_jobs_id_seq RESTART WITH 4;
ALTER SEQUENCE marketplace_jobs_id_seq RESTART WITH 9;
ALTER SEQUENCE marketplace_tasks_id_seq RESTART WITH 17;
DO \$\$ BEGIN
  IF (SELECT count(*) FROM batch_jobs) <> 3 OR (SELECT count(*) FROM marketplace_jobs) <> 8
     OR (SELECT count(*) FROM marketplace_tasks) <> 16 THEN
    RAISE EXCEPTION 'bench_$n: wrong counts';
  END IF;
END \$\$;
COMMIT;
SQL
done
