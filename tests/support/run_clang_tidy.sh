#!/usr/bin/env bash
# clang-tidy, with the short list of .clang-tidy, over every source that BUILD_DIR compiles.
#   tests/support/run_clang_tidy.sh BUILD_DIR
# What was clean and has not changed since, headers of ours included, is not looked at again.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:?usage: run_clang_tidy.sh BUILD_DIR}
clean=$build/tidy
mkdir -p "$clean"

if ! command -v clang-tidy >/dev/null; then
  echo "clang-tidy: not here; by hand: apt-get install clang-tidy"
  exit 1
fi
# The list decides, not the warnings of a compiler that does not build; nor its precompiled headers.
sed -E 's/ -Werror / /g; s/-Winvalid-pch//g; s/-include [^ ]*cmake_pch\.hxx//g' \
  "$build/compile_commands.json" >"$clean/compile_commands.json"

# "key source" for each compiled source: the key is a hash of all that its verdict depends on, which
# the build knows from its last compilation.
common=$({ clang-tidy --version; cat .clang-tidy; } | sha256sum)
work=$(ninja -C "$build" -t deps | python3 -c '
import hashlib, os, sys
top, common = os.getcwd() + "/", sys.argv[1]
known = {}
def content(path):
    if path not in known:
        with open(path, "rb") as file:
            known[path] = hashlib.sha256(file.read()).hexdigest()
    return known[path]
os.chdir(sys.argv[2])
for block in sys.stdin.read().split("\n\n"):
    paths = {os.path.abspath(line.strip()) for line in block.splitlines()[1:] if line.strip()}
    ours = sorted(p for p in paths if p.startswith(top) and not p.startswith(os.getcwd()) and os.path.exists(p))
    for source in (p for p in ours if p.endswith(".cc")):
        key = hashlib.sha256("\n".join([common] + [content(p) for p in ours]).encode()).hexdigest()
        print(key, source)
' "$common" "$build" | sort -u)

check_one() {
  local key=$1 source=$2
  [[ -e $CLEAN/$key ]] && return 0
  if clang-tidy --quiet -p "$CLEAN" "$source" 2>"$CLEAN/$key.stderr"; then
    : >"$CLEAN/$key"
    rm -f "$CLEAN/$key.stderr"
  else
    grep -v 'warnings generated' "$CLEAN/$key.stderr" >&2 || true
    rm -f "$CLEAN/$key.stderr"
    return 1
  fi
}
export -f check_one
export CLEAN=$clean
xargs -r -n 2 -P "$(nproc)" bash -c 'check_one "$@"' check <<<"$work" || {
  echo "clang-tidy: findings above"
  exit 1
}
echo "clang-tidy: $(wc -l <<<"$work") sources clean"
