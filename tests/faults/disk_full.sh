#!/usr/bin/env bash
# The disk is full in the middle of a load: a database in a small tablespace, on a tmpfs.
# shellcheck disable=SC2154
. "$(dirname "$0")/lib.sh"

disk=$(mktemp -d)
tablespace=resow_test_small_$$
undo() {
  clean_up
  server_sql "DROP TABLESPACE IF EXISTS $tablespace" || true
  as_root umount "$disk" 2>/dev/null
  rmdir "$disk"
}
trap undo EXIT
chmod 755 "$disk"
as_root mount -t tmpfs -o size=40m,mode=0700 tmpfs "$disk" || {
  # The one test that takes more than a server: ctest says that it was skipped.
  echo "a disk that can be filled takes the right to mount a tmpfs: run this as root, or with sudo"
  exit 77
}
server_user=$(stat -c %u:%g "$(server_sql 'SHOW data_directory')")
as_root chown "$server_user" "$disk"
server_sql "CREATE TABLESPACE $tablespace LOCATION '$disk'"

new_marketplace
server_sql "ALTER DATABASE \"$db_name\" SET TABLESPACE $tablespace"
start=$(checksum '%')
run 4 apply "$batches" -d "$db" --execute --scale 60000
contains "$err" "No space left on device (SQLSTATE 53100)"
contains "$err" "resow: COPY user_1."
contains "$err" "table: user_1."
contains "$err" "context: row "
contains "$out" "Nothing was changed."
equals "$(checksum '%')" "$start" "something is left on the full disk"
# Rows that are written to it as files: the same, and none of them is left.
as_root mkdir -m 777 "$disk/files"
as_root chmod 711 "$disk"
run 5 seed "$batches" -d "$db" --scale 60000 --to "$disk/files/rows"
contains "$err" "cannot be written: No space left on device"
contains "$err" "$disk/files/rows/user_"
[[ ! -e $disk/files/rows ]] || fail "something is left on the full disk"
# And it goes on where there is room again.
server_sql "ALTER DATABASE \"$db_name\" SET TABLESPACE pg_default"
run 0 apply "$batches" -d "$db" --execute
