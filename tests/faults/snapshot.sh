#!/usr/bin/env bash
# What goes wrong with snapshots: a full disk, a client that is killed, an interrupt, files that are
# damaged or cut off, rows that come while one is taken.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"
new_database
sql "CREATE TABLE a (id serial PRIMARY KEY, note text); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
     INSERT INTO a (note) SELECT md5(i::text) FROM generate_series(1, 600000) AS i; INSERT INTO b SELECT i, i FROM generate_series(1, 50000) AS i"
before=$(checksum public)
file=$work/good
run 0 snapshot -d "$db" "$file"

# Damaged at any place: noticed before anything is changed.
sql "DELETE FROM b WHERE id < 100"
spoiled=$(checksum public)
size=$(stat -c %s "$file")
for at in 0 5 8 11 12 13 20 29 40 200 $((size / 4)) $((size / 2)) $((size * 3 / 4)) $((size - 200)) $((size - 30)) $((size - 1)); do
  "$python" - "$file" "$work/bad" "$at" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[3])] ^= 0x10
open(sys.argv[2], "wb").write(data)
PYTHON
  run 2 restore -d "$db" "$work/bad" --execute
  contains "$err" "resow: $work/bad: "
  contains "$err" "; nothing was changed; take the snapshot again"
done
for size_left in 0 7 11 12 20 100 $((size / 2)) $((size - 1)); do
  head -c "$size_left" "$file" >"$work/bad"
  run 2 restore -d "$db" "$work/bad" --execute
done
{ cat "$file"; echo more; } >"$work/bad"
run 2 restore -d "$db" "$work/bad" --execute
contains "$err" "something stands behind the end"
run 2 restore -d "$db" "$work/nothing" --execute
contains "$err" "cannot be read: No such file"
run 2 restore -d "$db" /dev/null --execute
# Where pg_dump is older than the server, what its files begin with.
pg_dump -Fc -d "$db" -f "$work/dump" 2>/dev/null || printf 'PGDMP\001\017\000\004\010\001\001\001' >"$work/dump"
run 2 restore -d "$db" "$work/dump" --execute
contains "$err" "it is not a snapshot of resow's"
equals "$(checksum public)" "$spoiled" "a damaged snapshot changed something"

# The client is killed, or interrupted, in the middle of a restore.
for signal in KILL INT; do
  start restore -d "$db" "$file" --execute
  until_true loading
  kill "-$signal" "$resow_pid"
  if [[ $signal == INT ]]; then ended 130; else wait "$resow_pid" 2>/dev/null || true; fi
  until_true nobody_left
  equals "$(checksum public)" "$spoiled" "after $signal"
done
run 0 restore -d "$db" "$file" --execute
equals "$(checksum public)" "$before"

# Interrupted while it is written: no file, and nothing beside it.
sql "BEGIN; CREATE TABLE large (t text); INSERT INTO large SELECT repeat(md5(i::text), 30) FROM generate_series(1, 300000) AS i; COMMIT"
mkdir "$work/folder"
writing() { [[ $(find "$work/folder" -name '.*' -size +100k) ]]; }
start snapshot -d "$db" "$work/folder/x"
until_true writing
kill -INT "$resow_pid"
ended 130
equals "$(ls -A "$work/folder")" ""

# One transaction sees all of it, whatever others do meanwhile.
start snapshot -d "$db" "$work/folder/x"
until_true writing
sql "INSERT INTO b VALUES (-1, 1); UPDATE a SET note = 'late' WHERE id = 1"
ended 0
sql "DROP TABLE large"
run 2 restore -d "$db" "$work/folder/x" --execute
contains "$err" "public.large: the snapshot has this table, and the database has not"
sql "CREATE TABLE large (t text)"
run 0 restore -d "$db" "$work/folder/x" --execute
sql "DROP TABLE large"
equals "$(checksum public)" "$before"

# A full disk.
disk=$work/disk
mkdir "$disk"
as_root mount -t tmpfs -o size=2m,mode=0777 tmpfs "$disk" || {
  echo "a disk that can be filled takes the right to mount a tmpfs: run this as root, or with sudo"
  exit 77
}
trap 'as_root umount "$disk" 2>/dev/null || true; clean_up' EXIT
run 5 snapshot -d "$db" "$disk/x"
contains "$err" "No space left on device"
equals "$(ls -A "$disk")" "" "something is left on the full disk"
