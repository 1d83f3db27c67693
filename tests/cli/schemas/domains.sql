CREATE DOMAIN public.email AS text CHECK (VALUE ~ '^[^@ ]+@[^@ ]+\.[a-z]{2,}$');
CREATE DOMAIN public.year AS integer CONSTRAINT year_check CHECK (VALUE >= 1901 AND VALUE <= 2155);
CREATE DOMAIN public.money_amount AS numeric(12,2) NOT NULL DEFAULT 0 CHECK (VALUE >= 0);
CREATE DOMAIN public.iso_code AS char(2) CHECK (VALUE = upper(VALUE));
CREATE DOMAIN public.slug AS varchar(40) CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
CREATE DOMAIN public.slugs AS slug[];
CREATE DOMAIN public.positive AS bigint CHECK (VALUE > 0);
CREATE DOMAIN public.id AS positive CHECK (VALUE < 1000000000);
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE public.address AS (street text, zip varchar(10), country char(2));
CREATE TYPE public.price_range AS RANGE (subtype = numeric);
CREATE TABLE country (code iso_code PRIMARY KEY, name text NOT NULL);
CREATE TABLE customer (
  customer_id id PRIMARY KEY, email email NOT NULL UNIQUE, since year NOT NULL, balance money_amount, mood mood NOT NULL DEFAULT 'ok',
  home address, prices price_range, country iso_code NOT NULL REFERENCES country, tags slugs NOT NULL DEFAULT '{}',
  full_text tsvector, initials text GENERATED ALWAYS AS (upper(left(email::text, 2))) STORED);
CREATE TABLE kind (kind char(1) PRIMARY KEY CHECK (upper(kind::text) IN ('W', 'S', 'P')), label text NOT NULL);
CREATE TABLE movement (
  movement_id serial PRIMARY KEY, kind char(1) NOT NULL CHECK (upper(kind::text) = ANY (ARRAY['W', 'S', 'P'])),
  style varchar(2) CHECK (lower(style) IN ('u', 'm', 'w') OR style IS NULL), hash text NOT NULL CHECK (hash ~ '^0x[a-f0-9]{64}$'),
  parts int4range NOT NULL CHECK (NOT isempty(parts)), meta jsonb NOT NULL CHECK (jsonb_typeof(meta) = 'object'));
