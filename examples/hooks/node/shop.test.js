'use strict';
// What a customer may expect of the shop. Each test finds it as shop.json says, whatever the one
// before it bought.
const assert = require('node:assert');
const { test } = require('./resow.js');

const value = async (db, sql) => Object.values((await db.query(sql)).rows[0])[0];
const stockOf = (db, product) => value(db, `SELECT stock FROM products WHERE name = '${product}'`);

test('an order takes from the stock', async (db) => {
  assert.strictEqual(await value(db, "SELECT buy('teapot')"), 5);
  assert.strictEqual(await stockOf(db, 'teapot'), 2);
  assert.strictEqual(await value(db, 'SELECT count(*)::int FROM orders'), 5);
});

test('no more than there is', async (db) => {
  await db.query("SELECT buy('teapot') FROM generate_series(1, 3)");
  await assert.rejects(db.query("SELECT buy('teapot')"), { code: '23514' });
  assert.strictEqual(await value(db, 'SELECT count(*)::int FROM orders'), 7);
});

// The first test once more: where its teapot stayed sold, this one fails.
test('orders begin at five', async (db) => {
  assert.strictEqual(await value(db, "SELECT buy('teapot')"), 5);
  assert.strictEqual(await stockOf(db, 'teapot'), 2);
});
