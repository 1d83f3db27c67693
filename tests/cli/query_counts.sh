#!/usr/bin/env bash
# What looks at many schemas asks as many questions of thirty as of nine.
# shellcheck disable=SC2034,SC2154
own_sandbox=(--set shared_preload_libraries=pg_stat_statements)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/tenants_lib.sh"
new_template
sql "CREATE EXTENSION pg_stat_statements SCHEMA public"
run 0 tenants create 'user_{1..30}' --like tpl -d "$db" --execute -j 2 -q

# questions PATTERN COMMAND...: sets $questions, how many statements the command has the server execute.
questions() {
  local pattern=$1
  shift
  sql "SELECT public.pg_stat_statements_reset()" >/dev/null
  run 0 "$@" -n "$pattern" -d "$db"
  questions=$(sql "SELECT sum(calls) FROM public.pg_stat_statements WHERE query !~ 'pg_stat_statements'")
  ((questions > 10)) || fail "$*: only $questions statements were counted"
}
for command in "diff --like tpl" list; do
  read -ra words <<<"$command"
  questions 'user_?' tenants "${words[@]}"
  of_nine=$questions
  questions 'user_*' tenants "${words[@]}"
  equals "$questions" "$of_nine" "statements of tenants $command"
done
