#!/usr/bin/env bash
# Workers lease schemas, and die: whoever comes next has the schema as its baseline says. Then the
# same beside a pooler in transaction mode.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
for schema in w_1 w_2 w_3; do
  sql "CREATE SCHEMA $schema; CREATE TABLE $schema.t (id serial PRIMARY KEY, x text);
       INSERT INTO $schema.t (x) SELECT 'seeded' FROM generate_series(1, 5)"
done
run 0 baseline -d "$db" -n 'w_*' --execute
before=$(checksum 'w_%')
leases() { sql "SELECT string_agg(schema, ' ') FROM resow.leases() AS l WHERE application_name = '$1'"; }
holds() { [[ $(leases "$1") == "$2" ]]; }

# client NAME SQL: a psql in the background that does SQL and then stays.
client() {
  psql -XAtq -v ON_ERROR_STOP=1 -d "$db application_name=$1" -c "$2" -c "SELECT pg_sleep(60)" \
    >"$work/$1.out" 2>&1 &
  client_pid=$!
}
# Dies without a word, in the middle of a statement, with a transaction that is not committed.
killed() {
  kill -9 "$1"
  wait "$1" 2>/dev/null || true
}

# Killed while it does nothing: the server frees what it held at once.
mkfifo "$work/in"
psql -XAtq -d "$db application_name=idle" -f "$work/in" >/dev/null 2>&1 &
idle_pid=$!
exec 7>"$work/in"
printf "SELECT resow.lease('w_*');\nUPDATE w_1.t SET x = 'idle'; DELETE FROM w_1.t WHERE id = 3;\n" >&7
printf "BEGIN; INSERT INTO w_1.t (x) VALUES ('never committed');\n" >&7
until_true holds idle w_1
dirty() { [[ $(sql "SELECT count(*) FROM resow.dirty()") == 2 ]]; }
until_true dirty
run 0 rewind -d "$db" -n w_2 --report  # what another has is none of its business
run 4 rewind -d "$db"
contains "$err" "others work with these schemas: w_1 is leased to pid "
contains "$err" "(idle, user "
# Nobody changes it over the holder's head.
run 4 reset -d "$db" -n w_1 --execute --lock-timeout 300ms
contains "$err" "schema w_1 is leased: pid "
contains "$err" "(idle, user "
run 4 baseline -d "$db" -n 'w_*' --execute --lock-timeout 300ms
contains "$err" "schema w_1 is leased: pid "
run 4 baseline -d "$db" -n w_1 --drop --execute --lock-timeout 300ms
contains "$err" "schema w_1 is leased: pid "
killed "$idle_pid"
exec 7>&-
equals "$(sql "SELECT resow.lease('w_1')")" w_1
equals "$(checksum 'w_%')" "$before" "handed out as the dead left it"

# Killed within a statement: freed when the statement ends, and whoever waits is told of it.
client busy "SELECT resow.lease('w_2'); UPDATE w_2.t SET x = 'busy'"
until_true holds busy w_2
run 0 rewind -d "$db" --report -n w_2
contains "$out" "busy"
killed "$client_pid"
status=0
psql -XAtq -d "$db" -c "SELECT resow.lease('w_2', '0.3 s')" >"$work/out" 2>"$work/err" || status=$?
equals "$status" 1
contains "$(cat "$work/err")" "came free within 0.3 s: w_2 is leased to pid "
contains "$(cat "$work/err")" "(busy, user "
sql "SELECT pg_terminate_backend(pid) FROM resow.leases() WHERE application_name = 'busy'" >/dev/null
equals "$(sql "SELECT resow.lease('w_2')")" w_2
equals "$(checksum 'w_%')" "$before"

# Eight workers share three schemas; each finds its own as it was, whoever had it before and however
# that one ended.
cat >"$work/task.sql" <<'SQL'
\set ON_ERROR_STOP on
SELECT resow.lease('w_*', '2 min') AS own \gset
SET search_path = :own;
SELECT count(*) = 5 AND bool_and(x = 'seeded') AND min(id) = 1 AS as_it_was FROM t \gset
INSERT INTO t (x) VALUES (:'name') RETURNING id = 6 AS next \gset
UPDATE t SET x = :'name' WHERE id = 1 + :round % 5;
SELECT count(*) = 2 AS alone FROM t WHERE x = :'name' \gset
SELECT :'as_it_was' || :'next' || :'alone';
SQL
printf '%s\n' "SELECT pg_sleep(0.02) \\g /dev/null" "SELECT resow.release() \\g /dev/null" >"$work/release.sql"
printf '%s\n' "\\! kill -9 \$PPID" >"$work/die.sql"
worker() {
  local round
  for round in 1 2 3 4 5 6; do
    local end=release.sql
    ((round % 3)) || end=die.sql
    ((round % 3 == 1)) && end=task_end.sql
    psql -XAtq -d "$db" -v name="$1" -v round="$round" -f "$work/task.sql" -f "$work/$end" 2>&1 || true
  done
}
: >"$work/task_end.sql"  # the end of the connection
for name in 1 2 3 4 5 6 7 8; do
  worker "worker_$name" >"$work/worker_$name" 2>&1 &
  workers+=($!)
done
for pid in "${workers[@]}"; do wait "$pid" || true; done
equals "$(cat "$work"/worker_* | grep -v Killed | sort | uniq -c | tr -s ' ')" " 48 ttt"
nobody() { [[ -z $(sql "SELECT schema FROM resow.leases()") ]]; }
until_true nobody
equals "$(sql "SELECT count(*) FROM generate_series(1, 3) AS i, resow.lease('w_' || i)")" 3
equals "$(checksum 'w_%')" "$before"

# Beside a pooler in transaction mode: who holds the lease has a connection of its own, and all work
# may go through the pooler, rewinds included.
start_pooler transaction
pooled() { psql -XAtq -v ON_ERROR_STOP=1 -d "$pooled" -c "$1"; }
client holder "SELECT resow.lease('w_*')"
until_true holds holder w_1
pooled "INSERT INTO w_1.t (x) VALUES ('pooled')"
equals "$(pooled "SELECT added FROM resow.rewind('w_1')")" 1
equals "$(checksum 'w_%')" "$before"

# A lease taken through it belongs to a connection of the pooler's: nobody else is given the schema,
# but it does not come back with the client's end.
equals "$(pooled "SELECT resow.lease('w_*')")" w_2
equals "$(pooled "SELECT resow.lease('w_*')")" w_3
status=0
pooled "SELECT resow.lease('w_*', '0.1 s')" 2>"$work/err" || status=$?
equals "$status" 1
contains "$(cat "$work/err")" "w_3 is leased to"
killed "$client_pid"
