#!/usr/bin/env bash
# A statement_timeout of the role ends a load: that is said, with the step; everything as it was.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')
sql "ALTER DATABASE \"$db_name\" SET statement_timeout = '700ms'"
run 4 apply "$batches" -d "$db" --execute --scale 100000
contains "$err" "canceling statement due to statement timeout (SQLSTATE 57014)"
[[ $err =~ "COPY user_1." ]] || fail "no step named: $err"
contains "$err" "hint: statement_timeout"
contains "$out" "Nothing was changed."
sql "ALTER DATABASE \"$db_name\" RESET statement_timeout"
equals "$(checksum '%')" "$start"
