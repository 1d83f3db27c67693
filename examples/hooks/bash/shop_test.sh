#!/usr/bin/env bash
# What a customer may expect of the shop. Each test finds it as shop.json says, whatever the one
# before it bought.
cd "$(dirname "$0")" || exit
. ./resow.sh

test_an_order_takes_from_the_stock() {
  equals "$(sql "SELECT buy('teapot')")" 5
  equals "$(sql "SELECT stock FROM products WHERE name = 'teapot'")" 2
  equals "$(sql "SELECT count(*) FROM orders")" 5
}

test_no_more_than_there_is() {
  sql "SELECT buy('teapot') FROM generate_series(1, 3)" >/dev/null
  if sql "SELECT buy('teapot')" 2>/dev/null; then return 1; fi
  equals "$(sql "SELECT count(*) FROM orders")" 7
}

# The first test once more: where its teapot stayed sold, this one fails.
test_orders_begin_at_five() {
  equals "$(sql "SELECT buy('teapot')")" 5
  equals "$(sql "SELECT stock FROM products WHERE name = 'teapot'")" 2
}

test_an_empty_shop() {
  sql "TRUNCATE products, orders RESTART IDENTITY"
  equals "$(sql "SELECT buy('teapot') IS NULL")" t
}

run_tests ../shop/shop.json shop_1
