#!/usr/bin/env bash
# The server under a baseline: restarted in an orderly way, it has forgotten nothing; after a crash
# (kill -9 of all of it) the journal is empty, and a rewind says so in place of doing nothing.
# shellcheck disable=SC2034,SC2154
own_sandbox=(--durable)
. "$(dirname "$0")/lib.sh"
new_marketplace
take_server

run 0 apply "$batches" -d "$db" -n user_1 --baseline --execute
before=$(checksum user_1)
spoil() {
  sql "DELETE FROM user_1.marketplace_jobs WHERE id < 4; UPDATE user_1.batch_jobs SET status = 'x';
       INSERT INTO user_1.products (sku, title, price, owner_id) SELECT 'n', 't', 1, min(id) FROM public.users" >/dev/null 2>&1 ||
    sql "DELETE FROM user_1.marketplace_jobs; UPDATE user_1.batch_jobs SET total_count = 99"
  [[ $(checksum user_1) != "$before" ]] || fail "nothing was changed"
}

# An orderly restart between the test and the rewind.
spoil
stop_server INT
begin_server
run 0 rewind -d "$db"
equals "$(checksum user_1)" "$before" "after a restart"

# A crash: what the test did is there, what it was before is not known any more.
spoil
spoiled=$(checksum user_1)
sql "CHECKPOINT"
stop_server KILL
begin_server
run 4 rewind -d "$db"
contains "$err" "the journal of schema user_1 was lost in a crash of the server"
contains "$err" "apply the dataset again with --baseline"
equals "$(checksum user_1)" "$spoiled" "a rewind that was refused"
# So it stays, also where a test has changed something since.
sql "DELETE FROM user_1.marketplace_tasks"
run 4 rewind -d "$db" -n user_1
contains "$err" "was lost in a crash"

run 0 apply "$batches" -d "$db" -n user_1 --baseline --execute
equals "$(checksum user_1)" "$before"
spoil
run 0 rewind -d "$db"
equals "$(checksum user_1)" "$before"
# A crash while nothing was in the journal is one too: nobody can know that nothing was.
stop_server KILL
begin_server
run 4 rewind -d "$db"
contains "$err" "was lost in a crash"
# What there is now may as well be the baseline, and the declared state can be applied again.
run 0 baseline -d "$db" -n user_1 --execute
run 0 rewind -d "$db"
equals "$out" "rewind: nothing had changed"
run 0 apply "$batches" -d "$db" -n user_1 --baseline --execute
equals "$(checksum user_1)" "$before"
clean_up
trap - EXIT
stop_server INT
