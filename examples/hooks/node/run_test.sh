#!/usr/bin/env bash
# shellcheck disable=SC2154
. "$(dirname "$0")/../run_test_lib.sh"
new_shop node
command -v node >/dev/null || fail "missing: apt-get install nodejs node-pg"
# Of the distribution, or from the registry.
if ! node -e "require('pg')" 2>/dev/null; then
  command -v npm >/dev/null || fail "missing: apt-get install node-pg"
  npm ci --no-audit --no-fund --silent || { echo "skipped: pg cannot be had from the registry"; exit 77; }
fi
# What npm test does; the distribution's npm is not needed for that.
npm_test() {
  local step
  for step in pretest test posttest; do
    bash -c "$(node -p "require('./package.json').scripts.$step")" || return
  done
}
suite 0 npm_test
contains "$out" "# pass 5"
declared

without_rewinds resow.js
suite 1 npm_test
[[ $out =~ "not ok "[0-9]+" - orders begin at five" ]] || fail "$out"
with_rewinds_again resow.js

printf '%s\n' "const { test } = require('./resow.js');" \
  "test('bad', async (db) => { await db.query(\"SELECT buy('cup')\"); throw new Error('bad'); });" \
  "test('after it', async (db) => { await db.query('DELETE FROM orders'); });" >bad.test.js
suite 1 npm_test
contains "$out" "# pass 6"
declared
export RESOW_KEEP=1
suite 1 npm_test
contains "$out" "# pass 6"
equals "$(look_at_kept "SELECT stock FROM products WHERE name = 'cup'")" 23
rewound_by_name
unset RESOW_KEEP
rm bad.test.js

# A test that alters a table is named; those after it in its file are passed over.
printf '%s\n' "const { test } = require('./resow.js');" \
  "test('add', async (db) => { await db.query('ALTER TABLE products ADD COLUMN colour text'); });" \
  "test('after it', async (db) => { await db.query('DELETE FROM orders'); });" >add.test.js
suite 1 npm_test
[[ $out =~ "not ok "[0-9]+" - add" ]] || fail "$out"
contains "$out" "products was altered (column colour)"
contains "$out" "# SKIP after add: "
contains "$out" "# pass 5"
