-- A library, as a course in databases has it: the rules live in triggers, one function for each.
CREATE TYPE member_kind AS ENUM ('reader', 'librarian', 'director');
CREATE TABLE member (card char(8) PRIMARY KEY, name varchar(80) NOT NULL, kind member_kind NOT NULL, fee numeric(6,2) NOT NULL, phone varchar(20) NOT NULL);
CREATE FUNCTION check_phone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Don't take what nobody can dial.
  IF NEW.phone !~ '^\(0[1-9]\) [0-9]{6,8}$' THEN RAISE EXCEPTION 'not a telephone number: %', NEW.phone; END IF;
  IF NEW.fee <> 12.5 AND NEW.fee <> 25 THEN RAISE EXCEPTION 'a fee is 12.50 or 25, and % is neither', NEW.fee; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER phone BEFORE INSERT OR UPDATE ON member FOR EACH ROW EXECUTE FUNCTION check_phone();

-- A function that the trigger's function calls knows the rule; the column is a key.
CREATE FUNCTION is_isbn(code text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT code ~ '^978-[0-9]{6}$' $$;
CREATE TABLE edition (isbn varchar(13) PRIMARY KEY, title text NOT NULL, year integer NOT NULL);
CREATE FUNCTION check_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT is_isbn(NEW.isbn) THEN RAISE EXCEPTION 'invalid ISBN' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER edition_isbn BEFORE INSERT ON edition FOR EACH ROW EXECUTE FUNCTION check_edition();

-- Only one kind of member may run a branch; which rows those are, the server alone knows.
CREATE TABLE branch (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, head char(8) NOT NULL REFERENCES member, city text NOT NULL);
CREATE FUNCTION check_head() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_kind member_kind;
BEGIN
  SELECT kind INTO found_kind FROM member WHERE card = NEW.head;
  IF found_kind <> 'director' THEN RAISE EXCEPTION '% is no director', NEW.head; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER head_is_director BEFORE INSERT ON branch FOR EACH ROW EXECUTE FUNCTION check_head();

-- A first row unlocks the others: a table that the trigger fills takes only one, of one name.
CREATE TABLE scope (public_id text PRIMARY KEY CHECK (length(public_id) > 3), kind text NOT NULL CHECK (kind IN ('global', 'unit')));
CREATE TABLE scope_global (scope_id text PRIMARY KEY REFERENCES scope, CONSTRAINT only_one_global CHECK (scope_id = 'global'));
CREATE FUNCTION add_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind = 'global' THEN INSERT INTO scope_global VALUES (NEW.public_id); RETURN NEW; END IF;
  IF NOT EXISTS (SELECT FROM scope_global) THEN RAISE EXCEPTION 'there is no global scope'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER new_scope AFTER INSERT ON scope FOR EACH ROW EXECUTE FUNCTION add_scope();
CREATE TABLE grants (id bigserial PRIMARY KEY, scope_id text NOT NULL REFERENCES scope, what text NOT NULL);

-- Settings are documents that say which version they are of.
CREATE TABLE settings (id serial PRIMARY KEY, document jsonb NOT NULL);
CREATE FUNCTION check_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.document ? 'v' THEN RAISE EXCEPTION 'the document has no version (v)'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER versioned BEFORE INSERT ON settings FOR EACH ROW EXECUTE FUNCTION check_document();

-- A catalogue's records are XML in a column of text, which a function that is called takes apart.
CREATE TABLE record (id serial PRIMARY KEY, title text, marc text NOT NULL);
CREATE FUNCTION leader(marc text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT (xpath('//marc:id/text()', marc::xml, ARRAY[ARRAY['marc', 'http://www.loc.gov/MARC21/slim']]))[1]::text $$;
CREATE FUNCTION check_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF leader(NEW.marc) IS NULL THEN RAISE EXCEPTION 'a record without an id'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER marc BEFORE INSERT ON record FOR EACH ROW EXECUTE FUNCTION check_record();

-- A role of the server.
CREATE TABLE account (id serial PRIMARY KEY, role name NOT NULL, since date NOT NULL DEFAULT current_date);
CREATE FUNCTION check_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = NEW.role) THEN
    RAISE foreign_key_violation USING MESSAGE = 'unknown database role: ' || NEW.role;
  END IF;
  RETURN NEW;
END $$;
CREATE CONSTRAINT TRIGGER role_exists AFTER INSERT ON account FOR EACH ROW EXECUTE FUNCTION check_role();

-- It never takes a row, whatever there is in it; and one whose rows a trigger takes away later.
CREATE TABLE closed (id serial PRIMARY KEY, label text NOT NULL);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'closed for good'; END $$;
CREATE TRIGGER never BEFORE INSERT ON closed FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE pending (id serial PRIMARY KEY, label text NOT NULL);
CREATE FUNCTION work_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM pending WHERE id = NEW.id; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER worked_off AFTER INSERT ON pending DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION work_off();
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
