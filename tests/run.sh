#!/usr/bin/env bash
# Installs, builds, lints and tests, from nothing.
#
#   tests/run.sh                 everything: what CI runs
#   tests/run.sh fast            in build/dev, without the second build with ASan and UBSan
#   tests/run.sh --filter REGEX  only the tests whose names match
#
# The tests use one sandbox server, started by our own binary; with RESOW_TEST_SERVER (a conninfo of
# a superuser) set, that server. A missing PostgreSQL is a failure. The last line counts what ran.
set -uo pipefail
cd "$(dirname "$0")/.."

first=ci second=asan
filter=()
while (($#)); do
  case $1 in
    fast) first=dev second="" ;;
    --filter) filter=(-R "${2:?--filter needs a regular expression}"); shift ;;
    *) sed -n 's/^#   \(tests\)/usage: \1/p' "$0" >&2; exit 2 ;;
  esac
  shift
done

passed=0 failed=0 summary=()
began=$SECONDS
step() { printf '\n== %s\n' "$1"; }
count() {  # name, passed, failed
  ((passed += $2, failed += $3))
  summary+=("$1: $2 passed, $3 failed ($((SECONDS - step_began)) s)")
}
check() {  # name, command...: counts as one test
  local name=$1
  shift
  step "$name"
  step_began=$SECONDS
  if "$@"; then count "$name" 1 0; else count "$name" 0 1; fi
}
finish() {
  printf '\n'
  printf '%s\n' "${summary[@]}"
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
  exit
}

build() {
  local log=build/$1-configure.log
  cmake --preset "$1" -Wno-dev >"$log" 2>&1 || { cat "$log"; return 1; }
  cmake --build --preset "$1"
}
# The second build takes what the first one's tests leave of the processors, and no more.
build_meanwhile() {
  set -m  # a process group of its own, which ends as one
  (renice -n 19 "$BASHPID" >/dev/null; build "$1") >"build/$1-build.log" 2>&1 &
  building=$!
  set +m
  trap 'kill -- "-$building" 2>/dev/null' EXIT
}
built_meanwhile() {
  local status=0
  wait "$building" || status=$?
  cat "build/$1-build.log"
  return "$status"
}

# In memory, where there is room: a server makes many small files, and a file system on disk takes a
# seventh of the processor's time to do so. Containers often have a small one, which would not do.
in_memory=/dev/shm
enough_in_memory() {  # 6 GB of it, and of memory
  [[ -d $in_memory && -w $in_memory ]] || return 1
  local room free
  room=$(df --output=avail -k "$in_memory" | tail -n 1)
  free=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
  ((room > 6000000 && free > 12000000))
}
[[ -n ${TMPDIR-} ]] || ! enough_in_memory || export TMPDIR=$in_memory

# Sanitizers: most of what our programs do is short, and every page that freed memory is kept from is a
# page fault. 16 MB of it are kept, and who allocated is told by eight frames.
export ASAN_OPTIONS=${ASAN_OPTIONS-quarantine_size_mb=16:malloc_context_size=8}

# Runs ctest against one server: preset, log, arguments...
on_a_server() {
  local preset=$1 log=$2
  shift 2
  local run_ctest=(ctest --preset "$preset" --no-tests=error --output-on-failure "$@")
  if [[ -n ${RESOW_TEST_SERVER-} ]]; then
    "${run_ctest[@]}" 2>&1 | tee "$log"
  else
    "build/$preset/resow" sandbox -- bash -c '
      export RESOW_TEST_SERVER="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE"
      unset PGHOST PGPORT PGUSER PGDATABASE DATABASE_URL
      exec "$@"' run "${run_ctest[@]}" 2>&1 | tee "$log"
  fi
}
# How many tests failed, out of how many, as a log of ctest's says.
of_log() { sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+).*/\1 \2/p' "$1" | tail -n 1; }

# Runs the tests and counts them; one more at once than there are cores, since they wait for servers.
# What fails is run once more, alone: a test that then passes counts as passed and is named, since it
# is the machine or the test that is unsteady, and the test wants mending.
run_tests() {
  local preset=$1 log=build/$1/ctest.log failing all still
  step "tests ($preset)"
  step_began=$SECONDS
  on_a_server "$preset" "$log" -j $(($(nproc) + 1)) "${filter[@]}"
  read -r failing all < <(of_log "$log")
  if [[ -z ${all-} ]]; then
    echo "No summary of ctest: it did not run to its end."
    count "tests ($preset)" 0 1
    return
  fi
  if ((failing > 0 && failing <= 3)); then
    on_a_server "$preset" "$log.again" -j 1 --rerun-failed
    read -r still _ < <(of_log "$log.again")
    if [[ -n ${still-} ]] && ((still < failing)); then
      summary+=("unsteady ($preset): $((failing - still)) passed at the second run only: $(
        sed -nE 's/^.*Test +#[0-9]+: ([^ ]+) \.+ +Passed.*/\1/p' "$log.again" | tr '\n' ' ')")
      failing=$still
    fi
  fi
  count "tests ($preset)" $((all - failing)) "$failing"
}

mkdir -p build
check "packages" cmake/install_packages.sh test
((failed)) && finish
check "build ($first)" build "$first"
((failed)) && finish
[[ -z $second ]] || build_meanwhile "$second"
check "format" tests/support/check_format.sh
check "clang-tidy" tests/support/run_clang_tidy.sh "build/$first"
run_tests "$first"
if [[ -n $second ]]; then
  before=$failed
  check "rest of the build ($second)" built_meanwhile "$second"
  ((failed == before)) && run_tests "$second"
fi
summary+=("all: $((SECONDS - began)) s")
finish
