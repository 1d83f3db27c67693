#!/usr/bin/env bash
# A rewind that is ended half way has undone nothing, and the next one does it: the server's process
# is ended, the client is killed, the client is interrupted.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE parents (id serial PRIMARY KEY, note text);
     CREATE TABLE children (id serial PRIMARY KEY, parent int NOT NULL REFERENCES parents ON DELETE CASCADE, n int);
     CREATE INDEX ON children (parent);
     INSERT INTO parents (note) SELECT 'p' || i FROM generate_series(1, 2000) AS i;
     INSERT INTO children (parent, n) SELECT 1 + i % 2000, i FROM generate_series(1, 60000) AS i"
before=$(checksum public)
run 0 baseline -d "$db" --execute
spoil() {
  sql "UPDATE children SET n = n + 1; DELETE FROM parents WHERE id % 2 = 0;
       INSERT INTO parents (note) SELECT 'new' FROM generate_series(1, 2000);
       INSERT INTO children (parent, n) SELECT id, 1 FROM parents WHERE note = 'new'" >/dev/null
}
# Rows alone: where sequences stand is not transactional, and the next rewind sets them again.
rows() {
  sql "SELECT md5(string_agg(p::text, ' ' ORDER BY id)) FROM parents AS p;
       SELECT md5(string_agg(c::text, ' ' ORDER BY id)) FROM children AS c"
}
# The session in which the rewind changes rows: it holds locks for that.
rewinding() {
  pid=$(sql "SELECT l.pid FROM pg_locks AS l WHERE l.relation = 'children'::regclass
             AND l.mode = 'RowExclusiveLock' AND l.granted LIMIT 1")
  [[ -n $pid ]]
}
# What is put back is held up by a lock on one row of the second table, so that it is half way.
half_way() {
  hold "SELECT FROM children WHERE parent = 3 FOR UPDATE"
}

spoil
spoiled=$(rows)
for how in terminate kill interrupt; do
  half_way
  start rewind -d "$db" --lock-timeout 60s
  until_true rewinding
  until_true waiting_for_a_lock
  case $how in
    terminate)
      sql "SELECT pg_terminate_backend($pid)" >/dev/null
      ended 4
      contains "$err" "57P01"
      ;;
    kill)
      kill_it
      # The server sees it when it has done what it was asked for, and does not keep it.
      ;;
    interrupt)
      kill -INT "$resow_pid"
      ended 130
      ;;
  esac
  release
  until_true nobody_left
  equals "$(rows)" "$spoiled" "after: $how"
done
run 0 rewind -d "$db"
equals "$(checksum public)" "$before"

# From SQL, one statement in a transaction of its own: all of it or nothing.
spoil
spoiled=$(rows)
half_way
psql -XAtq -d "$db application_name=resow" -c "SET resow.lock_timeout = '60s'; SELECT count(*) FROM resow.rewind()" >"$work/rewound" 2>&1 &
client=$!
until_true rewinding
sql "SELECT pg_terminate_backend($pid)" >/dev/null
wait "$client" && fail "the rewind ended well"
release
until_true nobody_left
equals "$(rows)" "$spoiled"
sql "SELECT FROM resow.rewind()"
equals "$(checksum public)" "$before"
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
