#!/usr/bin/env bash
# Fuzzes the dataset parser, beginning with the samples of the tests, and the readers of snapshots and of archives.
#   tests/fuzz/run.sh [SECONDS]    60 unless given
# What breaks it stays in build/fuzz as crash-*; run build/fuzz/dataset_fuzz (or snapshot_fuzz, archive_fuzz) on such a file to see it.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
command -v clang++ >/dev/null || { echo "clang++ is missing; apt-get install clang libclang-rt-14-dev"; exit 1; }

mkdir -p build/fuzz/corpus
cmake -S . -B build/fuzz -G Ninja -Wno-dev -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER=clang++ \
  -DRESOW_FUZZ=ON -DRESOW_SANITIZE=ON >build/fuzz/configure.log || { cat build/fuzz/configure.log; exit 1; }
cmake --build build/fuzz --target dataset_fuzz snapshot_fuzz archive_fuzz
cd build/fuzz
./dataset_fuzz -max_total_time="$seconds" -timeout=10 -max_len=8192 -dict=../../tests/fuzz/dataset.dict -print_final_stats=1 \
  corpus ../../tests/fixtures/datasets/good ../../tests/fixtures/datasets/bad ../../examples/marketplace
mkdir -p snapshots
./snapshot_fuzz -max_total_time="$seconds" -timeout=10 -max_len=8192 -print_final_stats=1 snapshots
mkdir -p archives
./archive_fuzz -max_total_time="$seconds" -timeout=10 -max_len=8192 -print_final_stats=1 archives
