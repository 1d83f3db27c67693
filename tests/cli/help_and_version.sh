#!/usr/bin/env bash
# --help and --version say what there is, on stdout, with status 0, and ask nobody.
. "$(dirname "$0")/lib.sh"

run 0 --version
[[ $out =~ ^resow\ [0-9]+\.[0-9]+\.[0-9]+ ]] || fail "no version in: $out"
contains "$out" "libpqxx "
contains "$out" "libpq "
equals "$err" ""

run 0 --help
contains "$out" "Usage: resow COMMAND [OPTIONS]"
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' <<<"$out")
[[ $(wc -w <<<"$commands") -ge 5 ]] || fail "found only these commands: $commands"
for command in $commands; do
  run 0 "$command" --help
  contains "$out" "Usage: resow $command"
  contains "$out" "Example"
  contains "$out" "  resow $command"
  contains "$out" "-d,--dbname"
  equals "$err" ""
done

# Nobody is asked, so a server that is not there does not matter.
run 0 apply --help -d "host=/nowhere"
