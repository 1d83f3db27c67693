'use strict';
// The hook: node:test and pg. Node runs each file of tests in a process of its own, several at once;
// each of them leases a schema. `npm test` applies the dataset before and verifies it afterwards.
// PGHOST, PGDATABASE etc. say where the database is.
//
// RESOW_KEEP=1 npm test: what a failed test did stays, the command to look at it is printed, and the
// tests go on in another schema.

const nodeTest = require('node:test');
const path = require('node:path');
const { Client } = require('pg');

const SCHEMAS = 'shop_*';
const KEEP = Boolean(process.env.RESOW_KEEP);

let holder; // the connection that holds the lease: its end, however it comes, gives it back
let schema;
let altered; // which test altered a table: no test after it would find what the dataset says

async function connect(name) {
  const client = new Client({ application_name: name });
  await client.connect();
  return client;
}

async function lease() {
  holder ??= await connect(path.basename(process.argv[1] ?? 'node'));
  schema = (await holder.query('SELECT resow.lease($1)', [SCHEMAS])).rows[0].lease;
}

async function rewind(name) {
  try {
    await holder.query('SELECT resow.rewind()');
  } catch (error) {
    if (error.code === '55000') altered = `after ${name}: ${error.message}`;
    throw error;
  }
}

function howToLook() {
  const { host, port, user, database } = holder;
  return `psql 'host=${host} port=${port} user=${user} dbname=${database} options=-csearch_path=${schema}'`;
}

// Like node:test's, but `body` is given a connection to a schema that is as the dataset says.
function test(name, body) {
  return nodeTest.test(name, async (t) => {
    if (altered) return t.skip(altered);
    if (!schema) await lease();
    const db = await connect('shop');
    await db.query("SELECT set_config('search_path', $1, false), set_config('resow.test', $2, false)", [schema, name]);
    try {
      await body(db, t);
    } catch (error) {
      if (KEEP) {
        t.diagnostic(`kept until it is rewound by name: ${howToLook()}`);
        await holder.query('SELECT resow.keep()');
        schema = undefined;
      }
      throw error;
    } finally {
      await db.end();
      if (schema) {
        await rewind(name);
      }
    }
  });
}

nodeTest.after(() => holder?.end());

module.exports = { test };
