# What the tests of the hooks share. Each hook is tested with the real runner, in a copy:
# as it is; without its rewinds, where its suite has to fail; and with a test more, which fails, so
# that what it did can be looked at.
# shellcheck disable=SC2034,SC2154
. "$(dirname "${BASH_SOURCE[0]}")/../../tests/cli/lib.sh"

# new_shop FOLDER: a database with the shop in it, where libpq's environment leads, and a copy of the
# examples, in whose FOLDER we are then.
new_shop() {
  new_database
  sql_file "$source_dir/examples/hooks/shop/schema.sql"
  {
    read -r PGHOST
    read -r PGPORT
    read -r PGUSER
  } < <(printf '\\echo :HOST\n\\echo :PORT\n\\echo :USER\n' | psql -XAtq -d "$db")
  PGDATABASE=$db_name
  export PGHOST PGPORT PGUSER PGDATABASE PATH="$(dirname "$RESOW"):$PATH"
  unset RESOW_KEEP
  mkdir "$work/examples"
  cp -r "$source_dir/examples/hooks" "$work/examples/hooks"
  cd "$work/examples/hooks/$1"
}

# suite STATUS COMMAND...: its output, stdout and stderr, is in $out.
suite() {
  local wanted=$1 status=0
  shift
  "$@" >"$work/out" 2>&1 </dev/null || status=$?
  out=$(cat "$work/out")
  ((status == wanted)) || fail "$* ended with $status, not $wanted
$out"
}

# without_rewinds FILE: what a suite does then has to be seen by the next test.
without_rewinds() {
  grep -q '\(resow\.\|lease_->\)rewind(' "$1" || fail "$1 has no rewind"
  cp "$1" "$work/with_rewinds"
  sed -i '/\(resow\.\|lease_->\)rewind(/d' "$1"
}
with_rewinds_again() { cp "$work/with_rewinds" "$1"; }

# The server notices a moment later that a client has gone.
until_released() {
  local i
  for ((i = 0; i < 100; ++i)); do
    [[ $(sql "SELECT count(pid) FROM resow.leases()") != 0 ]] || return 0
    sleep 0.1
  done
  fail "still leased: $(sql "SELECT * FROM resow.leases()")"
}

# declared [PATTERN]: what is there is what shop.json says, byte for byte, and nobody holds anything.
declared() {
  run 0 verify "$source_dir/examples/hooks/shop/shop.json" -d "$db" -n "${1-shop_*}" --content
  until_released
  equals "$(sql "SELECT count(*) FROM resow.dirty()")" 0
}

# The kept state, by the command that a suite printed: what psql says to SQL there.
look_at_kept() {
  local command
  command=$(grep -o "\(PGOPTIONS=[^ ]* [^ ]* \)\?psql [^|]*" <<<"$out" | head -n 1)
  [[ -n $command ]] || fail "no command to look at what was kept:
$out"
  eval "$command -XAtq -c \"$1\""
}

# What a suite kept is passed over, until somebody names it.
rewound_by_name() {
  local kept
  until_released
  kept=$(sql "SELECT schema FROM resow.leases()")
  run 0 rewind -d "$db"
  equals "$(sql "SELECT schema FROM resow.leases()")" "$kept"
  run 0 rewind -d "$db" -n "$kept" --report
  contains "$out" "kept"
  contains "${out,,}" "bad"
  declared "$kept"
}
