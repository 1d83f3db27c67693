'use strict';
// Runs at the same time as shop.test.js, in a schema of its own.
const assert = require('node:assert');
const { test } = require('./resow.js');

test('an empty shop sells nothing', async (db) => {
  await db.query('TRUNCATE products, orders RESTART IDENTITY');
  const { rows } = await db.query("SELECT buy('teapot') AS order");
  assert.deepStrictEqual(rows, [{ order: null }]);
});

test('and is full again afterwards', async (db) => {
  const { rows } = await db.query('SELECT name, stock FROM products ORDER BY name');
  assert.deepStrictEqual(rows, [{ name: 'cup', stock: 24 }, { name: 'teapot', stock: 3 }]);
});
