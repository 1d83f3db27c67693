-- Exclusion constraints: bookings that do not overlap.
CREATE EXTENSION btree_gist;
CREATE TABLE room (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE booking (
  room_id integer NOT NULL REFERENCES room,
  during tstzrange NOT NULL,
  EXCLUDE USING gist (room_id WITH =, during WITH &&)
);
CREATE TABLE shift (
  id serial PRIMARY KEY,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open',
  CHECK (ends_at > starts_at),
  EXCLUDE USING gist (tstzrange(starts_at, ends_at, '[]') WITH &&) WHERE (state <> 'cancelled')
);
CREATE TABLE visit (
  doctor integer NOT NULL,
  begins timestamp NOT NULL,
  minutes integer NOT NULL CHECK (minutes > 0 AND minutes <= 120),
  EXCLUDE USING gist (doctor WITH =, tsrange(begins, begins + minutes * interval '1 minute') WITH &&)
);
CREATE TABLE tariff (
  product text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  EXCLUDE USING gist (product WITH =, daterange(valid_from, valid_until, '[)') WITH &&)
);
CREATE TABLE zone (low integer NOT NULL, high integer NOT NULL, EXCLUDE USING gist (int4range(low, high) WITH &&));
CREATE TABLE cage (cage integer NOT NULL, animal text NOT NULL, EXCLUDE USING gist (cage WITH =, animal WITH <>));
CREATE TABLE host (address inet NOT NULL, EXCLUDE USING gist (address inet_ops WITH &&));
CREATE TABLE slot (name text NOT NULL, EXCLUDE USING gist (name WITH =));
