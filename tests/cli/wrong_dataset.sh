#!/usr/bin/env bash
# A wrong dataset: status 2, every fault with its place and a suggestion, nothing touched.
. "$(dirname "$0")/lib.sh"
new_marketplace
cd "$work"
start=$(checksum '%')

# Names and values in one round.
cat >names.json <<'JSON'
{
  "dataset": "d", "schemas": ["user_*"],
  "tables": {
    "batch_job": { "rows": 2 },
    "batch_jobs": { "rows": 2, "columns": { "status": { "one_of": ["pendin"] } } },
    "marketplace_jobs": { "rows": 2, "columns": { "marktplace": "ebay", "priority": "high" } }
  }
}
JSON
run 2 apply names.json -d "$db" --execute
contains "$err" 'names.json#/tables/batch_job:'
contains "$err" 'did you mean "batch_jobs"?'
contains "$err" 'did you mean "marketplace"?'
contains "$err" 'names.json#/tables/batch_jobs/columns/status'
contains "$err" 'names.json#/tables/marketplace_jobs/columns/priority'
equals "$out" ""
equals "$(checksum '%')" "$start"

cat >keys.json <<'JSON'
{ "dataset": "d", "shemas": ["user_*"], "tables": { "batch_jobs": { "row": 2, "columns": 5 } } }
JSON
run 2 apply keys.json -d "$db" --execute
contains "$err" 'keys.json#/shemas'
contains "$err" 'did you mean "schemas"?'
contains "$err" 'did you mean "rows"?'
contains "$err" 'keys.json#/tables/batch_jobs/columns'

printf '{\n  "dataset": "d",\n  "tables": { "a" }\n}\n' >syntax.json
run 2 verify syntax.json -d "$db"
contains "$err" 'syntax.json:3:'

cat >impossible.json <<'JSON'
{ "dataset": "d", "schemas": ["user_1"], "tables": { "batch_jobs": { "rows": 1000,
  "columns": { "batch_id": { "one_of": ["a", "b", "c"] }, "marketplace": "ebay" } } } }
JSON
run 2 apply impossible.json -d "$db" --execute
contains "$err" 'impossible.json#/tables/batch_jobs'
contains "$err" '1,000'
contains "$err" 'uq_batch_jobs_batch_id'
equals "$(checksum '%')" "$start"

run 2 apply missing.json -d "$db"
equals "$err" 'resow: missing.json: cannot be read: No such file or directory; check the path'

# For programs: one document.
run 2 apply names.json -d "$db" --execute --format json
"$python" -c "
import json
report = json.load(open('$work/out'))
assert report['outcome'] == 'failed', report
assert len(report['faults']) == 4, report
assert all(f['where'].startswith('names.json#/') for f in report['faults']), report"

# Values that only the server can read: all of them, with their places, before anything is changed.
new_database
sql "CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
  CREATE TYPE pair AS (a integer, b text);
  CREATE TABLE odd (id serial PRIMARY KEY, name text, numbers integer[], host inet, query tsquery,
    pair pair, several positive, path jsonpath);
  INSERT INTO odd (name) VALUES ('stays')"
cat >odd.json <<'JSON'
{ "dataset": "odd", "tables": { "odd": {
  "rows": {
    "good": { "numbers": [1, 2], "host": "10.0.0.1", "pair": "(1,x)", "several": 7 },
    "bad": { "numbers": { "literal": "{1,x}" }, "host": "10.0.0.300", "several": -1 }
  },
  "columns": { "query": { "one_of": ["a & b", "a & & b"] }, "path": "$.a ? (", "pair": "(1" }
} } }
JSON
run 2 apply odd.json -d "$db" --execute
contains "$err" 'odd.json#/tables/odd/rows/bad/numbers: "{1,x}" does not fit numbers (integer[]): '
contains "$err" 'odd.json#/tables/odd/rows/bad/host: "10.0.0.300" does not fit host (inet): '
contains "$err" 'odd.json#/tables/odd/rows/bad/several: -1 does not fit several (public.positive): '
contains "$err" 'odd.json#/tables/odd/columns/query: "a & & b" does not fit query (tsquery): '
contains "$err" 'odd.json#/tables/odd/columns/path: "$.a ? (" does not fit path (jsonpath): '
contains "$err" 'odd.json#/tables/odd/columns/pair: "(1" does not fit pair (public.pair): '
equals "$(wc -l <<<"$err")" 6
equals "$(sql 'SELECT count(*), max(name) FROM odd')" '1|stays'
sed -i 's/"{1,x}"/"{1}"/; s/\.300/.30/; s/-1 }/1 }/; s/a & & b/a | b/; s/"\$\.a ? ("/"$.a"/; s/"(1" }/"(1,)" }/' odd.json
run 0 apply odd.json -d "$db" --execute

