# The hook: a test suite in bash and psql. A script that sources this defines functions test_...
# and ends with run_tests. PGHOST, PGDATABASE etc. say where the database is.
#
# RESOW_KEEP=1: what a failed test did stays, and the command to look at it is printed.

# run_tests DATASET SCHEMA: the last line of a script. (Bash would not heed the "set -e" that ends a
# test at its first failure in "run_tests ... || ...".)
run_tests() {
  local dataset=$1 schema=$2 test status failed=0
  set +e
  resow apply "$dataset" -n "$schema" --baseline --execute --quiet || return

  for test in $(compgen -A function test_); do
    (
      export PGOPTIONS="-c search_path=$schema -c resow.test=$test"
      set -e
      "$test"
    )
    status=$?
    if ((status == 0)); then
      echo "ok $test"
    else
      echo "not ok $test"
      failed=1
      if [[ -n ${RESOW_KEEP-} ]]; then
        psql -Xq -v ON_ERROR_STOP=1 -o /dev/null -c "SELECT resow.keep('$schema')"
        echo "kept until it is rewound by name: PGOPTIONS='-c search_path=$schema' psql -h '$PGHOST' -p '${PGPORT-5432}' -d '$PGDATABASE'"
        return 1
      fi
    fi
    psql -Xq -v ON_ERROR_STOP=1 -o /dev/null -c "SELECT resow.rewind('$schema')" || return
  done

  resow verify "$dataset" -n "$schema" --quiet || return
  return "$failed"
}

# equals FOUND EXPECTED
equals() {
  [[ $1 == "$2" ]] && return
  echo "  expected $2, found $1 (${BASH_SOURCE[1]}:${BASH_LINENO[0]})" >&2
  return 1
}

# sql STATEMENT: the values of its rows.
sql() { psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }
