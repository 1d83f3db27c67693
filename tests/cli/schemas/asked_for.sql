-- What triggers, generated columns and partitions ask for that no column declares.

-- Columns made out of a document: each path has to lead to something of the right form.
CREATE TYPE run_state AS ENUM ('CREATED', 'RUNNING', 'DONE');
CREATE FUNCTION state_of(text) RETURNS run_state LANGUAGE sql IMMUTABLE AS 'SELECT $1::run_state';
CREATE FUNCTION time_of(text) RETURNS timestamp LANGUAGE sql IMMUTABLE AS 'SELECT $1::timestamptz AT TIME ZONE ''UTC''';
CREATE TABLE execution (
  key varchar(250) PRIMARY KEY,
  value jsonb NOT NULL,
  deleted boolean NOT NULL GENERATED ALWAYS AS ((value ->> 'deleted')::boolean) STORED,
  namespace varchar(150) NOT NULL GENERATED ALWAYS AS (value ->> 'namespace') STORED,
  state run_state NOT NULL GENERATED ALWAYS AS (state_of(value #>> '{state,current}')) STORED,
  attempts bigint NOT NULL GENERATED ALWAYS AS ((value #>> '{state,attempts}')::bigint) STORED,
  started timestamp NOT NULL GENERATED ALWAYS AS (time_of(value #>> '{state,startDate}')) STORED,
  worker varchar(36) NOT NULL GENERATED ALWAYS AS ((value -> 'worker') ->> 'uuid') STORED,
  CHECK (jsonb_typeof(value -> 'labels') = 'array')
);

-- A day's partitions, each in one for every state.
CREATE TYPE run_result AS ENUM ('OK', 'FAILED');
CREATE TABLE result (id bigint NOT NULL, at timestamptz NOT NULL, result run_result NOT NULL, PRIMARY KEY (at, id, result)) PARTITION BY RANGE (at);
CREATE TABLE result_day PARTITION OF result FOR VALUES FROM ('2026-11-27 00:00:00+00') TO ('2026-11-28 00:00:00+00') PARTITION BY LIST (result);
CREATE TABLE result_day_ok PARTITION OF result_day FOR VALUES IN ('OK');
CREATE TABLE result_day_failed PARTITION OF result_day FOR VALUES IN ('FAILED');

-- A trigger writes the name of the kind: the table of kinds has to know it.
CREATE TYPE item_kind AS ENUM ('POST', 'TOPIC', 'LIST');
CREATE TABLE known_kind (kind text PRIMARY KEY, position integer NOT NULL UNIQUE, description text);
CREATE TABLE item (id serial PRIMARY KEY, kind item_kind NOT NULL, kind_name text NOT NULL REFERENCES known_kind, title text NOT NULL);
CREATE FUNCTION name_kind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.kind_name := NEW.kind::text; RETURN NEW; END $$;
CREATE TRIGGER kind BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION name_kind();
CREATE TABLE remark (id serial PRIMARY KEY, item_id integer NOT NULL REFERENCES item, text text NOT NULL);

-- A supertype whose key has a form.
CREATE DOMAIN url_safe AS text CHECK (length(trim(value)) > 10) CHECK (value ~ '^[a-zA-Z0-9\-~\._]+$');
CREATE TABLE history_base (history_id url_safe PRIMARY KEY);
CREATE FUNCTION add_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO history_base VALUES (NEW.history_id); RETURN NEW; END $$;
CREATE TABLE host_history (history_id url_safe PRIMARY KEY REFERENCES history_base, name text);
CREATE TRIGGER base BEFORE INSERT ON host_history FOR EACH ROW EXECUTE FUNCTION add_history();
CREATE TABLE target_history (history_id url_safe PRIMARY KEY REFERENCES history_base, name text);
CREATE TRIGGER base BEFORE INSERT ON target_history FOR EACH ROW EXECUTE FUNCTION add_history();

-- What a function asks for stands where the trigger is made.
CREATE FUNCTION check_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF substr(NEW.slot, 1, 2) <> TG_ARGV[0] THEN RAISE EXCEPTION 'a slot begins with %', TG_ARGV[0]; END IF;
  RETURN NEW;
END $$;
CREATE TABLE wall_slot (slot varchar(20) PRIMARY KEY, room text NOT NULL);
CREATE TRIGGER slot BEFORE INSERT ON wall_slot FOR EACH ROW EXECUTE FUNCTION check_slot('WS');

-- Tags that nothing bears are taken away when the transaction ends. That is looked at for each
-- table where another one fails only then.
CREATE TABLE tag (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE artist (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE artist_tag (artist_id integer NOT NULL REFERENCES artist, tag_id integer NOT NULL REFERENCES tag, PRIMARY KEY (artist_id, tag_id));
CREATE TABLE work_tag (id serial PRIMARY KEY, tag_id integer NOT NULL REFERENCES tag, work text NOT NULL);
CREATE FUNCTION sweep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM tag AS t WHERE t.id = NEW.id AND NOT EXISTS (SELECT FROM artist_tag AS a WHERE a.tag_id = t.id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER swept AFTER INSERT ON tag DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sweep();
CREATE TABLE never (id serial PRIMARY KEY, label text NOT NULL);
CREATE FUNCTION refuse_later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM no_such_function(NEW.id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON never DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_later();

-- What is old goes at once.
CREATE TABLE checkin (id serial PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), text text NOT NULL);
CREATE FUNCTION prune_checkins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM checkin WHERE created_at < now() - interval '60 days'; RETURN NULL; END $$;
CREATE TRIGGER pruned AFTER INSERT ON checkin FOR EACH STATEMENT EXECUTE FUNCTION prune_checkins();
CREATE TABLE checkin_comment (id serial PRIMARY KEY, checkin_id integer NOT NULL REFERENCES checkin, text text NOT NULL);
