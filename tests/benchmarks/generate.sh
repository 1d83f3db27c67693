#!/usr/bin/env bash
# Rows a second that one core computes and encodes, sent nowhere: the tasks table of generate_bench.
# Part of run.sh. Needs Google Benchmark.
set -euo pipefail
cd "$(dirname "$0")/../.."
{ cmake --preset release -DRESOW_BENCHMARKS=ON && cmake --build --preset release --target generate_bench; } >&2 || {
  echo "generate_bench is not built: left out (apt-get install libbenchmark-dev)" >&2
  exit 0
}
"$(find build/release -name generate_bench -type f | head -n 1)" --benchmark_filter='^copy_' --benchmark_format=csv 2>/dev/null |
  awk -F, '/^"copy_/ { gsub(/"/, "", $1)
    printf "%-46s %-26s %7.1f million rows/s, %.0f MB/s\n", "generated and encoded, one core: " $1, "-", $7 / 1e6, $6 / 1e6 }'
