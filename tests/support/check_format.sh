#!/usr/bin/env bash
# Are all sources formatted as .clang-format says? The formatter is pinned, because each version
# formats a little differently: clang-format 14. Where only another one exists this says so, and passes.
set -euo pipefail
cd "$(dirname "$0")/../.."

formatter=""
for candidate in clang-format-14 clang-format; do
  if "$candidate" --version 2>/dev/null | grep -q 'version 14\.'; then formatter=$candidate; break; fi
done
if [[ -z $formatter ]]; then
  echo "format: not checked, clang-format 14 is not here ($(clang-format --version 2>/dev/null || echo none))"
  exit 0
fi
mapfile -t sources < <(git ls-files '*.cc' '*.h')
if ! complaints=$("$formatter" --dry-run -Werror --style=file "${sources[@]}" 2>&1); then
  faulty=$(sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error:.*/\1/p' <<<"$complaints" | sort -u)
  if [[ -z $faulty ]]; then echo "$complaints"; exit 1; fi
  echo "format: not as .clang-format says:" $faulty
  echo "format: mend it with: $formatter -i" $faulty
  exit 1
fi
echo "format: ${#sources[@]} files as .clang-format says"
