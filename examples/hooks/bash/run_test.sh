#!/usr/bin/env bash
# shellcheck disable=SC2154
. "$(dirname "$0")/../run_test_lib.sh"
new_shop bash
suite 0 ./shop_test.sh
equals "$(grep -c '^ok test_' <<<"$out")" 4
declared shop_1

without_rewinds resow.sh
suite 1 ./shop_test.sh
contains "$out" "not ok test_orders_begin_at_five"
with_rewinds_again resow.sh

sed -i 's/^run_tests/test_bad() { sql "SELECT buy('"'cup'"')"; false; }\n&/' shop_test.sh
suite 1 ./shop_test.sh
contains "$out" "not ok test_bad"
contains "$out" "ok test_no_more_than_there_is"
declared shop_1
suite 1 env RESOW_KEEP=1 ./shop_test.sh
contains "$out" "not ok test_bad"
equals "$(look_at_kept "SELECT stock FROM products WHERE name = 'cup'")" 23
rewound_by_name
