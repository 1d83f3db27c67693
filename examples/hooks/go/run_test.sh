#!/usr/bin/env bash
# shellcheck disable=SC2154
. "$(dirname "$0")/../run_test_lib.sh"
pq=/usr/share/gocode/src/github.com/lib/pq
if ! command -v go >/dev/null || [[ ! -d $pq ]]; then
  echo "skipped, for want of: apt-get install golang-go golang-github-lib-pq-dev"
  exit 77
fi
new_shop go
# The distribution's driver in place of the one that go.mod would download.
export GOFLAGS=-mod=mod GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local HOME=$work
printf 'module github.com/lib/pq\n' >"$work/go.mod.pq"
cp -rL "$pq" "$work/pq"
[[ -e $work/pq/go.mod ]] || cp "$work/go.mod.pq" "$work/pq/go.mod"
printf '\nreplace github.com/lib/pq => %s\n' "$work/pq" >>go.mod
suite 0 go test -count=1 -v ./...
equals "$(grep -c -- '--- PASS' <<<"$out")" 4
declared

cp resow_test.go "$work/with_rewinds"
sed -i 's/count(\*) FROM resow.rewind()/0/' resow_test.go
suite 1 go test -count=1 ./...
contains "$out" "FAIL: TestOrdersBeginAtFive"
with_rewinds_again resow_test.go

printf 'package shop\n\nimport "testing"\n\nfunc TestBad(t *testing.T) { expect(t, Shop(t), "SELECT buy(%scup%s)", 6) }\n' "'" "'" >bad_test.go
suite 1 go test -count=1 -v ./...
equals "$(grep -c -- '--- PASS' <<<"$out")" 4
contains "$out" "FAIL: TestBad"
declared
suite 1 env RESOW_KEEP=1 go test -count=1 -v ./...
equals "$(grep -c -- '--- PASS' <<<"$out")" 4
equals "$(look_at_kept "SELECT stock FROM products WHERE name = 'cup'")" 23
rewound_by_name
