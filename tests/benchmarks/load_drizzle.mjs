// Rows of the tables of load.sql by drizzle-seed: load_drizzle.mjs BATCHES (1 : 100 : 300).
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const require = createRequire(process.env.MODULES + "/");
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { drizzle } = await load("drizzle-orm/node-postgres");
const { bigint, boolean, integer, numeric, pgSchema, text, timestamp, varchar } = await load("drizzle-orm/pg-core");
const { seed } = await load("drizzle-seed");
const { default: pg } = await load("pg");

const bench = pgSchema("bench");
const time = (name) => timestamp(name, { withTimezone: true }).notNull();
const batches = bench.table("batches", {
  id: bigint("id", { mode: "number" }).primaryKey(), code: varchar("code", { length: 40 }).notNull().unique(), createdAt: time("created_at") });
const jobs = bench.table("jobs", {
  id: bigint("id", { mode: "number" }).primaryKey(), batchId: bigint("batch_id", { mode: "number" }).notNull().references(() => batches.id),
  status: varchar("status", { length: 20 }).notNull(), title: text("title").notNull(), price: numeric("price", { precision: 10, scale: 2 }).notNull(), createdAt: time("created_at") });
const tasks = bench.table("tasks", {
  id: bigint("id", { mode: "number" }).primaryKey(), jobId: bigint("job_id", { mode: "number" }).notNull().references(() => jobs.id),
  status: varchar("status", { length: 20 }).notNull(), attempts: integer("attempts").notNull(), createdAt: time("created_at"), updatedAt: time("updated_at"),
  label: varchar("label", { length: 40 }), enabled: boolean("enabled").notNull() });

const client = new pg.Client();
await client.connect();
const count = Number(process.argv[2]);
const status = (f) => f.valuesFromArray({ values: ["pending", "running", "completed", "failed"] });
await seed(drizzle(client), { batches, jobs, tasks }).refine((f) => ({
  batches: { count },
  jobs: { count: count * 100, columns: { status: status(f), price: f.number({ minValue: 1, maxValue: 500, precision: 100 }) } },
  tasks: { count: count * 300, columns: { status: status(f) } },
}));
await client.end();
