-- A backend that knows who is at work from the session's settings, with row security on every table.
CREATE TABLE app_user (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE, created_at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION signed_in() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
CREATE TABLE document (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id uuid NOT NULL REFERENCES app_user,
  title text NOT NULL CHECK (length(title) BETWEEN 3 AND 80), body text NOT NULL DEFAULT '');
CREATE FUNCTION owned_by_whoever_is_signed_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM app_user WHERE id = signed_in()) THEN RAISE EXCEPTION 'nobody is signed in'; END IF;
  NEW.owner_id := signed_in();
  RETURN NEW;
END $$;
CREATE TRIGGER owner BEFORE INSERT ON document FOR EACH ROW EXECUTE FUNCTION owned_by_whoever_is_signed_in();
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON document USING (owner_id = signed_in());
CREATE TABLE comment (id serial PRIMARY KEY, document_id bigint NOT NULL REFERENCES document ON DELETE CASCADE, author uuid NOT NULL DEFAULT signed_in() REFERENCES app_user, body text NOT NULL);
ALTER TABLE comment ENABLE ROW LEVEL SECURITY;
-- The trigger writes down who it was, and it has to be somebody.
CREATE TABLE species (code varchar(5) PRIMARY KEY, name text NOT NULL, changed_by varchar(20) NOT NULL);
CREATE FUNCTION changed_by_whom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_by := current_setting('app.user_name', true); RETURN NEW; END $$;
CREATE TRIGGER changed BEFORE INSERT OR UPDATE ON species FOR EACH ROW EXECUTE FUNCTION changed_by_whom();
