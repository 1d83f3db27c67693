#!/usr/bin/env bash
# Partitioned tables and inheritance: the preview is the execution, undo brings all of it back, and
# rows may move to another partition meanwhile.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
removed() { json "[(t['table'], t['removed'], t.get('kept')) for t in d['schemas'][0]['tables'] if t['action'] == 'delete']"; }
# prune_as_previewed POLICY WANTED [OPTION ...]: what the preview says is what goes; its run in $id.
prune_as_previewed() {
  local policy=$1 wanted=$2 plan
  shift 2
  run 0 prune "$policy" -d "$db" --format json
  equals "$(removed)" "$wanted" "the preview"
  plan=$(json "d['plan']")
  run 0 prune "$policy" -d "$db" --execute --plan "$plan" --format json "$@"
  id=$(json "d['run']")
  equals "$(sql "SELECT string_agg(\"table\" || ' ' || removed, ', ' ORDER BY \"table\") FROM resow.run_table WHERE run = $id AND removed > 0")" \
    "$(json "', '.join(sorted('%s %d' % (t['table'], t['removed']) for t in d['schemas'][0]['tables'] if t.get('removed')))")"
  equals "$(removed)" "$(sed -E 's/, [0-9]+\)/, None)/g' <<<"$wanted")" "the execution"
  run 0 prune "$policy" -d "$db" --check
}

