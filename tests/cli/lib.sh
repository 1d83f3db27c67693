# What the tests of the command line share. Each is a bash script that begins with
#
#   . "$(dirname "$0")/lib.sh"
#
# and has RESOW, the binary, from ctest (else that of the preset dev). The server is the one that
# RESOW_TEST_SERVER (a conninfo of a superuser) names; else, or when the script has set own_sandbox
# (options of resow sandbox), the script starts again inside a sandbox.
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export RESOW=${RESOW:-$source_dir/build/dev/resow}
if [[ ${RESOW_TEST_IN_SANDBOX-} == "$0" ]]; then
  export RESOW_TEST_SERVER="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE"
elif [[ -z ${RESOW_TEST_SERVER-} || -n ${own_sandbox-} ]]; then
  RESOW_TEST_IN_SANDBOX=$0 exec "$RESOW" sandbox "${own_sandbox[@]}" -- bash "$0" "$@"
fi
# The one that the distribution's modules belong to, whatever else is in PATH.
python=python3
[[ -x /usr/bin/python3 ]] && python=/usr/bin/python3
# Debian's psql is a Perl script that looks for the real one, which takes longer than most queries do.
for folder in /usr/lib/postgresql/*/bin; do
  if [[ -x $folder/psql ]]; then PATH=$folder:$PATH; fi
done
# What the caller has in its environment must not decide a test.
unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS PGSERVICE NO_COLOR
export TERM=${TERM:-dumb} LC_ALL=C.UTF-8 PGTZ=UTC

work=$(mktemp -d)
databases=()
clean_up() {
  local name
  for name in "${databases[@]}"; do
    server_sql "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)" || true
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

server_sql() { psql -XAtq -v ON_ERROR_STOP=1 -d "$RESOW_TEST_SERVER" -c "$1"; }

# Makes a database and sets $db (its conninfo) and $db_name: new_database [SUFFIX, "test" by default
# [COPIED_DATABASE]].
new_database() {
  db_name="cli_$$_${#databases[@]}_${1-test}"
  databases+=("$db_name")
  server_sql "CREATE DATABASE \"$db_name\"${2:+ TEMPLATE \"$2\"}"
  db="$RESOW_TEST_SERVER dbname=$db_name"
}

sql() { psql -XAtq -v ON_ERROR_STOP=1 -d "$db" -c "$1"; }
# The statements of standard input, one after the other in one session.
sql_input() { psql -XAtq -v ON_ERROR_STOP=1 -d "$db"; }
sql_file() { psql -Xq -v ON_ERROR_STOP=1 -d "$db" -f "$1" >/dev/null; }

# The marketplace example in a new database.
new_marketplace() {
  new_database "${1-test}"
  sql_file "$source_dir/examples/marketplace/schema.sql"
}
batches=$source_dir/examples/marketplace/fresh_batches.json

# run STATUS ARGUMENTS...: runs resow, keeps stdout in $out and stderr in $err.
run() {
  local wanted=$1 status=0
  shift
  "$RESOW" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
  out=$(<"$work/out") err=$(<"$work/err")
  ((status == wanted)) || fail "resow $* ended with $status, not $wanted
--- stdout
$out
--- stderr
$err"
}

# json EXPRESSION: prints what Python makes of it, with the document that resow printed as d.
json() { "$python" -c "import json,sys; d = json.load(open('$work/out')); print($1)"; }
# conforms SCHEMA: what resow printed is as docs/SCHEMA.schema.json describes it.
conforms() { "$python" -c "import json, jsonschema; jsonschema.validate(json.load(open('$work/out')), json.load(open('$source_dir/docs/$1.schema.json')))"; }

as_root() { if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi; }

# A digest of every row of the schemas that match a LIKE pattern, and of where their sequences stand;
# not of schema resow, where runs are recorded.
checksum() {
  psql -XAtq -v ON_ERROR_STOP=1 -d "$db" <<SQL | sort | sha256sum
SELECT format('SELECT %L, count(*), sum(hashtextextended(t::text COLLATE "C", 0)::numeric) FROM %I.%I AS t',
              schemaname || '.' || tablename, schemaname, tablename)
FROM pg_tables WHERE schemaname LIKE '$1' AND schemaname !~ '^(pg_|information_schema\$|resow\$)' \gexec
SELECT format('SELECT %L, last_value, is_called FROM %I.%I', schemaname || '.' || sequencename,
              schemaname, sequencename)
FROM pg_sequences WHERE schemaname LIKE '$1' AND schemaname !~ '^(pg_|information_schema\$|resow\$)' \gexec
SQL
}

equals() { [[ $1 == "$2" ]] || fail "${3-not equal}
--- expected
$2
--- found
$1"; }
contains() { [[ $1 == *"$2"* ]] || fail "expected to find: $2
--- in
$1"; }
lacks() { [[ $1 != *"$2"* ]] || fail "did not expect to find: $2
--- in
$1"; }

# hold SQL: somebody else's session (of application other_session), in a transaction that has done SQL;
# release [SQL]: ends it, by ROLLBACK unless told otherwise.
hold() {
  local answer
  coproc psql -XAtq -v ON_ERROR_STOP=1 -d "$db application_name=other_session"
  holder=$COPROC_PID held_in=${COPROC[1]}  # both are unset as soon as it has ended
  printf 'BEGIN;\n%s;\n\\echo done\n' "$1" >&"$held_in"
  read -r answer <&"${COPROC[0]}"
  equals "$answer" "done"
}
release() {
  printf '%s;\n\\q\n' "${1-ROLLBACK}" >&"$held_in"
  wait "$holder"
}
