#!/usr/bin/env bash
# Without --execute nothing is changed; the preview names every table, and ends with the line to run.
. "$(dirname "$0")/lib.sh"
new_marketplace
start=$(checksum '%')
export PATH="$(dirname "$RESOW"):$PATH"
cd "$source_dir/examples/marketplace"

run 0 reset -d "$db" -n 'user_*' -T products -T product_images
contains "$out" "marketplace_jobs"
contains "$out" "168 rows"
contains "$out" "excluded by -T"
contains "$out" "Nothing was changed."
equals "$(tail -n 1 <<<"$out")" \
  "To do it: resow reset -d '$db' -n 'user_*' -T products -T product_images --execute"
run 0 seed fresh_batches.json -d "$db"
contains "$out" "Nothing was changed."
run 0 apply fresh_batches.json -d "$db" --quiet
equals "$(checksum '%')" "$start" "a preview changed something"

# A password does not come out again.
run 0 reset -d "$db password=secret" -n user_1
lacks "$out$err" secret
run 0 reset -d "$db password=secret" -n user_1 --format json
lacks "$out$err" secret

# The line does it.
run 0 apply fresh_batches.json -d "$db"
line=$(sed -n 's/^To do it: //p' <<<"$out")
eval "$line" >"$work/out"
contains "$(cat "$work/out")" "apply: ok"
equals "$(sql "SELECT count(*) FROM user_1.marketplace_jobs")" 8
