-- Tables as an application has them: two foreign keys, a unique key and four secondary indexes.
CREATE SCHEMA bench;
SET search_path = bench;
CREATE TABLE batches (
  id bigint PRIMARY KEY, code varchar(40) NOT NULL UNIQUE, created_at timestamptz NOT NULL);
CREATE TABLE jobs (
  id bigint PRIMARY KEY, batch_id bigint NOT NULL REFERENCES batches, status varchar(20) NOT NULL,
  title text NOT NULL, price numeric(10, 2) NOT NULL, created_at timestamptz NOT NULL);
CREATE INDEX ON jobs (batch_id);
CREATE INDEX ON jobs (status, created_at);
CREATE TABLE tasks (
  id bigint PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs, status varchar(20) NOT NULL,
  attempts integer NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
  label varchar(40), enabled boolean NOT NULL);
CREATE INDEX ON tasks (job_id);
CREATE INDEX ON tasks (status, created_at);
