-- What triggers do beside: supertypes that they fill, logs that draw from a sequence, rows that
-- have to be there first.
CREATE TABLE document (id text PRIMARY KEY, kind text NOT NULL);
CREATE FUNCTION insert_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO document (id, kind) VALUES (NEW.id, TG_TABLE_NAME);
  RETURN NEW;
END $$;
CREATE TABLE letter (id text PRIMARY KEY REFERENCES document, body text);
CREATE TRIGGER supertype BEFORE INSERT ON letter FOR EACH ROW EXECUTE FUNCTION insert_document();
CREATE TABLE postcard (id text PRIMARY KEY REFERENCES document, picture bytea);
CREATE TRIGGER supertype BEFORE INSERT ON postcard FOR EACH ROW EXECUTE FUNCTION insert_document();

CREATE TABLE audit_log (id serial PRIMARY KEY, line text NOT NULL);
CREATE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_log (line) VALUES (NEW.name);
  RETURN NULL;
END $$;
CREATE TABLE city (id serial PRIMARY KEY, name text NOT NULL, log_id integer REFERENCES audit_log);
CREATE TRIGGER log AFTER INSERT ON city FOR EACH ROW EXECUTE FUNCTION write_log();

-- Needs a row of a table that comes later.
CREATE FUNCTION needs_a_rate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM rate) THEN RAISE EXCEPTION 'there is no rate'; END IF;
  RETURN NEW;
END $$;
CREATE TABLE amount (id serial PRIMARY KEY, cents integer NOT NULL);
CREATE TRIGGER rate BEFORE INSERT ON amount FOR EACH ROW EXECUTE FUNCTION needs_a_rate();
CREATE TABLE rate (id serial PRIMARY KEY, percent numeric(5,2) NOT NULL);
