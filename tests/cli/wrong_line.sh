#!/usr/bin/env bash
# A wrong command line: status 2, all its faults with suggestions on stderr, no other output.
. "$(dirname "$0")/lib.sh"

run 2 aply data.json
equals "$err" 'resow: aply: unknown command; did you mean "apply"?'
equals "$out" ""

run 2 apply data.json --jbos 4 --eventualy=3s
equals "$err" 'resow: --jbos: unknown option of resow apply; did you mean "--jobs"?
resow: --eventualy: unknown option of resow apply; see "resow apply --help"'

run 2 apply -j 0 --scale x
equals "$(sort <<<"$err")" 'resow: --jobs: "0" is not a number that it takes; say a whole number from 1 to 256
resow: --scale: "x" is not a number that it takes; say a whole number from 1 to 2,147,483,647
resow: DATASET: resow apply needs a dataset; name its file, or - for standard input'

run 2 apply d.json --exec --seed 5
equals "$err" 'resow: --exec: unknown option of resow apply; did you mean "--execute"?
resow: --seed: unknown option of resow apply; the seed is the dataset'"'"'s: "seed": 5'

# The word that libpq does not know may be a piece of a password; what it may have meant is said.
run 2 reset -d 'host=127.0.0.1 prot=1'
contains "$err" 'invalid connection option "..."; did you mean "port"?'

run 2
contains "$err" "resow: no command is given"

# In the format that the line asks for.
run 2 apply --bogus --format json
contains "$out" '"outcome": "failed"'
contains "$out" '"where": "--bogus"'

# A connection where none is wanted: its password is not said again.
for line in "reset postgresql://u:secret@h/db" "postgresql://u:secret@h/db" "apply postgresql://u:secret@h/db"; do
  # shellcheck disable=SC2086
  run 2 $line
  lacks "$out$err" secret
done
