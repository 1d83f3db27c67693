# What the benchmarks over schemas from elsewhere share. Sourced by a script whose arguments are
# [-v] [FILE.sql ...]: starts it again inside a sandbox, and leaves the files there as its arguments
# (those of tests/cli/schemas where none is given), $verbose, and a folder $work that goes at the end.
# shellcheck shell=bash disable=SC2034
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export RESOW=${RESOW:-$source_dir/build/release/resow}
if [[ -z ${IN_SANDBOX-} ]]; then IN_SANDBOX=1 exec "$RESOW" sandbox -- bash "$0" "$@"; fi
verbose=""
if [[ ${1-} == -v ]]; then
  verbose=1
  shift
fi
(($# > 0)) || set -- "$source_dir"/tests/cli/schemas/*.sql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
