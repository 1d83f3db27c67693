#!/usr/bin/env bash
# A locale that writes 1,5 and 1.000: neither what goes to the server, nor what comes back, nor a
# report depends on the client's, or on the server's for numbers, money and dates.
# shellcheck disable=SC2154
locales=${DECIMAL_COMMA-}
if [[ -z $locales ]]; then
  DECIMAL_COMMA=$(mktemp -d)
  export DECIMAL_COMMA
  trap 'rm -rf "$DECIMAL_COMMA"' EXIT
  # Warnings, status 1, are about what the locale's definition says.
  localedef -i de_DE -f UTF-8 "$DECIMAL_COMMA/de_DE.UTF-8" >"$DECIMAL_COMMA/log" 2>&1 || true
  [[ -d $DECIMAL_COMMA/de_DE.UTF-8 ]] || { cat "$DECIMAL_COMMA/log" >&2; exit 1; }
  chmod -R a+rX "$DECIMAL_COMMA"
  status=0
  bash "$0" "$@" || status=$?
  exit "$status"
fi
export LOCPATH=$locales
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0  # the C library keeps what it read of LOCPATH
own_sandbox=(--set lc_numeric=de_DE.UTF-8 --set lc_monetary=de_DE.UTF-8 --set lc_time=de_DE.UTF-8
  --set DateStyle=German --set TimeZone=Europe/Berlin --set IntervalStyle=sql_standard)
. "$(dirname "$0")/lib.sh"
export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de
equals "$(printf '%.1f' 1,5)" "1,5" "the locale does not work"
new_database
equals "$(sql "SELECT to_char(1234.5, '9G999D9')")" " 1.234,5" "the server's locale does not work"
sql "CREATE SCHEMA s; CREATE TABLE s.t (id serial PRIMARY KEY, price numeric(12,2) NOT NULL, share float8,
       weight real, fee money, at timestamptz, day date, took interval, filled numeric(9,3) NOT NULL)"
cat >"$work/d.json" <<'JSON'
{
  "schemas": ["s"],
  "tables": { "t": { "rows": 1200, "columns": {
    "price": 1234.5, "share": { "uniform": { "min": 0, "max": 1 } }, "weight": 2.25, "fee": "1234.50",
    "at": { "at": "2026-01-19T12:00:00Z" }, "day": { "at": "2026-01-19" }, "took": "1 day 02:00:00" } } },
  "expect": { "t": { "rows": 1200, "by": { "price": { "1234.50": 1200 }, "weight": { "2.25": 1200 } } } },
  "expect_sql": [
    { "name": "sum", "sql": "SELECT sum(price) FROM t", "value": 1481400.00 },
    { "name": "share", "sql": "SELECT bool_and(share >= 0 AND share < 1) FROM t", "value": true },
    { "name": "fee", "sql": "SELECT DISTINCT fee::numeric FROM t", "value": 1234.5 },
    { "name": "day", "sql": "SELECT DISTINCT day = '2026-01-19'::date AND at = '2026-01-19 13:00:00+01'::timestamptz FROM t", "value": true },
    { "name": "took", "sql": "SELECT DISTINCT took = '26:00:00'::interval FROM t", "value": true }
  ]
}
JSON
run 0 apply "$work/d.json" -d "$db" --lock-timeout 2.5s
contains "$out" "1,200"
run 0 apply "$work/d.json" -d "$db" --lock-timeout 2.5s --execute
run 0 verify "$work/d.json" -d "$db"
run 0 verify "$work/d.json" -d "$db" --format json
"$python" - "$work/out" <<'PY'
import json, sys
report = json.load(open(sys.argv[1]))
assert report["timings"]["total"] < 60, report
PY
run 0 verify "$work/d.json" -d "$db" --format junit
[[ $out =~ time=\"[0-9]+\.[0-9]+\" ]] || fail "no time: $out"
run 0 inspect -d "$db"
contains "$out" "1,200"

# The same rows as with the C locale.
german=$(checksum s)
LC_ALL=C.UTF-8 run 0 apply "$work/d.json" -d "$db options='-c lc_numeric=C -c lc_monetary=C -c lc_time=C -c DateStyle=ISO'" --execute
equals "$(checksum s)" "$german"
