-- Functions that name tables without their schema, that fill side tables, allot numbers, refuse rows.
CREATE TABLE artist (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE artist_meta (id int PRIMARY KEY REFERENCES artist, rating smallint CHECK (rating BETWEEN 0 AND 100));
CREATE FUNCTION add_meta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO artist_meta (id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER add_meta AFTER INSERT ON artist FOR EACH ROW EXECUTE FUNCTION add_meta();
CREATE TABLE counters (name text PRIMARY KEY, value int NOT NULL DEFAULT 0);
CREATE TABLE invoice (id serial PRIMARY KEY, number int NOT NULL, artist_id int NOT NULL REFERENCES artist, UNIQUE (number));
CREATE FUNCTION allot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO counters VALUES ('invoice', 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
  RETURNING value INTO NEW.number;
  RETURN NEW;
END $$;
CREATE TRIGGER allot BEFORE INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION allot();
CREATE TABLE attribute_type (id serial PRIMARY KEY, free_text boolean NOT NULL);
CREATE TABLE attribute (id serial PRIMARY KEY, type_id int NOT NULL REFERENCES attribute_type, value text);
CREATE FUNCTION ensure_type() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.value IS NOT NULL AND NOT (SELECT free_text FROM attribute_type WHERE id = NEW.type_id) THEN
    RAISE EXCEPTION 'This attribute type can not contain free text';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ensure_type BEFORE INSERT ON attribute FOR EACH ROW EXECUTE FUNCTION ensure_type();
CREATE TABLE attribute_note (attribute_id int NOT NULL REFERENCES attribute, note text NOT NULL);
CREATE TABLE log (day date NOT NULL, line text NOT NULL);
CREATE TABLE log_all () INHERITS (log);
CREATE FUNCTION redirect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO log_all VALUES (NEW.*); RETURN NULL; END $$;
CREATE TRIGGER redirect BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION redirect();
CREATE FUNCTION clean(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = btrim($1) AND $1 <> '' $$;
CREATE TABLE checked (id serial PRIMARY KEY, title text NOT NULL CHECK (clean(title)), a int NOT NULL, b int NOT NULL CHECK ((a * b) % 3 <> 0));
-- What a trigger makes of a text has to be a number, in a table whose key closes a circle.
CREATE TABLE build (id serial PRIMARY KEY, number varchar, unique_number int UNIQUE, commit_id int);
CREATE TABLE source_commit (id serial PRIMARY KEY, build_id int NOT NULL REFERENCES build);
ALTER TABLE build ADD FOREIGN KEY (commit_id) REFERENCES source_commit;
CREATE FUNCTION set_unique_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.unique_number := NEW.number; RETURN NEW; END $$;
CREATE TRIGGER set_unique_number BEFORE INSERT ON build FOR EACH ROW EXECUTE FUNCTION set_unique_number();
