-- Partitioned tables in the style of a log: keys of the partitions alone, none at all, a small
-- sequence, and values of types that are no moments.
CREATE TABLE customer (customer_id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE payment (
  payment_id serial,
  customer_id integer NOT NULL,
  paid_at timestamptz NOT NULL,
  PRIMARY KEY (paid_at, payment_id)
) PARTITION BY RANGE (paid_at);
CREATE TABLE payment_2022_01 (paid_at timestamptz NOT NULL, payment_id integer DEFAULT nextval('payment_payment_id_seq') NOT NULL, customer_id integer NOT NULL REFERENCES customer);
ALTER TABLE payment ATTACH PARTITION payment_2022_01 FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2022-02-01 00:00:00+00');
CREATE TABLE payment_2022_02 PARTITION OF payment FOR VALUES FROM ('2022-02-01 00:00:00+00') TO ('2022-03-01 00:00:00+00');
ALTER TABLE payment_2022_02 ADD FOREIGN KEY (customer_id) REFERENCES customer;
CREATE TABLE later (id bigint, at date) PARTITION BY RANGE (at);
CREATE TABLE spread (id bigint) PARTITION BY HASH (id);
CREATE SEQUENCE few MAXVALUE 40;
CREATE TABLE card_type (id integer PRIMARY KEY DEFAULT nextval('few'), name text NOT NULL);
CREATE TABLE role (
  id serial PRIMARY KEY,
  modified time with time zone NOT NULL DEFAULT now(),
  valid_until timestamp NOT NULL DEFAULT 'infinity',
  UNIQUE (id, modified),
  UNIQUE (id, valid_until)
);
CREATE TABLE role_use (role_id integer NOT NULL, modified time with time zone NOT NULL, valid_until timestamp NOT NULL,
  FOREIGN KEY (role_id, modified) REFERENCES role (id, modified),
  FOREIGN KEY (role_id, valid_until) REFERENCES role (id, valid_until));
