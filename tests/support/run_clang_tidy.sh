#!/usr/bin/env bash
# clang-tidy, with the short list of .clang-tidy, over what BUILD_DIR compiles, tests aside.
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

# "key source" for what is compiled at once: the key is a hash of all that its verdict depends on,
# which the build knows from its last compilation.
common=$({ clang-tidy --version; cat .clang-tidy; } | sha256sum)
work=$(ninja -C "$build" -t deps | python3 -c '
import hashlib, json, os, re, sys
top, common = os.getcwd() + "/", sys.argv[1]
os.chdir(sys.argv[2])
sources = {re.search(" -o (\\S+)", entry["command"]).group(1): entry["file"]
           for entry in json.load(open("compile_commands.json"))}
known = {}
def content(path):
    if path not in known:
        with open(path, "rb") as file:
            known[path] = hashlib.sha256(file.read()).hexdigest()
    return known[path]
for block in sys.stdin.read().split("\n\n"):
    lines = block.strip().splitlines()
    output = lines[0].split(":")[0] if lines else ""
    if output not in sources or output.startswith("tests/"):
        continue
    paths = {os.path.abspath(line.strip()) for line in lines[1:]}
    ours = sorted(p for p in paths if p.startswith(top) and os.path.exists(p))
    key = hashlib.sha256("\n".join([common] + [content(p) for p in ours]).encode()).hexdigest()
    print(key, sources[output])
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
echo "clang-tidy: all clean, compiled in $(wc -l <<<"$work") pieces"