# So are values that a check on their column refuses.
sql "CREATE TABLE plans (id serial PRIMARY KEY, plan text NOT NULL CHECK (plan IN ('free', 'pro')),
    seats integer CHECK (seats > 0), steps integer CHECK (steps <> 3), score numeric CHECK (score BETWEEN 0 AND 1),
    since date CHECK (since >= '2020-01-01'), mail text CHECK (mail LIKE '%@%'))"
cat >plans.json <<'JSON'
{ "tables": { "plans": {
  "rows": [ { "plan": "pro" }, { "plan": "gold" } ],
  "columns": { "plan": "free", "seats": { "between": [-5, 5] }, "steps": { "one_of": [1, 3] },
    "score": { "normal": { "mean": 0.5, "stddev": 2 } }, "since": { "between": ["2019-06-01", "now"] }, "mail": "bad" }
} } }
JSON
run 2 apply plans.json -d "$db" --execute
contains "$err" 'plans.json#/tables/plans/rows/1/plan: "gold" is refused by the check plans_plan_check: '
contains "$err" 'plans.json#/tables/plans/columns/seats: -5, an end of "between" is refused by the check plans_seats_check: (seats > 0)'
contains "$err" 'plans.json#/tables/plans/columns/steps: 3 is refused by the check plans_steps_check: '
contains "$err" 'plans.json#/tables/plans/columns/since: "2019-06-01", an end of "between" is refused by the check '
contains "$err" 'plans.json#/tables/plans/columns/mail: "bad" is refused by the check plans_mail_check: '
equals "$(wc -l <<<"$err")" 5
sed -i 's/"gold"/"free"/; s/-5, 5/1, 5/; s/1, 3 \]/1, 2 ]/; s/2019-06/2020-06/; s/"bad"/"a@b"/; s/\[1, 3\]/[1, 2]/' plans.json
run 0 apply plans.json -d "$db" --execute --scale 100

# A foreign key that is written out and leads to no row, of a table that is filled or of one that stays; a
# value that lies in no partition: before anything is changed, and in the preview too.
new_database
sql "CREATE TABLE countries (code text PRIMARY KEY); INSERT INTO countries VALUES ('fr'), ('de');
  CREATE TABLE people (id serial PRIMARY KEY, country text REFERENCES countries);
  CREATE TABLE pets (id serial PRIMARY KEY, owner_id integer REFERENCES people, born date NOT NULL,
    country text REFERENCES countries);
  CREATE TABLE visits (id integer, day date NOT NULL) PARTITION BY RANGE (day);
  CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')"
cat >keys.json <<'JSON'
{ "tables": {
  "people": { "rows": { "ann": { "country": "fr" }, "bob": { "country": "xx" } } },
  "pets": { "rows": [ { "owner_id": 2 }, { "owner_id": 3 } ], "columns": { "country": "fr" } },
  "visits": { "rows": 3, "columns": { "day": "2026-02-01" } }
} }
JSON
for execute in "" --execute; do
  # shellcheck disable=SC2086
  run 2 apply keys.json -d "$db" $execute
  contains "$err" 'keys.json#/tables/people/rows/bob/country: "xx" refers to no row of public.countries (foreign key people_country_fkey), which stays as it is; '
  contains "$err" 'keys.json#/tables/pets/rows/1/owner_id: 3 refers to no row of public.people (foreign key pets_owner_id_fkey), whose id goes from 1 to 2; '
  contains "$err" 'keys.json#/tables/visits/columns/day: "2026-02-01" lies in no partition of public.visits'
  equals "$(wc -l <<<"$err")" 3
done
sed -i 's/"xx"/"de"/; s/: 3 }/: 1 }/; s/2026-02-01/2026-01-31/' keys.json
run 0 apply keys.json -d "$db" --execute
# Rows that are there already count, where the new ones come beside them.
sql "INSERT INTO people VALUES (70, 'fr')"
printf '{ "tables": { "pets": { "rows": [ { "owner_id": 70 }, { "owner_id": 71 } ] } } }' >more.json
run 2 seed more.json -d "$db"
contains "$err" 'more.json#/tables/pets/rows/1/owner_id: 71 refers to no row of public.people'
equals "$(wc -l <<<"$err")" 1

# What -t leaves out is said, and what it leaves without rows.
printf '{ "tables": { "people": { "rows": 2 }, "pets": { "rows": 2 } } }' >some.json
sql "TRUNCATE pets, people; ALTER TABLE pets ALTER owner_id SET NOT NULL"
run 0 apply some.json -d "$db" -t people
contains "$out" "pets  left out by -t"
run 2 apply some.json -d "$db" -t pets
contains "$err" "it is left out by -t: take people in as well, or fill it first"
