#!/usr/bin/env bash
# A deadlock with another session: the run that the server picks tries again, and says so. One that
# meets a deadlock whenever it tries gives up; everything as it was.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
run 0 apply "$batches" -d "$db" --execute -n user_1
# The run is the one that looks for a deadlock; not before the other has begun to wait.
sql "ALTER DATABASE \"$db_name\" SET deadlock_timeout = '2500ms'"
hold "SET deadlock_timeout = 600000; UPDATE user_1.batch_jobs SET status = status"

start apply "$batches" -d "$db" --execute -n user_1
until_true waiting_for_a_lock
release "DELETE FROM user_1.marketplace_tasks; ROLLBACK"
ended 0
contains "$err" "user_1: deadlock detected (SQLSTATE 40P01), trying again"
run 0 verify "$batches" -d "$db" -n user_1

# Every time.
sql "CREATE FUNCTION user_2.deadlock() RETURNS trigger LANGUAGE plpgsql AS \$\$
       BEGIN RAISE 'deadlock detected' USING ERRCODE = '40P01', DETAIL = E'Process 1 waits.\\nProcess 2 waits.'; END\$\$;
     CREATE TRIGGER deadlock BEFORE INSERT ON user_2.batch_jobs FOR EACH ROW EXECUTE FUNCTION user_2.deadlock()"
start=$(checksum '%')
run 4 apply "$batches" -d "$db" --execute -n user_2
equals "$(grep -c 'trying again' "$work/err")" 5
contains "$err" "resow: COPY user_2.batch_jobs: deadlock detected (SQLSTATE 40P01)"
contains "$err" "  table: user_2.batch_jobs
  detail: Process 1 waits.
          Process 2 waits."
contains "$out" "Nothing was changed."
equals "$(checksum '%')" "$start"
