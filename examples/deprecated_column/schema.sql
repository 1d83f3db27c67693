-- A marketplace backend: one schema for each customer, made from template_tenant; the migrations are
-- Alembic's, and each schema says how far it is.

BEGIN;

CREATE TABLE public.users (
  id serial PRIMARY KEY,
  email varchar(255) NOT NULL UNIQUE
);

CREATE SCHEMA template_tenant;
SET LOCAL search_path = template_tenant, public;

CREATE TABLE alembic_version (
  version_num varchar(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('4f2a91c07be3');

CREATE TABLE batch_jobs (
  id serial PRIMARY KEY,
  batch_id varchar(50) NOT NULL,
  marketplace varchar(20) NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'pending',
  total_count integer NOT NULL DEFAULT 0,
  created_by integer REFERENCES public.users (id) ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT uq_batch_jobs_batch_id UNIQUE (batch_id),
  CONSTRAINT ck_batch_jobs_marketplace CHECK (marketplace IN ('vinted', 'ebay', 'etsy'))
);
COMMENT ON COLUMN batch_jobs.batch_id IS 'The business identifier: vinted_publish_1';

CREATE TABLE marketplace_jobs (
  id serial PRIMARY KEY,
  batch_job_id integer,
  batch_id varchar(50),
  marketplace varchar(20) NOT NULL,
  status varchar(20) NOT NULL DEFAULT 'pending',
  priority smallint NOT NULL DEFAULT 3,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fk_marketplace_jobs_batch_job_id FOREIGN KEY (batch_job_id) REFERENCES batch_jobs (id) ON DELETE SET NULL,
  CONSTRAINT ck_marketplace_jobs_priority CHECK (priority BETWEEN 1 AND 5)
);
COMMENT ON COLUMN marketplace_jobs.batch_id IS 'DEPRECATED: use batch_job_id';
CREATE INDEX ix_marketplace_jobs_batch_job_id ON marketplace_jobs (batch_job_id);
CREATE INDEX ix_marketplace_jobs_batch_id ON marketplace_jobs (batch_id);
CREATE INDEX ix_marketplace_jobs_open ON marketplace_jobs (status, priority) WHERE status IN ('pending', 'running');

CREATE TABLE marketplace_tasks (
  id serial PRIMARY KEY,
  job_id integer NOT NULL REFERENCES marketplace_jobs (id) ON DELETE CASCADE,
  status varchar(20) NOT NULL DEFAULT 'pending'
);
CREATE INDEX ix_marketplace_tasks_job_id ON marketplace_tasks (job_id);

CREATE FUNCTION count_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE template_tenant.batch_jobs SET total_count = total_count + 1 WHERE id = NEW.batch_job_id;
  RETURN NEW;
END $$;
CREATE TRIGGER count_jobs AFTER INSERT ON marketplace_jobs FOR EACH ROW EXECUTE FUNCTION count_jobs();

CREATE VIEW open_jobs AS
  SELECT j.id, b.batch_id, j.marketplace, j.priority
  FROM marketplace_jobs j LEFT JOIN batch_jobs b ON b.id = j.batch_job_id
  WHERE j.status IN ('pending', 'running');

COMMIT;
