#!/bin/sh
# Prunes by a policy, unattended. PGHOST, PGDATABASE and their like say where; POLICY says what.
set -eu
policy=${POLICY:?the policy file}
resow=${RESOW:-resow}

status=0
"$resow" prune "$policy" --check || status=$?
case $status in
  0) exit 0 ;;  # nothing to do
  1) ;;
  *) exit "$status" ;;
esac
plan=$("$resow" prune "$policy" --quiet)
exec "$resow" prune "$policy" --execute --plan "$plan" \
  --max-rows "${MAX_ROWS:-1000000}" --max-duration "${MAX_DURATION:-30m}" --pause "${PAUSE:-30ms}" --batch-rows "${BATCH_ROWS:-100}"
