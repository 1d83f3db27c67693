#!/usr/bin/env bash
# The example from start to end: analysis, preview, deletion in batches, history, undo.
# shellcheck disable=SC2154
. "$(dirname "$0")/../../tests/cli/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
policy=$here/retention.json
new_database test
sql_file "$here/schema.sql"
start=$(checksum odds)

# By the facts of the schema alone: what the script of old would have deleted, in its order.
by_hand() {  # prefix: rows that go of market odds, odds, runs, events, tournaments
  sql "WITH old_events AS (SELECT * FROM odds.$1events WHERE starts_at < now() - interval '365 days'),
         runs AS (SELECT * FROM odds.$1scrape_runs WHERE started_at < now() - interval '90 days' OR event_id IN (SELECT id FROM old_events)),
         snapshots AS (SELECT * FROM odds.$1odds_snapshots WHERE captured_at < now() - interval '90 days' OR scrape_run_id IN (SELECT id FROM runs))
       SELECT (SELECT count(*) FROM odds.$1market_odds WHERE odds_snapshot_id IN (SELECT id FROM snapshots)),
         (SELECT count(*) FROM snapshots), (SELECT count(*) FROM runs), (SELECT count(*) FROM old_events),
         (SELECT count(*) FROM odds.$1tournaments AS t WHERE created_at < now() - interval '365 days' AND NOT EXISTS
            (SELECT FROM odds.$1events AS e WHERE e.tournament_id = t.id AND e.id NOT IN (SELECT id FROM old_events)))"
}
own=$(by_hand '') theirs=$(by_hand competitor_)
removed='{t["table"]: t["removed"] for s in d["schemas"] for t in s["tables"]}'
listed() {
  json "'|'.join(str(($removed)['$1' + t]) for t in ['market_odds', 'odds_snapshots', 'scrape_runs', 'events', 'tournaments'])"
}

run 0 prune "$policy" -d "$db" --by-month --format json
equals "$(listed '')" "$own"
equals "$(listed competitor_)" "$theirs"
equals "$(json "sum(m['rows'] for t in d['schemas'][0]['tables'] if t['table'] == 'events' for m in t['months'])")" 200
order=$(json "[t['table'] for t in d['schemas'][0]['tables'] if not t['table'].startswith('competitor_')]")
equals "$order" "['market_odds', 'odds_snapshots', 'scrape_runs', 'events', 'tournaments']"
groups=$(json "[(g['group'], g['removed']) for g in d['groups']]")
equals "$groups" "[('own', $(($(tr '|' '+' <<<"$own")))), ('competitors', $(($(tr '|' '+' <<<"$theirs"))))]"
plan=$(json "d['plan']")
equals "$(checksum odds)" "$start" "the preview changed something"
run 0 prune "$policy" -d "$db" --by-month
contains "$out" "by month"
contains "$out" "Preserved: bookmakers (3 rows)"

run 0 prune "$policy" -d "$db" --execute --plan "$plan" --batch-rows 1000 --format json
equals "$(listed '')" "$own" "not what the preview said"
equals "$(listed competitor_)" "$theirs"
(($(json "d['batches']") > 5)) || fail "not in batches: $out"
id=$(json "d['run']")
equals "$(sql "SELECT count(*) FROM odds.tournaments WHERE name = 'Next year'")" 1
run 0 prune "$policy" -d "$db" --check

# The record: counts, ranges, duration, state.
run 0 history "$id" -d "$db" --format json
equals "$(json "d['runs'][0]['state']")" done
contains "$out" '"market_odds"'
run 0 undo "$id" -d "$db" --execute
equals "$(checksum odds)" "$start" "undo did not bring all of it back"

# A shorter window for once; a setting that is none.
run 0 prune "$policy" -d "$db" --set odds_retention='7 days'
run 2 prune "$policy" -d "$db" --set odds_retentoin='7 days'
contains "$err" "odds_retention"
