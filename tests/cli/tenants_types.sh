#!/usr/bin/env bash
# Composite types that change while columns are of them: a new type takes the old one's place; what
# attributes hold that go, or become of a narrower type, is counted, kept, and comes back. Operators
# and collations are made again, with what needs them.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tenants_lib.sh"
new_database
of_people() {  # SCHEMA ATTRIBUTES
  psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<SQL
SET client_min_messages = warning; DROP SCHEMA IF EXISTS $1 CASCADE; CREATE SCHEMA $1; SET search_path = $1;
CREATE TYPE address AS ($2); COMMENT ON COLUMN address.zip IS 'of the town';
CREATE TABLE people (id int PRIMARY KEY, home address NOT NULL, was address, "The ""Other""" address, CHECK ((home).zip > 0));
CREATE INDEX by_zip ON people (((home).zip));
CREATE TABLE loose (home address);
CREATE VIEW streets AS SELECT id, (home).street, home FROM people;
CREATE FUNCTION street_of(address) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT (\$1).street';
SQL
}
of_people tpl 'zip int, street text COLLATE "C", country text'
for i in 1 2 3; do
  of_people "u_$i" 'street text, zip bigint, note text'
  sql "SET search_path = u_$i; INSERT INTO people (id, home, was) SELECT g, ROW('s' || g, g, 'n' || g)::address, CASE g WHEN 1 THEN ROW(NULL, NULL, NULL)::address END FROM generate_series(1, 3) AS g;
       UPDATE people SET \"The \"\"Other\"\"\" = ROW('only', NULL, NULL)::address WHERE id = 2; INSERT INTO loose VALUES (ROW('x', 9, 'y')::address)"
done
rows_of() { sql "SELECT string_agg(concat_ws(' ', id, home, was IS DISTINCT FROM NULL, was, \"The \"\"Other\"\"\"), '; ' ORDER BY id) FROM u_$1.people"; }
state=$(checksum 'u_%')

run 0 tenants sync --like tpl -n u_1 -d "$db"
contains "$out" "ALTER TYPE address RENAME TO resow_old_1"
contains "$out" "would be lost: people.home: zip becomes integer, note goes: 3 values"
contains "$out" "would be lost: loose.home: zip becomes integer, note goes: 1 value"
lacks "$out" "people.was: zip becomes integer, note goes: 1"
run 2 tenants sync --like tpl -n u_1 -d "$db" --execute
contains "$err" "u_1: people.home: zip becomes integer, note goes: 3 values would be lost; say --allow-loss"
equals "$(checksum 'u_%')" "$state"
run 0 tenants sync --like tpl -n u_1 -d "$db" --execute --allow-loss
number=$(sed -n 's/^run //p' <<<"$out")
equals "$(rows_of 1)" '1 (1,s1,) t (,,); 2 (2,s2,) f (,only,); 3 (3,s3,) f'
run 0 tenants diff --like tpl -n u_1 -d "$db" --cosmetic
same_structure tpl u_1

# The way back: what was lost is there again, what was written meanwhile stays.
sql "UPDATE u_1.people SET home.street = 'new' WHERE id = 3; UPDATE u_1.people SET was = NULL"
run 0 undo "$number" -d "$db" --execute
contains "$out" "note: loose has no primary key to put values back by: they stay in resow.lost_"
equals "$(rows_of 1)" '1 (s1,1,n1) f; 2 (s2,2,n2) f (only,,); 3 (new,3,n3) f'
same_structure u_2 u_1

# Nothing that rows have is lost: no question.
sql "UPDATE u_2.people SET home = ROW((home).street, NULL, NULL)::u_2.address; DELETE FROM u_2.loose"
run 0 tenants sync --like tpl -n u_2 -d "$db" --execute
same_structure tpl u_2

# What the tenant alone has, types with it, goes and comes back; so do a key and a collation of its own.
psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<'SQL'
SET search_path = u_3;
CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TYPE pair AS (a address, k kind); CREATE DOMAIN code AS text CHECK (VALUE <> ''); CREATE COLLATION here (LOCALE = 'C');
ALTER TABLE people ADD more address[], ADD kind kind DEFAULT 'b', ADD named text COLLATE here;
UPDATE people SET more = ARRAY[home, NULL], named = 'n';
CREATE TABLE pairs (k kind PRIMARY KEY, p pair, c code);
INSERT INTO pairs (k, p, c) VALUES ('b', ROW(ROW('s, "x"', 1, NULL)::address, 'a')::pair, 'it''s');
SQL
all_of() { sql "SET search_path = u_3; SELECT string_agg(people::text, '; ' ORDER BY id) FROM people; SELECT * FROM pairs"; }
before=$(all_of; structure_of u_3 | tr -d , | sort)
run 0 tenants sync --like tpl -n u_3 -d "$db" --execute --allow-loss
number=$(sed -n 's/^run //p' <<<"$out")
same_structure tpl u_3
run 0 undo "$number" -d "$db" --execute
equals "$(all_of; structure_of u_3 | tr -d , | sort)" "$before"

# An array of it, and what is made of it, cannot be changed in place: it says how it is done by hand.
sql "SET search_path = tpl; ALTER TABLE people ADD more address[]; CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TYPE pair AS (a address, k kind);
     CREATE TABLE pairs (k kind PRIMARY KEY, p pair)"
run 2 tenants sync --like tpl -n u_3 -d "$db" --execute --allow-loss
contains "$err" "u_3: composite type address would have to be made anew, but column people.more is an array of it; by hand: make a new type and a function"
contains "$err" "u_3: composite type pair would have to be made anew, but column pairs.p uses it; by hand: make a new type, ALTER TABLE pairs"

# Operators and collations.
new_database
of_texts() {  # SCHEMA FUNCTION COLLATION
  psql -Xq -v ON_ERROR_STOP=1 -d "$db" <<SQL
CREATE SCHEMA $1; SET search_path = $1;
CREATE OPERATOR ~<< (FUNCTION = $2, LEFTARG = text, RIGHTARG = text, COMMUTATOR = >>~);
CREATE OPERATOR >>~ (FUNCTION = text_gt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = ~<<);
CREATE COLLATION as_here ($3);
CREATE TABLE names (id int PRIMARY KEY, name text, CHECK (name ~<< 'z'));
CREATE VIEW sorted AS SELECT id, name COLLATE as_here AS name FROM names WHERE name >>~ 'a';
SQL
}
of_texts tpl text_lt "LOCALE = 'C'"
of_texts u_1 text_le "LOCALE = 'POSIX'"
sql "INSERT INTO u_1.names VALUES (1, 'b')"
run 1 tenants diff --like tpl -n u_1 -d "$db"
contains "$out" "operator ~<<(text, text): definition FUNCTION = text_le"
contains "$out" "collation as_here: definition PROVIDER = libc, LOCALE = 'POSIX', should be PROVIDER = libc, LOCALE = 'C'"
run 0 tenants sync --like tpl -n u_1 -d "$db" --execute
number=$(sed -n 's/^run //p' <<<"$out")
same_structure tpl u_1
equals "$(sql "SELECT name FROM u_1.sorted")" b
run 0 undo "$number" -d "$db" --execute
contains "$(structure_of u_1)" "FUNCTION = text_le"
run 0 tenants create u_2 --like tpl -d "$db" --execute
same_structure tpl u_2
run 0 tenants drop u_1 u_2 -d "$db" --execute
