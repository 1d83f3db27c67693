CREATE TABLE tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY, tenant_id bigint NOT NULL REFERENCES tenants,
  created_at timestamptz NOT NULL DEFAULT now(), payload jsonb NOT NULL DEFAULT '{}', PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE events_2021 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE events_2022 PARTITION OF events FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE orders (
  region text NOT NULL, id int NOT NULL, total numeric(10,2) NOT NULL CHECK (total > 0), PRIMARY KEY (region, id)
) PARTITION BY LIST (region);
CREATE TABLE orders_eu PARTITION OF orders FOR VALUES IN ('fr', 'de', 'it');
CREATE TABLE orders_us PARTITION OF orders FOR VALUES IN ('us') PARTITION BY RANGE (id);
CREATE TABLE orders_us_low PARTITION OF orders_us FOR VALUES FROM (MINVALUE) TO (5000);
CREATE TABLE lines (
  region text NOT NULL, order_id int NOT NULL, n smallint NOT NULL,
  PRIMARY KEY (region, order_id, n), FOREIGN KEY (region, order_id) REFERENCES orders);
CREATE TABLE buckets (key uuid NOT NULL PRIMARY KEY, v text) PARTITION BY HASH (key);
CREATE TABLE buckets_0 PARTITION OF buckets FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE buckets_1 PARTITION OF buckets FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE readings (sensor int NOT NULL, day date NOT NULL, v float8) PARTITION BY RANGE (sensor, day);
CREATE TABLE readings_a PARTITION OF readings FOR VALUES FROM (100, '2020-01-01') TO (200, '2021-01-01');
CREATE TABLE rest (a int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE rest_1 PARTITION OF rest FOR VALUES IN (1);
CREATE TABLE rest_default PARTITION OF rest DEFAULT;

-- Bounds that have no end.
CREATE TABLE reading (at double precision NOT NULL, what text NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE reading_below PARTITION OF reading FOR VALUES FROM ('-Infinity') TO (0);
CREATE TABLE reading_above PARTITION OF reading FOR VALUES FROM (0) TO ('Infinity');
CREATE TABLE depth (metres real NOT NULL, site text NOT NULL) PARTITION BY RANGE (metres);
CREATE TABLE depth_all PARTITION OF depth FOR VALUES FROM ('-Infinity') TO ('Infinity');
