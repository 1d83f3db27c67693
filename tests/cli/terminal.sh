#!/usr/bin/env bash
# In a real terminal: colours, progress after one second, gone at the end; NO_COLOR and -q obeyed.
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || fail "tmux is missing"
new_marketplace
terminals=0
tm() { tmux -S "$work/tmux$terminals" "$@"; }
stop_terminal() { tm kill-server 2>/dev/null || true; clean_up; }
trap stop_terminal EXIT
escape=$'\033'

# Types a command into a new terminal; "finished" and its status follow.
type_in() {
  tm kill-server 2>/dev/null || true
  ((++terminals)) # a server that is going cannot be asked
  tm -f /dev/null new-session -d -x 120 -y 40 "env $2 bash --norc --noprofile"
  tm send-keys "clear; $1; echo finished \$?" Enter
}
screen() { tm capture-pane -p -e; }
wait_for() {  # PATTERN, or what is on the screen after 60 s is shown
  local i
  for ((i = 0; i < 600; ++i)); do
    if screen | grep -qE "$1"; then return; fi
    sleep 0.1
  done
  fail "never on the screen: $1
$(screen)"
}

type_in "'$RESOW' apply '$batches' -d '$db'" "TERM=xterm"
wait_for '^finished 0'
contains "$(screen)" "${escape}[33mpreview"

type_in "'$RESOW' apply '$batches' -d '$db'" "TERM=xterm NO_COLOR=1"
wait_for '^finished 0'
lacks "$(screen)" "${escape}[33m"

# Whatever takes more than a second: here somebody holds a table.
hold "LOCK TABLE user_2.marketplace_tasks IN ACCESS EXCLUSIVE MODE"
type_in "'$RESOW' apply '$batches' -d '$db' --execute" "TERM=xterm"
wait_for 'apply: planning, schemas 2 of 4, [0-9]+ s left; look at the tables of user_2'
release
wait_for '^finished 0'
lacks "$(screen)" "planning"
hold "LOCK TABLE user_2.marketplace_tasks IN ACCESS EXCLUSIVE MODE"
type_in "'$RESOW' verify '$batches' -d '$db'" "TERM=xterm"
wait_for 'verify: schemas 2 of 4, [0-9]+ s left; look at the tables of user_2'
release
wait_for '^finished 0'
hold "LOCK TABLE user_2.marketplace_tasks IN ACCESS EXCLUSIVE MODE"
type_in "'$RESOW' inspect -d '$db'" "TERM=xterm"
wait_for 'inspect: tables 0 of [0-9]+; measuring tables'
release
wait_for '^finished 0'
lacks "$(screen)" "measuring"

# Rows: two schemas have theirs, the third waits to write.
hold "LOCK TABLE user_3.marketplace_tasks IN SHARE MODE"
type_in "'$RESOW' apply '$batches' -d '$db' --execute" "TERM=xterm"
wait_for 'apply: schemas [1-3] of 4, [0-9,]+ of [0-9,]+ rows \([0-9]+ %\), [0-9,]+ rows/s, [0-9]+ s left'
release
wait_for '^finished 0'
lacks "$(screen)" "rows/s"
contains "$(screen)" "${escape}[32mok"

hold "LOCK TABLE user_3.marketplace_tasks IN SHARE MODE"
type_in "'$RESOW' apply '$batches' -d '$db' --execute -q" "TERM=xterm"
for _ in 1 2 3 4 5 6 7 8; do
  lacks "$(screen)" "rows/s"
  sleep 0.2
done
release
wait_for '^finished 0'

# A baseline, a snapshot and its return.
hold "LOCK TABLE user_2.marketplace_tasks IN SHARE MODE"
type_in "'$RESOW' baseline -d '$db' -n 'user_*' --execute" "TERM=xterm"
wait_for 'baseline: schemas 1 of [0-9]+'
release
wait_for '^finished 0'
lacks "$(screen)" "baseline: schemas"
sql "CREATE TABLE user_2.many (id int PRIMARY KEY, note text);
     INSERT INTO user_2.many SELECT i, md5(i::text) || md5(i::text) FROM generate_series(1, 1500000) AS i"
type_in "'$RESOW' snapshot -d '$db' -n user_2 '$work/many.snapshot'" "TERM=xterm"
wait_for 'snapshot: [0-9,]+ rows, [0-9,]+ rows/s'
wait_for '^finished 0'
lacks "$(screen)" "rows/s"
type_in "'$RESOW' restore -d '$db' '$work/many.snapshot' --execute" "TERM=xterm"
wait_for 'restore: [0-9,]+ of [0-9,]+ rows \([0-9]+ %\), [0-9,]+ rows/s'
wait_for '^finished'
lacks "$(screen)" "rows/s"

# Tenants.
sql "CREATE SCHEMA tpl CREATE TABLE jobs (id int PRIMARY KEY, note text)"
run 0 tenants create 'tenant_{1..4}' --like tpl -d "$db" --execute
for i in 1 2 3 4; do sql "ALTER TABLE tenant_$i.jobs DROP COLUMN note"; done
hold "LOCK TABLE tenant_2.jobs IN ACCESS SHARE MODE"
type_in "'$RESOW' tenants sync --like tpl -n 'tenant_*' -d '$db' --execute" "TERM=xterm"
wait_for 'tenants sync: schemas 1 of 4, [0-9]+ s left; '
release
wait_for '^finished 0'
lacks "$(screen)" "tenants sync: schemas"
