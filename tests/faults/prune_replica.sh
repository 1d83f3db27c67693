#!/usr/bin/env bash
# --max-lag with a real standby: while it does not replay, a prune says so and waits; then it goes on.
# shellcheck disable=SC2034,SC2154
own_sandbox=(--set wal_level=replica --set max_wal_senders=6)
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE jobs (id int PRIMARY KEY, created_at timestamptz NOT NULL);
     INSERT INTO jobs SELECT i, '2020-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 20000) AS i"
cat >"$work/policy.json" <<'END'
{ "delete": { "jobs": { "before": "2020-01-08", "by": "created_at" } } }
END
old=$(sql "SELECT count(*) FROM jobs WHERE created_at < '2020-01-08'")

# The standby: a copy of the server that listens on a socket of its own.
take_server
cd "$work"
tools=$(dirname "$binary")
[[ -x $tools/pg_basebackup ]] || tools=$(dirname "$(command -v pg_basebackup)")
chmod 711 "$work"
standby=$work/standby
mkdir -m 700 "$standby"
((EUID == 0)) && chown --reference="$data" "$standby"
as_server_user "$tools/pg_basebackup" -D "$standby" -R -X stream -c fast -d "$RESOW_TEST_SERVER application_name=reader"
settings=()
for name in max_connections max_worker_processes max_wal_senders max_prepared_transactions max_locks_per_transaction; do
  settings+=(-c "$name=$(server_sql "SHOW $name")")
done
as_server_user "$binary" -D "$standby" -k "$standby" -c listen_addresses= -c port=5432 -c hot_standby=on \
  -c wal_receiver_status_interval=1s "${settings[@]}" >"$work/standby.log" 2>&1 &
standby_pid=$!
trap 'kill -INT "$(head -1 "$standby/postmaster.pid" 2>/dev/null)" 2>/dev/null || kill "$standby_pid" 2>/dev/null || true; wait "$standby_pid" 2>/dev/null || true; clean_up' EXIT
user=$(sql "SELECT session_user")
on_standby() { psql -XAtq -v ON_ERROR_STOP=1 -d "host=$standby port=5432 user=$user dbname=$db_name" -c "$1"; }
streaming() { [[ $(sql "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 1 ]]; }
until_true streaming
until_true on_standby "SELECT 1" >/dev/null 2>&1

batches() { sql "SELECT coalesce(sum(batches), 0) FROM resow.run"; }
more_batches_than() { (($(batches 2>/dev/null || echo 0) > $1)); }
says() { grep -q "$1" "$started.err"; }
options=(--batch-rows 50 --pause 10ms --max-lag 700ms)

# Who may not see how far replicas are is told before anything happens.
role=pruner_$$
server_sql "CREATE ROLE $role LOGIN"
sql "GRANT CREATE ON DATABASE \"$db_name\" TO $role; GRANT ALL ON jobs TO $role"
run 0 prune "$work/policy.json" -d "$db" -q
plan=$out
run 2 prune "$work/policy.json" -d "$db user=$role" --execute --plan "$plan" "${options[@]}"
contains "$err" "--max-lag: this role may not see how far replicas are behind; GRANT pg_monitor to it"
equals "$(sql "SELECT count(*) FROM jobs")" 20000
equals "$(sql "SELECT to_regclass('resow.run')")" ""
server_sql "GRANT pg_monitor TO $role"

# The standby does not replay: nothing of what it says of its lag moves, and it is behind all the same.
on_standby "SELECT pg_wal_replay_pause()"
start prune "$work/policy.json" -d "$db user=$role" --execute --plan "$plan" "${options[@]}"
until_true says "waiting for replica reader, which is [0-9.]* s behind"
waiting=$(batches)
sleep 1
equals "$(batches)" "$waiting" "it did not wait"
(($(sql "SELECT count(*) FROM jobs") > 20000 - old)) || fail "it was through before the standby was behind"
on_standby "SELECT pg_wal_replay_resume()"
until_true more_batches_than "$waiting"
ended 0
equals "$(sql "SELECT count(*) FROM jobs")" $((20000 - old))

# A run that has its time waits no longer than that.
cat >"$work/policy.json" <<'END'
{ "delete": { "jobs": { "before": "2020-01-13", "by": "created_at" } } }
END
run 0 prune "$work/policy.json" -d "$db" -q
on_standby "SELECT pg_wal_replay_pause()"
run 0 prune "$work/policy.json" -d "$db" --execute --plan "$out" "${options[@]}" --max-duration 3s
contains "$err" "waiting for replica reader"
contains "$out" "--max-duration is over"
on_standby "SELECT pg_wal_replay_resume()"
sql "DROP OWNED BY $role"
server_sql "DROP ROLE $role"
