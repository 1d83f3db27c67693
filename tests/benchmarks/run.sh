#!/usr/bin/env bash
# Measures resow against its peers and prints one table of ratios.
#
#   tests/benchmarks/run.sh [apply] [audit] [baseline] [bulk] [content] [load] [reset] [rewind] [snapshot] [prune] [catalog] [sandbox] [tenants]     these parts; all without any
#
# Both sides of a comparison run in turn on the same server; medians; whole processes, start-up and
# connection included. "net" takes off the bare start of each program (process, connection, a query).
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/benchmarks/measure.sh

cmake/install_packages.sh build
{ cmake --preset release && cmake --build --preset release; } >&2
export RESOW=$PWD/build/release/resow

echo "$("$RESOW" --version), $("$RESOW" sandbox -- psql -XAtc 'SHOW server_version' | sed 's/^/PostgreSQL /'), $(nproc) cores, $(c++ -dumpfullversion | sed 's/^/g++ /')"
header
for part in ${*:-apply audit baseline bulk content load reset rewind snapshot prune catalog sandbox tenants}; do
  case $part in
    apply) "$RESOW" sandbox -- tests/benchmarks/apply.sh ;;
    audit) "$RESOW" sandbox -- tests/benchmarks/audit.sh ;;
    baseline) "$RESOW" sandbox -- tests/benchmarks/baseline.sh ;;
    bulk) "$RESOW" sandbox -- tests/benchmarks/bulk.sh ;;
    content) "$RESOW" sandbox -- tests/benchmarks/content.sh ;;
    load)
      "$RESOW" sandbox -- tests/benchmarks/load.sh
      "$RESOW" sandbox -- tests/benchmarks/load_tenants.sh
      "$RESOW" sandbox -- tests/benchmarks/load_peers.sh
      tests/benchmarks/generate.sh
      ;;
    reset)
      "$RESOW" sandbox -- tests/benchmarks/reset.sh "fsync off"
      "$RESOW" sandbox --durable -- tests/benchmarks/reset.sh "fsync on"
      ;;
    rewind)
      "$RESOW" sandbox -- tests/benchmarks/rewind.sh "fsync off"
      "$RESOW" sandbox --durable -- tests/benchmarks/rewind.sh "fsync on"
      "$RESOW" sandbox -- tests/benchmarks/rewind_sizes.sh
      ;;
    snapshot)
      "$RESOW" sandbox -- tests/benchmarks/snapshot.sh "fsync off"
      "$RESOW" sandbox --durable -- tests/benchmarks/snapshot.sh "fsync on"
      ;;
    prune)
      "$RESOW" sandbox -- tests/benchmarks/prune.sh
      "$RESOW" sandbox --durable -- tests/benchmarks/prune_load.sh
      ;;
    catalog) "$RESOW" sandbox -c max_locks_per_transaction=512 -- tests/benchmarks/catalog_reading.sh ;;
    tenants) "$RESOW" sandbox -- tests/benchmarks/tenants.sh ;;
    sandbox) tests/benchmarks/sandbox_start.sh ;;
    *) say "No such part: $part"; exit 2 ;;
  esac
done
