#!/usr/bin/env bash
# Indexes and keys that are dropped while rows come are as they were before, to the letter, and so is
# what stays because something else depends on it.
. "$(dirname "$0")/lib.sh"
new_database
version=$(sql "SHOW server_version_num")
nulls_not_distinct="" tablespace=""
((version < 150000)) || nulls_not_distinct="NULLS NOT DISTINCT"
if ((version >= 150000)); then  # before, a tablespace needs a folder of the server's
  tablespace="TABLESPACE space_$$"
  server_sql "SET allow_in_place_tablespaces = on" >/dev/null
  psql -XAtq -d "$RESOW_TEST_SERVER" -c "SET allow_in_place_tablespaces = on" -c "CREATE TABLESPACE space_$$ LOCATION ''"
  clean_up_database=$(declare -f clean_up | tail -n +2)
  clean_up() {
    server_sql "DROP DATABASE IF EXISTS \"$db_name\" WITH (FORCE)" || true
    server_sql "DROP TABLESPACE space_$$" || true
    rm -rf "$work"
  }
fi
sql "CREATE SCHEMA \"Shop 1\"; CREATE SCHEMA other;
     SET search_path = \"Shop 1\";
     CREATE TABLE people (
       id int PRIMARY KEY, email text COLLATE \"C\" NOT NULL, name text NOT NULL, tags text[] NOT NULL, born date,
       note jsonb, \"Größe\" numeric, code int NOT NULL, twin int,
       CONSTRAINT by_email UNIQUE (email) INCLUDE (name) WITH (fillfactor = 70),
       CONSTRAINT later UNIQUE (code, name) DEFERRABLE INITIALLY DEFERRED,
       CONSTRAINT sometimes UNIQUE (code) DEFERRABLE);
     CREATE UNIQUE INDEX seldom ON people (twin) $nulls_not_distinct;
     ALTER TABLE people ADD CONSTRAINT twins UNIQUE USING INDEX seldom;
     CREATE INDEX \"by \"\"name\"\"\" ON people (name text_pattern_ops DESC NULLS LAST, born) WHERE born IS NOT NULL;
     CREATE INDEX by_tags ON people USING gin (tags) WITH (fastupdate = off);
     CREATE INDEX by_note ON people USING gin (note jsonb_path_ops);
     CREATE INDEX by_born ON people USING brin (born) WITH (pages_per_range = 16);
     CREATE INDEX by_hash ON people USING hash (name) $tablespace;
     CREATE UNIQUE INDEX by_lower ON people (lower(email) COLLATE \"C\", (code + 1)) $tablespace;
     ALTER INDEX by_lower ALTER COLUMN 1 SET STATISTICS 17;
     ALTER INDEX by_lower ALTER COLUMN 2 SET STATISTICS 0;
     COMMENT ON INDEX by_lower IS 'it''s an index';
     COMMENT ON INDEX people_pkey IS 'the index';
     COMMENT ON CONSTRAINT people_pkey ON people IS 'the key';
     ALTER INDEX by_born DEPENDS ON EXTENSION plpgsql;
     ALTER TABLE people CLUSTER ON by_email, REPLICA IDENTITY USING INDEX by_email;
     CREATE TABLE \"Orders\" (id int CONSTRAINT \"Orders key\" PRIMARY KEY, person int NOT NULL REFERENCES people,
       email text NOT NULL COLLATE \"C\" CONSTRAINT mail REFERENCES people (email), twin int REFERENCES people (twin));
     CREATE INDEX ON \"Orders\" (person);"
cat >"$work/d.json" <<'JSON'
{ "schemas": ["Shop 1"],
  "tables": { "people": { "rows": 60, "columns": { "born": { "between": ["1990-01-01", "2000-01-01"] } } },
              "Orders": { "per": { "table": "people", "foreign_key": "Orders_person_fkey" }, "rows": 3 } } }
JSON
structure() { pg_dump --schema-only --no-sync -N resow -d "$db" | grep -v '^\\\(un\)\?restrict'; }
# What pg_dump does not tell.
others() {
  sql "SELECT c.relname, i.indisvalid, i.indisclustered, i.indisreplident, i.indimmediate, obj_description(c.oid, 'pg_class'),
         (SELECT array_agg((a.attnum, a.attstattarget) ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = c.oid),
         pg_get_userbyid(c.relowner)
       FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
       WHERE c.relnamespace IN ('\"Shop 1\"'::regnamespace, 'other'::regnamespace) ORDER BY 1"
  sql "SELECT conname, conrelid::regclass, conindid::regclass, convalidated FROM pg_constraint
       WHERE connamespace IN ('\"Shop 1\"'::regnamespace, 'other'::regnamespace) ORDER BY 1, 2"
}
oids() { sql "SELECT relname || ' ' || oid FROM pg_class WHERE relkind = 'i' AND relnamespace = '\"Shop 1\"'::regnamespace ORDER BY 1"; }
# Names of the indexes that are the same ones as in $1.
same() { comm -12 <(sort <<<"$1") <(oids | sort) | sed 's/ [0-9]*$//' | paste -sd,; }

before=$(structure; others)
run 0 apply "$work/d.json" -d "$db" --execute --remake-keys never
never=$(checksum 'Shop 1')
old=$(oids)
run 0 apply "$work/d.json" -d "$db" --execute
equals "$(same "$old")" "$(sed 's/ [0-9]*$//' <<<"$old" | sort | paste -sd,)" "few rows, and yet an index was made again"

run 0 apply "$work/d.json" -d "$db" --remake-keys always
contains "$out" "dropped meanwhile and made again"
contains "$out" "primary key people_pkey"
contains "$out" "unique index by_lower"
for _ in 1 2; do
  old=$(oids)
  run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
  equals "$(structure; others)" "$before"
  equals "$(checksum 'Shop 1')" "$never"
  equals "$(same "$old")" "" "indexes that were not made again"
done
run 0 verify "$work/d.json" -d "$db"

# What is used elsewhere stays, with a reason, and everything else is made again.
sql "SET search_path = \"Shop 1\";
     CREATE VIEW counts AS SELECT p.id, p.name, count(*) FROM people AS p JOIN \"Orders\" AS o ON o.person = p.id GROUP BY p.id;
     CREATE TABLE other.fans (email text COLLATE \"C\" REFERENCES people (email));
     CREATE FUNCTION other.plus(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT \$1 + 1';
     CREATE INDEX by_function ON people (other.plus(code));
     ALTER TABLE people ADD CONSTRAINT apart EXCLUDE USING btree (code WITH =);
     CREATE RULE again AS ON UPDATE TO other.fans DO ALSO
       INSERT INTO people (id, email, name, tags, code, twin) VALUES (0, '', '', '{}', 0, 0) ON CONFLICT ON CONSTRAINT twins DO NOTHING"
before=$(structure; others)
run 0 apply "$work/d.json" -d "$db" --remake-keys always
for why in "people_pkey +rule _RETURN on view .*counts depends on it" "by_email +foreign key .* other.fans" \
  "by_function +it calls function other.plus" "apart +.*exclusion" "twins +rule again on table other.fans depends on it"; do
  grep -Eq "$why" <<<"$out" || fail "expected to find: $why
--- in
$out"
done
old=$(oids)
run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
equals "$(structure; others)" "$before"
equals "$(same "$old")" "apart,by_email,by_function,people_pkey,twins"

# Several equal indexes: a foreign key stays on the one that it hangs on, though that is the younger one.
sql "SET search_path = \"Shop 1\"; DROP VIEW counts; DROP TABLE other.fans;
     CREATE UNIQUE INDEX people_id ON people (id)"
sql "REINDEX INDEX CONCURRENTLY \"Shop 1\".people_pkey"
before=$(structure; others)
contains "$before" 'Orders_person_fkey|"Shop 1"."Orders"|"Shop 1".people_pkey'
run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
equals "$(structure; others)" "$before"

# An index that is not valid stays. (TRUNCATE itself makes it valid.)
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '\"Shop 1\".by_tags'::regclass"
old=$(oids)
run 0 apply "$work/d.json" -d "$db" --execute --remake-keys always
contains "$(same "$old")" "by_tags"

# Rows that an index refuses: everything is as it was, and the message says how to see which row it was.
sql "CREATE UNIQUE INDEX parity ON \"Shop 1\".people ((id % 100 + code * 0)) WHERE \"Größe\" IS NOT NULL"
before=$(structure; others) start=$(checksum 'Shop 1')
sed -i 's/"rows": 60, "columns": {/"rows": 160, "columns": { "Größe": 1,/' "$work/d.json"
for when in never always; do
  run 4 apply "$work/d.json" -d "$db" --execute --remake-keys $when
  contains "$err" "SQLSTATE 23505"
  equals "$(checksum 'Shop 1')" "$start"
  equals "$(structure; others)" "$before"
done
contains "$err" "parity"
contains "$err" "--remake-keys never"

# A role that owns the tables and may create nothing in their schema: foreign keys alone are made again.
new_database_as_owner() {
  sql "CREATE ROLE owner_$$ LOGIN; DROP INDEX \"Shop 1\".parity;
       GRANT USAGE ON SCHEMA \"Shop 1\" TO owner_$$; ALTER TABLE \"Shop 1\".people OWNER TO owner_$$; ALTER TABLE \"Shop 1\".\"Orders\" OWNER TO owner_$$"
}
new_database_as_owner
before=$(structure; others) old=$(oids)
run 0 apply "$work/d.json" -d "$db user=owner_$$" --execute --remake-keys always
equals "$(structure; others)" "$before"
equals "$(same "$old")" "$(sed 's/ [0-9]*$//' <<<"$old" | sort | paste -sd,)"
sql "GRANT CREATE ON SCHEMA \"Shop 1\" TO owner_$$; DROP INDEX \"Shop 1\".by_tags, \"Shop 1\".by_function;
     ALTER TABLE \"Shop 1\".people DROP CONSTRAINT apart"
before=$(structure; others) old=$(oids)
run 0 apply "$work/d.json" -d "$db user=owner_$$" --execute --remake-keys always
equals "$(structure; others)" "$before"
((version < 150000)) || equals "$(same "$old")" "by_hash,by_lower,people_pkey"
sql "DROP OWNED BY owner_$$ CASCADE; DROP ROLE owner_$$"
