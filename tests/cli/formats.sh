#!/usr/bin/env bash
# What each format gives is taken by those who read it: JSON by its published schema, JUnit by
# junitparser, TAP by prove. Whatever happens, stdout holds that one document.
. "$(dirname "$0")/lib.sh"
new_marketplace

check_json() {
  "$python" - "$source_dir/docs/report.schema.json" "$work/out" <<'PYTHON'
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(json.load(open(sys.argv[2])))
PYTHON
}
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
sql "ALTER DATABASE \"$db_name\" SET resow.protected = on"
in_every_format 3 '1 0 1 0' failed apply "$batches" -d "$db" --execute
