#!/usr/bin/env bash
# Hundreds of tenants that draw from one sequence, and a server with few locks: where the sequence
# goes on they change one after the other; where it starts anew they would need one transaction, which
# is refused before the first change, with the numbers.
# shellcheck disable=SC2154
own_sandbox=(--set max_locks_per_transaction=10 --set max_connections=12)
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE SEQUENCE public.ids"
sql "DO \$\$BEGIN FOR i IN 1..600 LOOP EXECUTE replace('
    CREATE SCHEMA user_@;
    CREATE TABLE user_@.jobs (id bigint PRIMARY KEY DEFAULT nextval(''public.ids''));
    INSERT INTO user_@.jobs DEFAULT VALUES', '@', i::text);
    IF i % 10 = 0 THEN COMMIT; END IF; END LOOP; END\$\$"
printf '{"schemas": ["user_*"], "tables": {"jobs": {"rows": 2}}}' >"$work/jobs.json"
run 0 apply "$work/jobs.json" -d "$db" --execute -j 2
equals "$(sql "SELECT last_value, is_called FROM public.ids")" "1801|f"

run 2 reset -n 'user_*' -n public -d "$db" --execute
contains "$err" "public and 600 schemas more change in one transaction, because they draw from sequence public.ids"
contains "$err" "that takes 1,202 locks at least, and the server has room for some "
contains "$err" "set max_locks_per_transaction to "
equals "$(sql "SELECT count(*) FROM user_600.jobs")" 2

# One schema of many tables: its baseline is refused before anything is changed.
sql "DO \$\$BEGIN CREATE SCHEMA big; FOR i IN 1..300 LOOP EXECUTE 'CREATE TABLE big.t' || i || ' (id int PRIMARY KEY)';
    IF i % 10 = 0 THEN COMMIT; END IF; END LOOP; END\$\$"
run 2 baseline -n big -d "$db"
contains "$err" "the baseline of big is taken in one transaction: that takes 1,800 locks at least, and the server has room for some "
run 2 baseline -n big -d "$db" --execute
equals "$(sql "SELECT to_regclass('resow.baseline') IS NULL")" t
