-- Many schemas with the same small tables: bench_1 .. bench_<count>. psql -v count=N -f tenants.sql
-- A transaction for each schema, so that the number of locks does not grow with the number of schemas.
SELECT format($ddl$
  CREATE SCHEMA bench_%1$s;
  CREATE TABLE bench_%1$s.batch_jobs (
    id serial PRIMARY KEY, batch_id varchar(80) NOT NULL UNIQUE, marketplace varchar(20) NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed')),
    total_count integer NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE bench_%1$s.marketplace_jobs (
    id serial PRIMARY KEY, batch_job_id integer NOT NULL REFERENCES bench_%1$s.batch_jobs,
    marketplace varchar(20) NOT NULL, status varchar(20) NOT NULL DEFAULT 'pending');
  CREATE INDEX ON bench_%1$s.marketplace_jobs (batch_job_id);
  CREATE TABLE bench_%1$s.marketplace_tasks (
    id serial PRIMARY KEY, job_id integer NOT NULL REFERENCES bench_%1$s.marketplace_jobs,
    position integer NOT NULL, status varchar(20) NOT NULL DEFAULT 'pending');
  CREATE INDEX ON bench_%1$s.marketplace_tasks (job_id);
$ddl$, n) FROM generate_series(1, :count) AS n
\gexec
