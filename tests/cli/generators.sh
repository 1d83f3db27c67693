#!/usr/bin/env bash
# The catalogue of generators, for people and for programs; nobody is asked.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"

run 0 generators -d "host=/nowhere"
[[ $(grep -c '^[a-z]' <<<"$out") -ge 60 ]] || fail "too few: $out"
contains "$out" "$(printf 'first_name        ')"
contains "$out" "a first name; for columns of text named first_name, firstname,"
(($(wc -L <<<"$out") <= 100)) || fail "lines of $(wc -L <<<"$out") characters"

# Each is one that a dataset can name, and is listed in the documentation.
run 0 generators --format json --locale fr
"$python" - "$work/out" "$source_dir/docs/generators.md" <<'PYTHON'
import json, sys
document = json.load(open(sys.argv[1]))
reference = open(sys.argv[2]).read()
assert document["command"] == "generators" and document["outcome"] == "ok" and document["locale"] == "fr"
names = [entry["generator"] for entry in document["generators"]]
assert len(set(names)) == len(names) >= 60
for entry in document["generators"]:
    assert f"| `{entry['generator']}` |" in reference, entry
    assert entry["example"] and entry["description"], entry
    if entry["type"] == "number":
        assert entry["least"] <= float(entry["example"]) <= entry["most"], entry
    else:
        assert entry["type"] == "text", entry
email = document["generators"][names.index("email")]
assert "e_mail" in email["columns"] and email["tables"] == [], email
assert "people" in document["generators"][names.index("full_name")]["tables"]
PYTHON
french=$(sed -n '/"generator": "postcode"/,/"example"/s/.*"example": //p' "$work/out")
run 0 generators --format json --locale de
lacks "$out" "\"example\": $french"

# What it shows is what the first row of a table gets.
new_database
sql 'CREATE TABLE t (id serial PRIMARY KEY, v text, n numeric(8,2))'
echo '{ "locale": "de", "tables": { "t": { "rows": 3, "columns": { "v": { "generate": "ean" } } } } }' >"$work/d.json"
run 0 seed "$work/d.json" -d "$db" --execute
[[ $(sql 'SELECT v FROM t WHERE id = 1') =~ ^[0-9]{13}$ ]] || fail "no bar code"

run 2 generators --locale es
contains "$err" '--locale'
run 2 generators --format tap
contains "$err" "generators has nothing to test"
status=0
"$RESOW" generators >/dev/full 2>"$work/err" || status=$?
equals "$status" 5
contains "$(cat "$work/err")" "could not be written"
