#!/usr/bin/env bash
# A throwaway server, from nothing to the answer of a first query and gone again, against initdb and
# pg_ctl of the same version: as they come, and without any sync as an expert would call them.
# Part of run.sh: RESOW is our binary. BINDIR names another server than that of this machine.
set -euo pipefail
cd "$(dirname "$0")"
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

bindir=${BINDIR-}
[[ -n $bindir ]] || bindir=$(pg_config --bindir)
as_user=()
if ((EUID == 0)); then # PostgreSQL refuses to run as root
  as_user=(setpriv "--reuid=postgres" "--regid=postgres" --clear-groups)
  chown postgres "$scratch"
fi
chmod 711 "$scratch"
unset PGHOST PGPORT PGUSER PGDATABASE PGDATA

ours() { "$RESOW" sandbox --bindir "$bindir" -- psql -XAtqc "SELECT 1"; }

# initdb_and_pg_ctl OPTIONS_OF_INITDB OPTIONS_OF_POSTGRES
initdb_and_pg_ctl() {
  "${as_user[@]}" "$bindir/initdb" -D "$scratch/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 $1
  "${as_user[@]}" "$bindir/pg_ctl" -D "$scratch/data" -w -l "$scratch/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$scratch $2" start
  psql -XAtqc "SELECT 1" -h "$scratch" -U postgres -d postgres
  "${as_user[@]}" "$bindir/pg_ctl" -D "$scratch/data" -w -m immediate stop
  rm -r "$scratch/data"
}
plain() { initdb_and_pg_ctl "" ""; }
unsynced() { initdb_and_pg_ctl "--no-sync" "-F"; }

compare "${RUNS-7}" : ours=ours plain=plain unsynced=unsynced
row "sandbox, first query, and gone" "initdb + pg_ctl" "${median_of[ours]}" "${median_of[plain]}"
row "sandbox, first query, and gone" "initdb -N + pg_ctl -o -F" "${median_of[ours]}" "${median_of[unsynced]}"