# By range and below that by list; a key to the partitioned table, one of a partitioned table, one
# of a single partition.
sql "CREATE TABLE sites (id int PRIMARY KEY, opened_at date NOT NULL);
     CREATE TABLE events (id int NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, site_id int REFERENCES sites, note text, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
     CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (kind);
     CREATE TABLE events_2025_a PARTITION OF events_2025 FOR VALUES IN ('a');
     CREATE TABLE events_2025_b (note text, kind text NOT NULL, site_id int, at timestamptz NOT NULL, gone int, id int NOT NULL);
     ALTER TABLE events_2025_b DROP COLUMN gone;
     ALTER TABLE events_2025 ATTACH PARTITION events_2025_b FOR VALUES IN ('b');
     CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
     CREATE TABLE readings (id int PRIMARY KEY, event_id int, event_at timestamptz, event_kind text,
       FOREIGN KEY (event_id, event_at, event_kind) REFERENCES events ON DELETE CASCADE);
     CREATE TABLE bills (id int PRIMARY KEY, event_id int, event_at timestamptz, event_kind text,
       FOREIGN KEY (event_id, event_at, event_kind) REFERENCES events_2025_a);
     INSERT INTO sites SELECT i, '2024-01-01'::date + i FROM generate_series(1, 12) AS i;
     INSERT INTO events SELECT i, '2025-06-01'::timestamptz + i * interval '3 days', CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END, 1 + i % 10, 'note ' || i
       FROM generate_series(1, 120) AS i;
     INSERT INTO readings SELECT id * 10 + j, id, at, kind FROM events, generate_series(1, 3) AS j WHERE id % 2 = 0;
     INSERT INTO bills SELECT id, id, at, kind FROM events WHERE id IN (3, 6, 9)"
start=$(checksum public)
cat >"$work/events.json" <<'END'
{ "delete": {
    "readings": "follow",
    "events": { "before": "2026-03-01", "by": "at", "state": { "note": ["note 1", "note 2", "note 3", "note 4", "note 5", "note 6", "note 30", "note 60", "note 80", "note 90", "note 119"] } },
    "sites": { "without": "events", "before": "2025-01-01", "by": "opened_at" } },
  "preserve": ["bills"] }
END
for options in "--batch-rows 2" "--atomic" "--archive $work/archives"; do
  # Sites 11 and 12 have no events; 3 and 6 have bills.
  # shellcheck disable=SC2086
  prune_as_previewed "$work/events.json" "[('readings', 18, 0), ('events', 8, 2), ('sites', 2, 10)]" $options
  equals "$(sql "SELECT string_agg(id::text, ',' ORDER BY id) FROM events WHERE id IN (1, 2, 3, 4, 5, 6, 30, 60, 80, 90, 119)")" "3,6,119"
  run 0 undo "$id" -d "$db" --execute
  equals "$(checksum public)" "$start" "undo after $options"
done

# All of it: every partition, and those that have a key of their own keep what they refer to.
cat >"$work/all.json" <<'END'
{ "delete": { "readings": "all", "events": "all" }, "preserve": ["bills", "sites"] }
END
prune_as_previewed "$work/all.json" "[('readings', 180, 0), ('events', 117, 3)]" --batch-rows 7
run 0 undo "$id" -d "$db" --execute
equals "$(checksum public)" "$start"

# A row that moves to another partition while a batch waits for it goes from there; so does one that
# has moved since the batch looked.
cat >"$work/moving.json" <<'END'
{ "delete": { "readings": "follow", "events": { "where": "events.id > 100" } }, "preserve": ["bills", "sites"] }
END
sql "DELETE FROM readings WHERE event_id > 100"
moved=$(checksum public)
hold "UPDATE events SET at = '2025-02-02' WHERE id IN (101, 110); UPDATE events SET note = 'held' WHERE id = 111"
run 0 prune "$work/moving.json" -d "$db" -q
"$RESOW" prune "$work/moving.json" -d "$db" --execute --plan "$out" --batch-rows 5 >"$work/moving" 2>&1 &
running=$!
for _ in $(seq 100); do
  [[ $(sql "SELECT count(*) FROM events WHERE id > 100") == 3 ]] && break
  sleep 0.1
done
release COMMIT
wait "$running" || fail "$(cat "$work/moving")"
equals "$(sql "SELECT count(*) FROM events WHERE id > 100")" 0
id=$(sql "SELECT max(id) FROM resow.run")
equals "$(sql "SELECT removed FROM resow.run_table WHERE run = $id")" 20
run 0 undo "$id" -d "$db" --execute
equals "$(sql "SELECT count(*) FROM events WHERE at = '2025-02-02' AND tableoid = 'events_2025_b'::regclass")" 2
sql "UPDATE events SET at = '2025-06-01'::timestamptz + id * interval '3 days' WHERE id IN (101, 110);
     UPDATE events SET note = 'note 111' WHERE id = 111"
equals "$(checksum public)" "$moved"

# Inheritance: a table's rows are its own, whoever inherits from it.
sql "CREATE SCHEMA family;
     CREATE TABLE family.parents (id int PRIMARY KEY, at date NOT NULL);
     CREATE TABLE family.children (id int PRIMARY KEY, extra text) INHERITS (family.parents);
     INSERT INTO family.parents SELECT i, '2025-01-01'::date + i FROM generate_series(1, 10) AS i;
     INSERT INTO family.children SELECT i, '2025-01-01'::date + i, 'x' FROM generate_series(1, 10) AS i" 2>/dev/null
start=$(checksum family)
cat >"$work/family.json" <<'END'
{ "schemas": ["family"], "delete": { "parents": { "before": "2025-01-06", "by": "at" } } }
END
prune_as_previewed "$work/family.json" "[('parents', 4, 0)]" --batch-rows 3
equals "$(sql "SELECT count(*) FROM family.children")" 10
run 0 undo "$id" -d "$db" --execute
equals "$(checksum family)" "$start"
cat >"$work/family.json" <<'END'
{ "schemas": ["family"], "delete": { "children": "all" }, "reset": { "parents": { "columns": { "at": "2030-01-01" } } } }
END
prune_as_previewed "$work/family.json" "[('children', 10, 0)]"
equals "$(sql "SELECT count(*) FROM ONLY family.parents WHERE at = '2030-01-01'")" 10
run 0 undo "$id" -d "$db" --execute
equals "$(checksum family)" "$start"
