-- Checks that only the server understands: functions of the schema's own, operators on ranges and
-- networks, regular shapes, casts out of jsonb, columns that have to go together.
CREATE FUNCTION is_order_code(code text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN code ~ '^ORD-[0-9]{4}$' AND substr(code, 5)::integer > 0;
END $$;
CREATE FUNCTION even_digits(n integer) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS 'SELECT length(n::text) % 2 = 0';
CREATE FUNCTION raises_for_most(n integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF n <> 42 THEN RAISE EXCEPTION 'not the answer: %', n; END IF;
  RETURN true;
END $$;

CREATE TABLE orders (
  id serial PRIMARY KEY,
  code text NOT NULL CHECK (is_order_code(code))
);
CREATE TABLE codes (code text PRIMARY KEY CHECK (is_order_code(code)));
CREATE TABLE numbers (
  id serial PRIMARY KEY,
  n integer NOT NULL CHECK (even_digits(n)),
  answer integer NOT NULL CHECK (raises_for_most(answer))
);
CREATE TABLE stops (
  id serial PRIMARY KEY,
  kind integer NOT NULL CHECK (kind <@ int4range(0, 4, '[]'))
);
CREATE TABLE groups (
  id uuid PRIMARY KEY,
  address inet NOT NULL CHECK (family(address) = 6 AND address << 'ff04::/16'),
  mask cidr CHECK (masklen(mask) <= 24)
);
-- Columns that go together.
CREATE TABLE prices (
  id serial PRIMARY KEY,
  net numeric(8,2) NOT NULL,
  tax numeric(8,2) NOT NULL,
  gross numeric(8,2) NOT NULL,
  CHECK (gross = net + tax)
);
CREATE TABLE parity (
  name text NOT NULL,
  same_name text NOT NULL,
  length integer NOT NULL,
  CHECK (reverse(name) = same_name),
  CHECK (length = char_length(name))
);
-- Rows of other tables that a check allows, and pairs of them.
CREATE TABLE kinds (id integer PRIMARY KEY, name text);
CREATE TABLE fifth (id serial PRIMARY KEY, kind_id integer NOT NULL REFERENCES kinds CHECK (kind_id = 5));
CREATE TABLE pairs (
  a integer NOT NULL REFERENCES kinds,
  b integer NOT NULL REFERENCES kinds,
  PRIMARY KEY (a, b),
  CHECK (a < b)
);
-- What generated columns are made of.
CREATE TABLE claims (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  claims jsonb NOT NULL,
  amount integer NOT NULL GENERATED ALWAYS AS ((claims ->> 'amount')::integer) STORED
);
-- Texts that are XML.
CREATE TABLE feeds (id serial PRIMARY KEY, body text NOT NULL CHECK (xml_is_well_formed_document(body)), entry text NOT NULL CHECK (xpath_exists('/record/id', entry::xml)));
-- A domain's check with a function of its own.
CREATE FUNCTION reads_both_ways(text) RETURNS boolean LANGUAGE sql IMMUTABLE
  AS 'SELECT reverse($1) = $1 AND length($1) > 1';
CREATE DOMAIN "Both Ways" AS text CHECK (reads_both_ways(VALUE));
CREATE TABLE both_ways (id serial PRIMARY KEY, "the name" "Both Ways" NOT NULL);
-- Two columns of one domain, whose check only the server understands, in one key.
CREATE DOMAIN mirrored AS text CHECK (reverse(VALUE) = VALUE AND length(btrim(VALUE)) > 0);
CREATE TABLE labels (id integer NOT NULL, name mirrored NOT NULL, value mirrored NOT NULL, PRIMARY KEY (id, name, value));
CREATE DOMAIN tag AS text CHECK (VALUE IS NOT NULL AND length(btrim(VALUE)) <= 512 AND lower(btrim(VALUE)) = VALUE);
CREATE TABLE tags (id integer NOT NULL, name tag, value tag, PRIMARY KEY (id, name, value));
