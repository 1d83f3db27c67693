#!/usr/bin/env bash
# Installs BUILD_DIR to a temporary prefix, and builds and runs a program that finds it there.
#   tests/packaging/install_test.sh BUILD_DIR [CMAKE_OPTION...]
set -euo pipefail
source_dir=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?usage: install_test.sh BUILD_DIR [CMAKE_OPTION...]}" && pwd)
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
if grep -rn -F -e "$build" -e "${source_dir%/tests/packaging}" "$scratch/prefix/lib"*/cmake "$scratch/prefix/lib"*/*/cmake 2>/dev/null; then
  echo "What is installed must not point into the build or the source folder."
  exit 1
fi
# The sources are not needed any more: only the prefix is given.
cp -r "$source_dir/consumer" "$scratch/consumer"
cmake -G Ninja -S "$scratch/consumer" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" "$@" >"$scratch/log" ||
  { cat "$scratch/log"; exit 1; }
cmake --build "$scratch/build" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
answer=$("$scratch/build/consumer")
[[ $answer == *"*test*"*", consumer_test" ]] || { echo "The program that links the library said: $answer"; exit 1; }
"$scratch/prefix/bin/resow" --version | grep -E '^resow [0-9]+\.[0-9]+\.[0-9]+'
echo "installed, found, linked and run"
