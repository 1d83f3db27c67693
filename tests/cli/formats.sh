#!/usr/bin/env bash
# What each format gives is taken by those who read it: JSON by its published schema, JUnit by
# junitparser, TAP by prove. Whatever happens, stdout holds that one document.
. "$(dirname "$0")/lib.sh"
new_marketplace

documents=0
check_json() { cp "$work/out" "$work/document_$((++documents)).json"; }  # judged at the end
check_junit() {  # tests failures errors skipped
  "$python" - "$work/out" <<'PYTHON'
import sys, xml.etree.ElementTree
from junitparser import JUnitXml
report = JUnitXml.fromfile(sys.argv[1])
root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
counted = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
for suite in report:
    for case in suite:
        assert case.classname and case.name, xml.etree.ElementTree.tostring(case._elem)
        counted["tests"] += 1
        for result in case.result:
            counted[{"failure": "failures", "error": "errors", "skipped": "skipped"}[result._tag]] += 1
declared = {key: int(root.get(key)) for key in counted}
assert counted == declared, (counted, declared)
assert counted["tests"] > 0
print(" ".join(str(declared[key]) for key in ("tests", "failures", "errors", "skipped")))
PYTHON
}
check_tap() {  # whether prove says that all passed
  if prove --quiet --exec cat "$work/out" >"$work/prove" 2>&1; then echo passed; else
    grep -qE '^(Result: FAIL|  Failed test)' "$work/prove" || fail "prove cannot read it: $(cat "$work/prove")"
    ! grep -q "Parse errors" "$work/prove" || fail "prove finds parse errors: $(cat "$work/prove")"
    echo failed
  fi
}
# STATUS JUNIT TAP ARGUMENTS...: JUNIT is a pattern for "tests failures errors skipped".
in_every_format() {
  local status=$1 junit=$2 tap=$3 found
  shift 3
  run "$status" "$@" --format json && check_json
  run "$status" "$@" --format junit
  found=$(check_junit)
  # shellcheck disable=SC2053
  [[ $found == $junit ]] || fail "$*: JUnit counts $found, not $junit"
  run "$status" "$@" --format tap
  equals "$(check_tap)" "$tap" "$*"
}

in_every_format 0 '* 0 0 *' passed apply "$batches" -d "$db"
in_every_format 0 '* 0 0 *' passed reset -d "$db" -n 'user_*'
in_every_format 1 '* [1-9]* 0 0' failed verify "$batches" -d "$db"
in_every_format 0 '* 0 0 0' passed apply "$batches" -d "$db" --execute
in_every_format 0 '* 0 0 0' passed verify "$batches" -d "$db"
sql "UPDATE user_1.batch_jobs SET status = 'running'"
in_every_format 1 '* [1-9]* 0 0' failed verify "$batches" -d "$db"
in_every_format 2 '1 0 1 0' failed verify "$work/missing.json" -d "$db"
in_every_format 4 '1 0 1 0' failed verify "$batches" -d "host=/nowhere"
in_every_format 4 '1 0 1 0' failed reset -d "host=/nowhere"
in_every_format 0 '* 0 0 *' passed reset -d "$db" -n 'user_*' --execute
in_every_format 0 '* 0 0 *' passed seed "$batches" -d "$db"
run 0 reset -d "$db" -n 'user_*' --execute
run 0 seed "$batches" -d "$db" -n user_1 --execute --format json && check_json
run 0 seed "$batches" -d "$db" -n user_2 --execute --format junit && check_junit
run 0 seed "$batches" -d "$db" -n user_3 --execute --format tap && check_tap

# inspect has nothing to test; what it knows is one document, of every kind of thing.
psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<'SQL'
CREATE SCHEMA zoo;
SET search_path = zoo;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN positive AS int NOT NULL DEFAULT 1 CHECK (VALUE > 0);
CREATE TYPE pair AS (a int, b numeric(5,2));
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b int, m mood DEFAULT 'good', p positive, q pair,
  r span, n numeric(9,2)[], c text COLLATE "C" UNIQUE DEFERRABLE, g int GENERATED ALWAYS AS (1) STORED,
  EXCLUDE USING gist (r WITH &&), CHECK (b > 0) NO INHERIT);
