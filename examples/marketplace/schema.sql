-- A marketplace backend as people run it: one schema for each customer, made from template_tenant,
-- and what they share in public. The migrations are Alembic's.

BEGIN;

-- ---------------------------------------------------------------- shared by all customers

CREATE TYPE public.marketplace AS ENUM ('vinted', 'ebay', 'etsy');
CREATE TYPE public.batch_status AS ENUM
  ('pending', 'running', 'completed', 'partially_failed', 'failed', 'cancelled');
CREATE TYPE public.job_status AS ENUM
  ('pending', 'running', 'paused', 'completed', 'failed', 'cancelled', 'expired');
CREATE TYPE public.subscription_tier AS ENUM ('free', 'starter', 'pro', 'enterprise');

CREATE TABLE public.alembic_version (
  version_num varchar(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE public.users (
  id serial PRIMARY KEY,
  email varchar(255) NOT NULL,
  hashed_password varchar(255) NOT NULL,
  full_name varchar(255),
  is_active boolean NOT NULL DEFAULT true,
  last_login timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT uq_users_email UNIQUE (email)
);
COMMENT ON COLUMN public.users.id IS 'The customer''s schema is user_<id>';

CREATE TABLE public.subscriptions (
  id serial PRIMARY KEY,
  user_id integer NOT NULL,
  tier public.subscription_tier NOT NULL DEFAULT 'free',
  price numeric(10, 2) NOT NULL DEFAULT 0,
  max_products integer NOT NULL DEFAULT 50,
  current_period_end date,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fk_subscriptions_user_id FOREIGN KEY (user_id) REFERENCES public.users (id) ON DELETE CASCADE,
  CONSTRAINT uq_subscriptions_user_id UNIQUE (user_id),
  CONSTRAINT ck_subscriptions_price CHECK (price >= 0)
);

-- ---------------------------------------------------------------- one customer: the template

CREATE SCHEMA template_tenant;

CREATE TABLE template_tenant.products (
  id serial PRIMARY KEY,
  sku varchar(64),
  title varchar(200) NOT NULL,
  description text,
  brand varchar(100),
  size varchar(30),
  price numeric(10, 2) NOT NULL,
  stock_quantity integer NOT NULL DEFAULT 1,
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CONSTRAINT uq_products_sku UNIQUE (sku),
  CONSTRAINT ck_products_price CHECK (price > 0),
  CONSTRAINT ck_products_stock_quantity CHECK (stock_quantity >= 0)
);
CREATE INDEX ix_products_brand ON template_tenant.products (brand) WHERE deleted_at IS NULL;

CREATE TABLE template_tenant.product_images (
  id serial PRIMARY KEY,
  product_id integer NOT NULL,
  url varchar(1000) NOT NULL,
  position smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fk_product_images_product_id FOREIGN KEY (product_id)
    REFERENCES template_tenant.products (id) ON DELETE CASCADE,
  CONSTRAINT uq_product_images_position UNIQUE (product_id, position)
);

CREATE TABLE template_tenant.vinted_connection (
  id serial PRIMARY KEY,
  login varchar(255) NOT NULL,
  session_id text,
  is_connected boolean NOT NULL DEFAULT false,
  last_synced_at timestamptz,
  CONSTRAINT uq_vinted_connection_login UNIQUE (login)
);

CREATE TABLE template_tenant.ebay_credentials (
  id serial PRIMARY KEY,
  ebay_user_id varchar(255),
  refresh_token text,
  sandbox_mode boolean NOT NULL DEFAULT false,
  expires_at timestamptz
);

CREATE TABLE template_tenant.etsy_credentials (
  id serial PRIMARY KEY,
  shop_id bigint,
  refresh_token text,
  expires_at timestamptz
);

CREATE TABLE template_tenant.listings (
  id serial PRIMARY KEY,
  product_id integer NOT NULL,
  marketplace public.marketplace NOT NULL,
  external_id varchar(64),
  url varchar(1000),
  published_at timestamptz,
  CONSTRAINT fk_listings_product_id FOREIGN KEY (product_id)
    REFERENCES template_tenant.products (id) ON DELETE CASCADE,
  CONSTRAINT uq_listings_product_id_marketplace UNIQUE (product_id, marketplace)
);

CREATE TABLE template_tenant.batch_jobs (
  id serial PRIMARY KEY,
  batch_id varchar(50) NOT NULL,
  marketplace public.marketplace NOT NULL,
  action_code varchar(50) NOT NULL DEFAULT 'publish',
  status public.batch_status NOT NULL DEFAULT 'pending',
  priority smallint NOT NULL DEFAULT 3,
  total_count integer NOT NULL DEFAULT 0,
  completed_count integer NOT NULL DEFAULT 0,
  failed_count integer NOT NULL DEFAULT 0,
  cancelled_count integer NOT NULL DEFAULT 0,
  created_by_user_id integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  CONSTRAINT uq_batch_jobs_batch_id UNIQUE (batch_id),
  CONSTRAINT fk_batch_jobs_created_by_user_id FOREIGN KEY (created_by_user_id)
    REFERENCES public.users (id) ON DELETE SET NULL,
  CONSTRAINT ck_batch_jobs_priority CHECK (priority BETWEEN 1 AND 4),
  CONSTRAINT ck_batch_jobs_counts CHECK (completed_count + failed_count + cancelled_count <= total_count)
);
CREATE INDEX ix_batch_jobs_status ON template_tenant.batch_jobs (status);
COMMENT ON TABLE template_tenant.batch_jobs IS 'Jobs that a customer started together';
COMMENT ON COLUMN template_tenant.batch_jobs.batch_id IS 'Business identifier, shown to the customer';

CREATE TABLE template_tenant.marketplace_jobs (
  id serial PRIMARY KEY,
  batch_job_id integer,
  batch_id varchar(50),
  marketplace public.marketplace NOT NULL,
  action_code varchar(50) NOT NULL DEFAULT 'publish',
  product_id integer,
  status public.job_status NOT NULL DEFAULT 'pending',
  priority smallint NOT NULL DEFAULT 3,
  retry_count integer NOT NULL DEFAULT 0,
  max_retries integer NOT NULL DEFAULT 3,
  idempotency_key varchar(64),
  input_data jsonb,
  result_data jsonb,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  expires_at timestamptz,
  CONSTRAINT fk_marketplace_jobs_batch_job_id FOREIGN KEY (batch_job_id)
    REFERENCES template_tenant.batch_jobs (id) ON DELETE SET NULL,
  CONSTRAINT fk_marketplace_jobs_product_id FOREIGN KEY (product_id)
    REFERENCES template_tenant.products (id) ON DELETE SET NULL,
  CONSTRAINT uq_marketplace_jobs_idempotency_key UNIQUE (idempotency_key),
  CONSTRAINT ck_marketplace_jobs_priority CHECK (priority BETWEEN 1 AND 4)
);
CREATE INDEX ix_marketplace_jobs_batch_job_id ON template_tenant.marketplace_jobs (batch_job_id);
CREATE INDEX ix_marketplace_jobs_batch_id ON template_tenant.marketplace_jobs (batch_id);
CREATE INDEX ix_marketplace_jobs_status_priority ON template_tenant.marketplace_jobs (status, priority, created_at);
COMMENT ON COLUMN template_tenant.marketplace_jobs.batch_id IS
  'DEPRECATED: use batch_job_id; a copy of batch_jobs.batch_id';

CREATE TABLE template_tenant.marketplace_tasks (
  id serial PRIMARY KEY,
  job_id integer NOT NULL,
  position integer NOT NULL DEFAULT 0,
  task_type varchar(30) NOT NULL DEFAULT 'api_call',
  description varchar(255),
  status varchar(20) NOT NULL DEFAULT 'pending',
  payload jsonb,
  result jsonb,
  error_message text,
  retry_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  CONSTRAINT fk_marketplace_tasks_job_id FOREIGN KEY (job_id)
    REFERENCES template_tenant.marketplace_jobs (id) ON DELETE CASCADE,
  CONSTRAINT ck_marketplace_tasks_status
    CHECK (status IN ('pending', 'running', 'success', 'failed', 'timeout', 'cancelled'))
);
CREATE INDEX ix_marketplace_tasks_job_id ON template_tenant.marketplace_tasks (job_id);
CREATE INDEX ix_marketplace_tasks_status ON template_tenant.marketplace_tasks (status);

CREATE TABLE template_tenant.publication_logs (
  id bigserial PRIMARY KEY,
  product_id integer,
  job_id integer,
  marketplace public.marketplace NOT NULL,
  level varchar(10) NOT NULL DEFAULT 'info',
  message text NOT NULL,
  logged_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fk_publication_logs_product_id FOREIGN KEY (product_id)
    REFERENCES template_tenant.products (id) ON DELETE SET NULL
);
COMMENT ON COLUMN template_tenant.publication_logs.job_id IS
  'The job that wrote this; no foreign key, because a log outlives its job';

CREATE TABLE template_tenant.ai_generation_logs (
  id bigserial PRIMARY KEY,
  product_id integer NOT NULL,
  model varchar(100) NOT NULL,
  prompt_tokens integer NOT NULL DEFAULT 0,
  completion_tokens integer NOT NULL DEFAULT 0,
  cost numeric(10, 6) NOT NULL DEFAULT 0,
  cached boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT fk_ai_generation_logs_product_id FOREIGN KEY (product_id)
    REFERENCES template_tenant.products (id) ON DELETE CASCADE
);

-- ---------------------------------------------------------------- a customer's schema

-- Makes schema `tenant` like template_tenant. LIKE copies neither foreign keys nor the names of
-- indexes, and leaves the new tables drawing from the template's sequences: so these three by hand.
CREATE FUNCTION public.create_tenant(tenant text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  item record;
BEGIN
  EXECUTE format('CREATE SCHEMA %I', tenant);
  FOR item IN
    SELECT c.oid, c.relname FROM pg_class c
    WHERE c.relnamespace = 'template_tenant'::regnamespace AND c.relkind = 'r' ORDER BY c.oid
  LOOP
    EXECUTE format('CREATE TABLE %I.%I (LIKE template_tenant.%I INCLUDING ALL EXCLUDING INDEXES)',
                   tenant, item.relname, item.relname);
    EXECUTE format('COMMENT ON TABLE %I.%I IS %L', tenant, item.relname, obj_description(item.oid, 'pg_class'));
  END LOOP;

  -- Sequences of their own.
  FOR item IN
    SELECT t.relname AS table_name, a.attname, s.relname AS sequence_name,
           format_type(q.seqtypid, NULL) AS type
    FROM pg_class s
    JOIN pg_sequence q ON q.seqrelid = s.oid
    JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relnamespace = 'template_tenant'::regnamespace ORDER BY s.oid
  LOOP
    EXECUTE format('CREATE SEQUENCE %I.%I AS %s OWNED BY %I.%I.%I',
                   tenant, item.sequence_name, item.type, tenant, item.table_name, item.attname);
    EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN %I SET DEFAULT nextval(%L)',
                   tenant, item.table_name, item.attname, format('%I.%I', tenant, item.sequence_name));
  END LOOP;

  -- Primary and unique keys, then foreign keys (which need them), under their names.
  FOR item IN
    SELECT c.conname, t.relname, replace(pg_get_constraintdef(c.oid), 'template_tenant.',
                                         quote_ident(tenant) || '.') AS definition
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE c.connamespace = 'template_tenant'::regnamespace AND c.contype IN ('p', 'u', 'f')
    ORDER BY c.contype = 'f', c.oid
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', tenant, item.relname, item.conname, item.definition);
  END LOOP;

  -- Indexes that stand for no constraint.
  FOR item IN
    SELECT replace(pg_get_indexdef(i.indexrelid), ' ON template_tenant.',
                   ' ON ' || quote_ident(tenant) || '.') AS definition
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'template_tenant'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
    ORDER BY i.indexrelid
  LOOP
    EXECUTE item.definition;
  END LOOP;
END
$$;

DO $$
BEGIN
  PERFORM public.create_tenant('user_' || n) FROM generate_series(1, 3) AS n;
END
$$;

-- ---------------------------------------------------------------- what is in it

INSERT INTO public.alembic_version VALUES ('8c514d17ef8d');

INSERT INTO public.users (email, hashed_password, full_name, created_at, updated_at) VALUES
  ('anne@example.com', '$2b$12$unusable', 'Anne Martin', '2025-03-02 09:00+00', '2025-03-02 09:00+00'),
  ('jo@example.com', '$2b$12$unusable', 'Jo Weber', '2025-06-17 14:30+00', '2025-06-17 14:30+00'),
  ('kim@example.com', '$2b$12$unusable', 'Kim Okafor', '2025-11-05 18:45+00', '2025-11-05 18:45+00');

INSERT INTO public.subscriptions (user_id, tier, price, max_products, created_at) VALUES
  (1, 'pro', 29.90, 5000, '2025-03-02 09:00+00'),
  (2, 'starter', 9.90, 500, '2025-06-17 14:30+00'),
  (3, 'free', 0, 50, '2025-11-05 18:45+00');

DO $$
DECLARE
  customer record;
BEGIN
  FOR customer IN SELECT * FROM (VALUES ('user_1', 60), ('user_2', 25), ('user_3', 5)) AS c (tenant, products) LOOP
    EXECUTE format($sql$
      INSERT INTO %1$I.products (sku, title, brand, size, price, created_at, updated_at)
      SELECT 'SKU-' || lpad(i::text, 5, '0'),
             (ARRAY['Linen shirt', 'Wool coat', 'Denim jacket', 'Silk scarf', 'Leather boots'])[i %% 5 + 1],
             (ARRAY['Sézane', 'Levi''s', 'Uniqlo', 'A.P.C.'])[i %% 4 + 1],
             (ARRAY['S', 'M', 'L', '38', '40'])[i %% 5 + 1],
             9.90 + i, '2025-07-01 08:00+00'::timestamptz + i * interval '7 hours',
             '2025-07-01 08:00+00'::timestamptz + i * interval '7 hours'
      FROM generate_series(1, %2$s) AS i;
      INSERT INTO %1$I.product_images (product_id, url, position, created_at)
      SELECT p.id, format('https://images.example.com/%%s/%%s.jpg', p.sku, n), n, p.created_at
      FROM %1$I.products AS p, generate_series(0, 2) AS n;
      INSERT INTO %1$I.listings (product_id, marketplace, external_id, published_at)
      SELECT p.id, 'vinted', (1000000 + p.id)::text, p.created_at + interval '1 day'
      FROM %1$I.products AS p WHERE p.id %% 2 = 0;
      INSERT INTO %1$I.publication_logs (product_id, marketplace, message, logged_at)
      SELECT l.product_id, l.marketplace, 'published as ' || l.external_id, l.published_at
      FROM %1$I.listings AS l;
      INSERT INTO %1$I.ai_generation_logs (product_id, model, prompt_tokens, completion_tokens, cost, created_at)
      SELECT p.id, 'text-small', 300 + p.id, 120, 0.000420, p.created_at
      FROM %1$I.products AS p WHERE p.id %% 3 = 0;
      INSERT INTO %1$I.vinted_connection (login, is_connected, last_synced_at)
      VALUES (%1$L, true, '2025-12-30 06:00+00');
    $sql$, customer.tenant, customer.products);
  END LOOP;
END
$$;

-- The old jobs of user_1: left by earlier versions, which knew neither batches nor tasks.
INSERT INTO user_1.marketplace_jobs
  (marketplace, action_code, product_id, status, created_at, started_at, completed_at, error_message)
SELECT (ARRAY['vinted', 'ebay', 'etsy']::public.marketplace[])[i % 3 + 1],
       CASE WHEN i % 4 = 0 THEN 'sync' ELSE 'publish' END,
       i % 60 + 1,
       CASE WHEN i % 7 = 0 THEN 'failed' ELSE 'completed' END::public.job_status,
       moment, moment + interval '2 seconds', moment + interval '9 seconds',
       CASE WHEN i % 7 = 0 THEN 'HTTP 429 from the marketplace' END
FROM generate_series(1, 168) AS i,
     LATERAL (SELECT '2025-08-04 10:00+00'::timestamptz + i * interval '20 hours' AS moment) AS m;

COMMIT;

ANALYZE;
