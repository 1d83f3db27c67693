# To be sourced: how the benchmarks measure. Each comparison runs both sides in turn, several times,
# in the same minute on the same server, and takes medians; what counts is the ratio.
# shellcheck shell=bash

# The programs themselves: what distributions put into PATH may be a script that looks for them.
PATH=$(pg_config --bindir):$PATH

say() { printf '%s\n' "$*" >&2; }

# Milliseconds that a command takes; a command that fails ends the benchmark with its output.
milliseconds() {
  local began=$EPOCHREALTIME ended
  "$@" >"$scratch/output" 2>&1 || {
    say "failed: $*"
    tail -n 20 "$scratch/output" >&2
    exit 1
  }
  ended=$EPOCHREALTIME
  awk -v a="$began" -v b="$ended" 'BEGIN { printf "%.2f\n", (b - a) * 1000 }'
}

median() { sort -n | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# compare RUNS PREPARE NAME=COMMAND...: sets median_of[NAME] for each. The functions are called in
# turn, with PREPARE NAME (":" for nothing) before each, untimed; one round first that does not count.
declare -A median_of
compare() {
  local runs=$1 prepare=$2 side round
  shift 2
  for side in "$@"; do : >"$scratch/times.${side%%=*}"; done
  for ((round = 0; round <= runs; ++round)); do
    for side in "$@"; do
      $prepare "${side%%=*}"
      if ((round == 0)); then
        milliseconds ${side#*=} >/dev/null || exit 1
      else
        milliseconds ${side#*=} >>"$scratch/times.${side%%=*}" || exit 1
      fi
    done
  done
  for side in "$@"; do median_of[${side%%=*}]=$(median <"$scratch/times.${side%%=*}"); done
}

# row WHAT PEER OURS THEIRS [OURS_NET THEIRS_NET]: one line of the table. Takes milliseconds and prints
# ratios alone: how many times faster we are. Net: with the bare start of each program taken off.
row() {
  awk -v what="$1" -v peer="$2" -v ours="$3" -v theirs="$4" -v net_ours="${5-}" -v net_theirs="${6-}" '
    function ratio(theirs, ours) { return sprintf(theirs / ours < 10 ? "%.1f" : "%.0f", theirs / ours) }
    BEGIN {
      net = "-"
      # Below a tenth of a millisecond the difference of two medians is noise.
      if (net_ours != "") net = net_ours < 0.1 ? sprintf("> %.0f", net_theirs / 0.1) : ratio(net_theirs, net_ours)
      printf "%-46s %-26s %7s %7s\n", what, peer, ratio(theirs, ours), net
    }'
}
header() { printf '%-46s %-26s %7s %7s\n' "what" "against" "ratio" "net"; }
# 4010000 -> 4,010,000, whatever the locale.
thousands() { sed ':a; s/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/; ta' <<<"$1"; }
difference() { awk -v a="$1" -v b="$2" 'BEGIN { print a - b }'; }