CREATE UNIQUE INDEX ON a (lower(c)) WHERE b > 1;
CREATE TABLE b (id int PRIMARY KEY, a bigint REFERENCES a ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b NOT VALID;
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE heir () INHERITS (b);
CREATE UNLOGGED TABLE loose (x int);
CREATE VIEW seen AS SELECT * FROM b;
CREATE MATERIALIZED VIEW kept AS SELECT * FROM b;
CREATE RULE quiet AS ON DELETE TO loose DO INSTEAD NOTHING;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER t AFTER INSERT OR UPDATE OR TRUNCATE ON b FOR EACH STATEMENT EXECUTE FUNCTION f();
CREATE CONSTRAINT TRIGGER ct AFTER DELETE ON b FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE b DISABLE TRIGGER t;
ALTER TABLE b ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE SEQUENCE free CYCLE;
COMMENT ON TABLE b IS 'all of it'; COMMENT ON COLUMN b.a IS 'a''s';
SQL
run 0 inspect -d "$db" --format json && check_json
run 0 inspect -d "$db" -n zoo --schema-only --format json && check_json
run 4 inspect -d "host=/nowhere" --format json && check_json
run 2 inspect -d "$db" -n nothing --format json && check_json
for format in junit tap; do
  run 2 inspect -d "$db" --format "$format"
  equals "$("check_$format")" "$([[ $format == junit ]] && echo '1 0 1 0' || echo failed)"
  contains "$out" "inspect has nothing to test"
done

# Baselines: one document too.
run 0 baseline -d "$db" -n 'user_*' --format json && check_json
contains "$out" '"preview"'
run 0 baseline -d "$db" -n zoo --format json && check_json
run 2 rewind -d "$db" --format json && check_json
run 0 baseline -d "$db" -n 'user_*' --execute --format json && check_json
sql "SET resow.test = 'a'; INSERT INTO user_2.batch_jobs (batch_id, marketplace) VALUES ('b', 'ebay');
     UPDATE user_2.batch_jobs SET total_count = 3; DELETE FROM user_3.batch_jobs; TRUNCATE user_1.products CASCADE" 2>/dev/null
run 0 rewind -d "$db" --report --format json && check_json
contains "$out" '"dirty"'
contains "$out" '"added": 1'
run 0 rewind -d "$db" --format json && check_json
run 2 rewind -d "$db" -n nowhere --format json && check_json
run 4 rewind -d "host=/nowhere" --format json && check_json
run 0 baseline -d "$db" --drop --format json && check_json
run 0 baseline -d "$db" --drop --execute --format json && check_json

sql "ALTER DATABASE \"$db_name\" SET resow.protected = on"
in_every_format 3 '1 0 1 0' failed seed "$batches" -d "$db" --execute
in_every_format 3 '1 0 1 0' failed apply "$batches" -d "$db" --execute

"$python" - "$source_dir/docs" "$work"/document_*.json <<'PYTHON'
import json, sys
import jsonschema
def validator(name):
    schema = json.load(open(f"{sys.argv[1]}/{name}.schema.json"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)
validators = {name: validator(name) for name in ("inspect", "baseline", "report")}
for path in sys.argv[2:]:
    report = json.load(open(path))
    catalog = report["command"] == "inspect" and report["outcome"] == "ok"
    tracking = report["command"] in ("baseline", "rewind") and report["outcome"] in ("ok", "preview")
    name = "inspect" if catalog else "baseline" if tracking else "report"
    faults = [fault.message for fault in validators[name].iter_errors(report)]
    assert not faults, (name, faults, report)
assert len(sys.argv) > 20, sys.argv
PYTHON
