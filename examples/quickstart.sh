#!/usr/bin/env bash
# From nothing to a first applied dataset, on a throwaway PostgreSQL: installs what is missing,
# builds, and shows examples/marketplace. Changes nothing outside of build/ and the sandbox.
set -euo pipefail
cd "$(dirname "$0")/.."
resow=build/release/resow

bold="" plain=""
if [[ -t 1 && -z ${NO_COLOR-} ]]; then bold=$'\033[1m' plain=$'\033[0m'; fi
title() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
run() {  # shows a command line, then runs it
  printf '\n$ %s\n' "$*"
  eval "$*"
}

tour() {
  cd examples/marketplace
  resow() { "$RESOW" "$@"; }
  title "A marketplace backend: one schema for each customer, 168 old jobs in user_1"
  run psql -q -f schema.sql
  run "resow inspect -n 'user_*'"

  title "What would a reset empty? A preview; nothing is changed"
  run "resow reset -n user_1"

  title "Bring every customer's schema to the state that fresh_batches.json declares"
  run cat fresh_batches.json
  run resow apply fresh_batches.json --execute

  title "Is it still so? Then somebody changes a row, and verify tells"
  run resow verify fresh_batches.json
  run "psql -q -c \"UPDATE user_2.batch_jobs SET status = 'running' WHERE marketplace = 'etsy'\""
  run "resow verify fresh_batches.json || echo \"exit status \$?\""
}

if [[ ${1-} == tour ]]; then
  tour
  exit
fi
cmake/install_packages.sh build
[[ -e build/release/build.ninja ]] || cmake --preset release
cmake --build --preset release
RESOW=$PWD/$resow "$resow" sandbox -- "$0" tour
cat <<END

Where to go next:
  $resow sandbox                           a throwaway server of your own; it says how to connect
  $resow apply --help                      every command has an example
  README.md, "Your own dataset"                           from your schema to your dataset
  docs/dataset.md                                         all that a dataset can say
END
