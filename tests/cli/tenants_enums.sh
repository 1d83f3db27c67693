#!/usr/bin/env bash
# Enums that lose or move labels: a new type takes the old one's place in columns, arrays, defaults,
# checks, keys, views and functions; rows that have a label which goes are counted, kept, and come back.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tenants_lib.sh"
new_database
sql "CREATE SCHEMA tpl"
psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<'SQL'
SET search_path = tpl;
CREATE TYPE state AS ENUM ('open', 'running', 'it''s done');
COMMENT ON TYPE state IS 'of a job';
CREATE TABLE states (state state PRIMARY KEY);
CREATE TABLE jobs (id int PRIMARY KEY, state state DEFAULT 'open', before state NOT NULL DEFAULT 'open' REFERENCES states, seen state[],
  is_open boolean GENERATED ALWAYS AS (state = 'open') STORED, CHECK (state <> 'running' OR id > 0), CHECK (before <= state));
CREATE INDEX open_jobs ON jobs (id) WHERE state = 'open';
CREATE INDEX by_state ON jobs (state, id);
CREATE VIEW open_ones AS SELECT id, state FROM jobs WHERE state = 'open';
CREATE FUNCTION next_of(state) RETURNS state LANGUAGE sql IMMUTABLE AS $$ SELECT 'running'::tpl.state $$;
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE UPDATE ON jobs FOR EACH ROW WHEN (new.state = 'running') EXECUTE FUNCTION trg();
CREATE TABLE parts (id int PRIMARY KEY, state state) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
SQL
run 0 tenants create 'u_{1..6}' --like tpl -d "$db" --execute
for i in {1..6}; do
  sql "INSERT INTO u_$i.states VALUES ('open'), ('running');
       INSERT INTO u_$i.jobs (id, state, before, seen) SELECT g, (ARRAY['open','running','it''s done'])[g]::u_$i.state, 'open', ARRAY['open','it''s done']::u_$i.state[] FROM generate_series(1, 3) AS g;
       INSERT INTO u_$i.parts VALUES (1, 'open'), (2, 'it''s done')"
done
rows_of() { sql "SELECT string_agg(concat_ws(' ', id, state, before, seen, is_open), '; ' ORDER BY id) FROM u_$1.jobs"; }
labels_of() { sql "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = '$1.state'::regtype"; }

# Labels that move: nothing is lost.
sql "UPDATE pg_enum SET enumsortorder = 9 WHERE enumtypid = 'tpl.state'::regtype AND enumlabel = 'running'"
before=$(rows_of 1)
run 0 tenants sync --like tpl -n u_1 -d "$db"
contains "$out" "ALTER TYPE state RENAME TO resow_old_1"
contains "$out" "CREATE TYPE state AS ENUM ('open', 'it''s done', 'running')"
contains "$out" "DROP TYPE resow_old_1"
lacks "$out" "would be lost"
run 0 tenants sync --like tpl -n u_1 -d "$db" --execute
equals "$(labels_of u_1)" "open,it's done,running"
equals "$(rows_of 1)" "$before"
run 0 tenants diff --like tpl -n u_1 -d "$db" --cosmetic
same_structure tpl u_1
run 0 undo "$(sql "SELECT max(id) FROM resow.run")" -d "$db" --execute
equals "$(labels_of u_1)" "open,running,it's done"
equals "$(rows_of 1)" "$before"
same_structure u_2 u_1

# A label that goes, and rows have it.
sql "UPDATE pg_enum SET enumsortorder = 2.5 WHERE enumtypid = 'tpl.state'::regtype AND enumlabel = 'running';
     DELETE FROM pg_enum WHERE enumtypid = 'tpl.state'::regtype AND enumlabel = 'it''s done'"
equals "$(labels_of tpl)" "open,running"
sql "UPDATE u_3.jobs SET state = 'open', seen = NULL; UPDATE u_3.parts SET state = 'open'"  # has it nowhere
sql "UPDATE u_4.jobs SET before = 'open'; INSERT INTO u_4.states VALUES ('it''s done')"     # a key that must not be NULL
state=$(checksum 'u_%')
run 0 tenants sync --like tpl -n u_2 -n u_3 -d "$db"
contains "$out" "would be lost: jobs.state can no longer be 'it''s done': 1 value"
contains "$out" "would be lost: jobs.seen can no longer be 'it''s done': 3 values"
contains "$out" "would be lost: parts.state can no longer be 'it''s done': 1 value"
run 2 tenants sync --like tpl -n u_2 -d "$db" --execute
contains "$err" "u_2: jobs.state can no longer be 'it''s done': 1 value would be lost; say --allow-loss"
run 2 tenants sync --like tpl -n u_4 -d "$db" --execute --allow-loss
contains "$err" "u_4: states.state can no longer be 'it''s done', and one row is; it is NOT NULL: give them another one first, where"
equals "$(checksum 'u_%')" "$state"
run 0 tenants sync --like tpl -n u_3 -d "$db" --execute
same_structure tpl u_3
before=$(rows_of 2; sql "SELECT id, state FROM u_2.parts ORDER BY id")
run 0 tenants sync --like tpl -n u_2 -d "$db" --execute --allow-loss
number=$(sed -n 's/^run //p' <<<"$out")
same_structure tpl u_2
equals "$(rows_of 2)" "1 open open {open} t; 2 running open {open} f; 3 open {open}"
run 0 tenants diff --like tpl -n u_2 -n u_3 -d "$db"
contains "$out" "like tpl: 2 schemas"
run 0 undo "$number" -d "$db" --execute
equals "$(rows_of 2; sql "SELECT id, state FROM u_2.parts ORDER BY id")" "$before"
same_structure u_5 u_2

# New labels that the template uses at once (PostgreSQL would refuse that in one transaction).
sql "ALTER TYPE tpl.state ADD VALUE 'new' BEFORE 'open'"
sql "ALTER TABLE tpl.jobs ALTER state SET DEFAULT 'new'"
run 0 tenants sync --like tpl -n u_3 -d "$db" --execute
same_structure tpl u_3
# New labels alone are added in place.
sql "ALTER TYPE tpl.state ADD VALUE 'newer'"
run 0 tenants sync --like tpl -n u_3 -d "$db"
contains "$out" "ALTER TYPE state ADD VALUE 'newer' AFTER 'running'"
lacks "$out" "RENAME"
run 0 tenants sync --like tpl -n u_3 -d "$db" --execute

# What cannot be done says how it can.
new_database
sql "CREATE SCHEMA tpl CREATE TABLE a (id int); CREATE TYPE tpl.state AS ENUM ('a', 'b'); CREATE TABLE tpl.parts (id int, state tpl.state) PARTITION BY LIST (state)"
run 0 tenants create u_1 u_2 --like tpl -d "$db" --execute -q
sql "DELETE FROM pg_enum WHERE enumtypid = 'tpl.state'::regtype AND enumlabel = 'b'"
run 2 tenants sync --like tpl -n 'u_*' -d "$db" --execute --allow-loss
contains "$err" "u_1, u_2: enum state cannot get other labels: parts is divided by parts.state; by hand: make a new table, copy the rows, rename it"
