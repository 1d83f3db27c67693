#!/usr/bin/env bash
# Only a database that is known to be disposable is changed; what decides is what the server says.
own_sandbox=(--set cluster_name=plain) # a server that does not say it is a sandbox
. "$(dirname "$0")/lib.sh"

new_database shop_a
sql "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"
run 3 reset -d "$db" --execute
contains "$err" "resow: database \"$db_name\" (PostgreSQL "
contains "$err" "must not be changed: it is not known to be disposable: its name matches none of *test*, *dev*, *local*, *_ci*, *sandbox*, and it has no marker"
contains "$err" "ALTER DATABASE \"$db_name\" SET resow.disposable = on"
contains "$err" "--force-database $db_name"
equals "$out" ""
run 3 reset -d "$db" --execute --force-database other_name
contains "$err" '(--force-database names "other_name", which is not this one)'
PGOPTIONS="-c resow.disposable=on" run 3 reset -d "$db" --execute
equals "$(sql "SELECT count(*) FROM t")" 1 "the guard refused, and yet"
# The preview tells, and needs no permission.
run 0 reset -d "$db"
contains "$out" "Guard: database \"$db_name\""
contains "$out" "must not be changed"
lacks "$out" "To do it"
run 3 reset -d "$db" --execute --format json
contains "$out" '"outcome": "refused"'
contains "$out" "\"database\": \"$db_name\""
sql "ALTER DATABASE \"$db_name\" SET resow.disposable = on"
run 0 reset -d "$db" --execute
equals "$(sql "SELECT count(*) FROM t")" 0
run 0 reset -d "$db"
contains "$out" "may be changed"
contains "$out" "To do it: resow reset"

# A name like production needs to be said; protected is never overridden.
new_database shop_prod
sql "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"
run 3 reset -d "$db" --execute
contains "$err" 'its name looks like production ("prod")'
sql "ALTER DATABASE \"$db_name\" SET resow.disposable = on"
run 3 reset -d "$db" --execute
equals "$(sql "SELECT count(*) FROM t")" 1
run 0 reset -d "$db" --execute --force-database "$db_name"
equals "$(sql "SELECT count(*) FROM t")" 0

new_database test
sql "CREATE TABLE t (a int); INSERT INTO t VALUES (1)"
sql "ALTER DATABASE \"$db_name\" SET resow.protected = on"
for how in "" "--force-database $db_name"; do
  # shellcheck disable=SC2086
  PGOPTIONS="-c resow.protected=off" run 3 reset -d "$db" --execute $how
  contains "$err" "resow.protected is on; connect to a database for tests; nothing overrides this marker"
done
equals "$(sql "SELECT count(*) FROM t")" 1
# Reading is free.
run 0 inspect -d "$db"
