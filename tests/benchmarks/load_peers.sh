#!/usr/bin/env bash
# Rows of the tables of load.sql by the tools that people use, fewer than in load.sh: a script with
# SQLAlchemy, drizzle-seed, and pgbench's own tables by pgbench -i. What is not there is left out.
# Part of run.sh: RESOW is our binary, PGHOST and the like name a server.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=tests/benchmarks/measure.sh
source measure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
batches=$((${BATCHES-10000} / 10))

createdb bench_peers_test
export PGDATABASE=bench_peers_test
psql -Xq -v ON_ERROR_STOP=1 -f load.sql
clear() { psql -Xq -c "TRUNCATE bench.batches, bench.jobs, bench.tasks" -c CHECKPOINT; }
ours() { "$RESOW" apply load.json --scale $((batches / 10)) --execute --quiet; }
python=python3
[[ -x /usr/bin/python3 ]] && python=/usr/bin/python3
sqlalchemy() { "$python" load_sqlalchemy.py "$batches"; }
if "$python" -c 'import sqlalchemy, psycopg2' 2>/dev/null; then
  compare "${RUNS-3}" clear ours=ours sqlalchemy=sqlalchemy
  row "apply, $(thousands $((batches * 401))) rows in 3 tables" "SQLAlchemy, insert of lists" \
    "${median_of[ours]}" "${median_of[sqlalchemy]}"
else
  say "SQLAlchemy and psycopg2 are not here: left out (apt-get install python3-sqlalchemy python3-psycopg2)"
fi

# Of the npm registry, into a folder that goes away again.
modules="drizzle-seed@0.3.1 drizzle-orm@0.45.4 pg@8.23.1"
fewer=$((batches / 10))
ours_fewer() { "$RESOW" apply load.json --scale $((fewer / 10)) --execute --quiet; }
drizzle() { MODULES=$scratch node load_drizzle.mjs "$fewer"; }
# shellcheck disable=SC2086 # a list
if command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix "$scratch" $modules >/dev/null 2>&1; then
  compare "${RUNS-3}" clear ours=ours_fewer drizzle=drizzle
  row "apply, $(thousands $((fewer * 401))) rows in 3 tables" "drizzle-seed" "${median_of[ours]}" "${median_of[drizzle]}"
else
  say "drizzle-seed cannot be had: left out (needs Node.js and the npm registry)"
fi

if pgbench=$(command -v pgbench); then
  scale=$((batches / 100 > 0 ? batches / 100 : 1))
  pgbench_fill() { "$pgbench" -q -i -I dtgp -s "$scale"; }
  printf '{ "schemas": ["public"], "tables": {
    "pgbench_branches": { "rows": %d, "columns": { "bbalance": 0, "filler": null } },
    "pgbench_tellers": { "per": "pgbench_branches", "rows": 10, "columns": { "tbalance": 0, "filler": null } },
    "pgbench_accounts": { "per": "pgbench_branches", "rows": 100000, "columns": { "abalance": 0, "filler": "" } } } }\n' \
    "$scale" >"$scratch/pgbench.json"
  ours_for_pgbench() { "$RESOW" apply "$scratch/pgbench.json" --execute --quiet; }
  # pgbench makes its tables anew, without the foreign keys: ours checks more.
  keys_for_ours() {
    [[ $1 == ours ]] || return 0
    psql -Xq -c "ALTER TABLE pgbench_tellers ADD FOREIGN KEY (bid) REFERENCES pgbench_branches" \
      -c "ALTER TABLE pgbench_accounts ADD FOREIGN KEY (bid) REFERENCES pgbench_branches"
  }
  compare "${RUNS-3}" keys_for_ours theirs=pgbench_fill ours=ours_for_pgbench
  row "apply, pgbench's tables, scale $scale" "pgbench -i" "${median_of[ours]}" "${median_of[theirs]}"
fi
PGDATABASE=postgres dropdb bench_peers_test
