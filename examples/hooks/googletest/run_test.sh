#!/usr/bin/env bash
# With the library as it is installed: run_test.sh BUILD_DIR
# shellcheck disable=SC2154
. "$(dirname "$0")/../run_test_lib.sh"
new_shop googletest
build=${1:-$(dirname "$RESOW")}
cmake --install "$build" --prefix "$work/prefix" >"$work/log" || fail "$(cat "$work/log")"
{ cmake -G Ninja -S . -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" && cmake --build "$work/build"; } \
  >"$work/log" 2>&1 || fail "$(cat "$work/log")"
shop_test() { "$work/build/shop_test" --gtest_color=no "$@"; }
suite 0 shop_test
contains "$out" "[  PASSED  ] 4 tests."
declared

# A process for each test, four at once.
for _ in 1 2 3; do
  suite 0 ctest --test-dir "$work/build" -j 4 --output-on-failure
  contains "$out" "100% tests passed, 0 tests failed out of 6"
  declared
done

# The header without its rewind, and a test that fails.
without_rewinds "$work/prefix/include/resow/runner/testing/tenant_test.h"
cat >>shop_test.cc <<'CPP'
class Bad : public Shop {};
TEST_F(Bad, BuysACup) { EXPECT_EQ(ask("SELECT buy('cup')"), 6); }
CPP
cmake --build "$work/build" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
suite 1 shop_test --gtest_filter='Shop.*'
contains "$out" "[  FAILED  ] Shop.OrdersBeginAtFive"
suite 1 env RESOW_KEEP=1 "$work/build/shop_test" --gtest_filter='Bad.*'
equals "$(look_at_kept "SELECT stock FROM products WHERE name = 'cup'")" 23
rewound_by_name
