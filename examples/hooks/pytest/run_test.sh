#!/usr/bin/env bash
# shellcheck disable=SC2154
. "$(dirname "$0")/../run_test_lib.sh"
new_shop pytest
"$python" -c "import pytest, xdist, psycopg2" ||
  fail "missing: apt-get install python3-pytest python3-pytest-xdist python3-psycopg2"
pytest=("$python" -B -m pytest -p no:cacheprovider --color=no)
suite 0 "${pytest[@]}"
contains "$out" "23 passed"
declared

# In parallel each worker has a schema of its own; also more workers than schemas, who wait.
suite 0 "${pytest[@]}" -n 4
contains "$out" "23 passed"
declared
sql "DROP SCHEMA shop_4 CASCADE" 2>/dev/null
run 0 baseline -d "$db" --drop --execute
cp test_shop.py test_more.py
suite 0 "${pytest[@]}" -n 4
contains "$out" "46 passed"
declared

without_rewinds conftest.py
sed -i 's/^    def rewind(self):$/&\n        pass/' conftest.py
suite 1 "${pytest[@]}" test_shop.py
contains "$out" "FAILED test_shop.py::test_no_more_than_there_is"
with_rewinds_again conftest.py

printf 'from test_shop import ask\n\n\ndef test_bad(db):\n    assert ask(db, "SELECT buy(%%s)", "cup") == 6\n' >test_bad.py
suite 1 "${pytest[@]}"
contains "$out" "FAILED test_bad.py::test_bad"
contains "$out" "46 passed"
declared
for parallel in -n0 -n2; do
  suite 1 env RESOW_KEEP=1 "${pytest[@]}" "$parallel"
  contains "$out" "FAILED test_bad.py::test_bad"
  contains "$out" "1 failed, 46 passed"
  equals "$(look_at_kept "SELECT stock FROM products WHERE name = 'cup'")" 23
  rewound_by_name
done
rm test_bad.py test_more.py

# A test that alters a table is named; those after it are passed over.
printf 'def test_add(db):\n    db.cursor().execute("ALTER TABLE products ADD COLUMN colour text")\n' >test_add.py
for parallel in -n0 -n2; do
  suite 1 "${pytest[@]}" "$parallel" test_add.py test_shop.py
  contains "$out" "ERROR test_add.py::test_add"
  contains "$out" " skipped, 1 error"
  altered=$(grep -o 'shop_[0-9]\.products was altered (column colour)' <<<"$out" | head -n 1)
  [[ -n $altered ]] || fail "the table is not named: $out"
  sql "ALTER TABLE ${altered%% *} DROP COLUMN colour"
done
