#!/usr/bin/env bash
# Old jobs in every customer's schema: 168 in user_1, in the order of the foreign keys.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
policy=$source_dir/examples/marketplace/old_jobs.json
new_marketplace
start=$(checksum 'user%')
removed='[(t["table"], t["removed"]) for s in d["schemas"] if s["schema"] == "user_1" for t in s["tables"]]'
wanted="[('marketplace_tasks', 0), ('marketplace_jobs', 168), ('batch_jobs', 0)]"

# All of a table: that wants a word.
run 0 prune "$policy" -d "$db"
contains "$out" "marketplace_jobs: all of its 168 rows would go"
contains "$out" " --execute --plan "
[[ $out =~ --plan\ [^\ ]+\ --allow-everything ]] || fail "the line that does it lacks a word: $out"
equals "$(checksum 'user%')" "$start" "the preview changed something"
run 0 prune "$policy" -d "$db" --format json
equals "$(json "$removed")" "$wanted"
plan=$(json "d['plan']")
run 2 prune "$policy" -d "$db" --execute --plan "$plan"
contains "$err" "say --allow-everything if that is meant"
equals "$(checksum 'user%')" "$start"

run 0 prune "$policy" -d "$db" --allow-everything --execute --plan "$plan" --format json
equals "$(json "$removed")" "$wanted"
id=$(json "d['run']")
equals "$(sql "SELECT count(*) FROM user_1.marketplace_jobs")" 0

# A second look, with another cutoff: nothing.
run 0 prune "$policy" -d "$db" --cutoff 2026-01-19 --format json
equals "$(json "$removed")" "[('marketplace_tasks', 0), ('marketplace_jobs', 0), ('batch_jobs', 0)]"
run 0 prune "$policy" -d "$db" --cutoff 2026-01-19 --check

run 0 undo "$id" -d "$db" --execute
equals "$(checksum 'user%')" "$start" "undo did not bring all of it back"

# The cutoff of the story: what is newer stays.
run 0 prune "$policy" -d "$db" --cutoff 2025-09-01 --format json
left=$(sql "SELECT count(*) FROM user_1.marketplace_jobs WHERE created_at >= '2025-09-01'")
equals "$(json "sum(t['removed'] for s in d['schemas'] for t in s['tables'])")" $((168 - left))
