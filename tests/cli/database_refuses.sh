#!/usr/bin/env bash
# When the database refuses: status 4, with SQLSTATE, step and table; the schema is as it was.
. "$(dirname "$0")/lib.sh"

run 4 inspect -d "host=/nowhere user=me password=secret"
contains "$err" "resow: "
contains "$err" "/nowhere"
lacks "$err$out" secret
run 4 inspect -d "postgresql://me:secret@127.0.0.1:1/x" --format json
contains "$out" '"outcome": "failed"'
lacks "$err$out" secret

new_marketplace
start=$(checksum '%')
sql "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
       \$\$BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = 'ZX001', DETAIL = 'It rains.', HINT = 'Wait.'; END\$\$;
     CREATE TRIGGER refuse BEFORE INSERT ON user_2.marketplace_jobs
       FOR EACH ROW EXECUTE FUNCTION public.refuse()"
run 4 apply "$batches" -d "$db" --execute
contains "$err" "not today (SQLSTATE ZX001)"
contains "$err" "user_2.marketplace_jobs"
contains "$err" "detail: It rains."
contains "$err" "hint: Wait."
contains "$out" "Changed: user_1. Every other schema is as it was."
sql "DROP TRIGGER refuse ON user_2.marketplace_jobs"
run 1 verify "$batches" -d "$db"
lacks "$out" "user_1."
contains "$out" "user_2.batch_jobs: expected 3 rows, found 0 rows"
contains "$out" "user_3.batch_jobs: expected 3 rows, found 0 rows"
[[ $start != "$(checksum '%')" ]] || fail "user_1 should have been changed"

# With --keep-going the others go on.
sql "CREATE TRIGGER refuse BEFORE INSERT ON user_2.marketplace_jobs
       FOR EACH ROW EXECUTE FUNCTION public.refuse()"
run 4 apply "$batches" -d "$db" --execute --keep-going --format json
"$python" -c "
import json
report = json.load(open('$work/out'))
outcomes = {s['schema']: s['outcome'] for s in report['schemas']}
assert outcomes == {'public': 'ok', 'user_1': 'ok', 'user_2': 'failed', 'user_3': 'ok'}, outcomes
assert report['database_errors'][0]['sqlstate'] == 'ZX001', report['database_errors']
assert report['database_errors'][0]['hint'] == 'Wait.', report['database_errors']"
equals "$(sql "SELECT count(*) FROM user_2.batch_jobs")" 0
equals "$(sql "SELECT count(*) FROM user_3.batch_jobs")" 3
