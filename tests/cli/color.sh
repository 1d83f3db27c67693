#!/usr/bin/env bash
# Colours and progress are for terminals: a pipe gets neither, unless it asks for colours.
. "$(dirname "$0")/lib.sh"
new_marketplace
escape=$'\033'

run 0 apply "$batches" -d "$db"
lacks "$out$err" "$escape"
run 0 apply "$batches" -d "$db" --color always
contains "$out" "${escape}[33mpreview"
NO_COLOR=1 run 0 apply "$batches" -d "$db" --color always
contains "$out" "${escape}[33mpreview"
# Many rows, so that it takes a while. (The SQL expectation counts the batches of --scale 1.)
sed '/"expect_sql"/,/^  \],/d' "$batches" >"$work/many.json"
run 0 apply "$work/many.json" -d "$db" --execute --scale 1500
equals "$err" "" "progress in a pipe"
