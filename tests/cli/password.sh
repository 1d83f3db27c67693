#!/usr/bin/env bash
# A server that wants a password: resow asks nobody, and says where it looks for one.
# shellcheck disable=SC2154,SC2034
own_sandbox=(--set log_min_messages=fatal)
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE ROLE asked LOGIN PASSWORD 'open sesame'"
hba=$(sql "SHOW hba_file")
{ echo "local all asked scram-sha-256"; cat "$hba"; } >"$work/hba"
cat "$work/hba" >"$hba"
sql "SELECT pg_reload_conf()" >/dev/null
export PGPASSFILE=$work/pgpass
hint="resow asks for none: set PGPASSWORD, write ~/.pgpass or a service file"

run 4 inspect -d "$db user=asked" </dev/null
contains "$err" "$hint"
PGPASSWORD=wrong run 4 inspect -d "$db user=asked"
contains "$err" "password authentication failed"
contains "$err" "$hint"
# Where it fails for another reason there is no such word.
run 4 inspect -d "$db user=nobody_of_that_name"
lacks "$err" "PGPASSWORD"
PGPASSWORD="open sesame" run 4 inspect -d "$db user=asked dbname=not_there"
contains "$err" "createdb"
lacks "$err" "PGPASSWORD"

PGPASSWORD="open sesame" run 0 inspect -d "$db user=asked"
echo "*:*:*:asked:open sesame" >"$PGPASSFILE"
chmod 600 "$PGPASSFILE"
run 0 inspect -d "$db user=asked"
