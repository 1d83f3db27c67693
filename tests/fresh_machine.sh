#!/usr/bin/env bash
# Proves that two commands are enough on a fresh machine: makes a minimal root of a distribution,
# clones HEAD into it, runs examples/quickstart.sh and tests/run.sh there, and nothing else.
#
#   tests/fresh_machine.sh bookworm|trixie|noble [--sudo] [--keep] [--mirror URI] [--only quickstart|tests]
#
# --sudo     run both as an ordinary user with sudo, not as root
# --keep     leave the root where it is, and say where
# --mirror   where to take packages from; else this machine's own package sources
# --only     one command of the two
# Needs root and debootstrap. Nothing of this machine's caches goes in: only package sources and
# proxy of apt, and resolv.conf. All mounts live in a namespace of their own and go with it.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
usage() { sed -n 's/^#   \(tests.*\)/usage: \1/p' "$0" >&2; exit 2; }

suite="" user=root keep=no mirror="" only=""
while (($#)); do
  case $1 in
    --sudo) user=newcomer ;;
    --keep) keep=yes ;;
    --mirror) mirror=${2:?--mirror needs a URI}; shift ;;
    --only) only=${2:?--only needs quickstart or tests}; shift ;;
    -*) usage ;;
    *) suite=$1 ;;
  esac
  shift
done
[[ -n $suite ]] || usage
((EUID == 0)) || { say "fresh_machine.sh makes a root file system and needs root: sudo $0 $suite"; exit 1; }
command -v debootstrap >/dev/null || {
  say "debootstrap is missing; by hand: apt-get install debootstrap"
  exit 1
}

top=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
[[ -z $(git -C "$top" status --porcelain) ]] || say "Note: what is not committed is not tested; this clones HEAD."

# The machine's own sources as "URI suite component" lines, its release exchanged for the wanted one.
package_sources() {
  if [[ -n $mirror ]]; then
    echo "$mirror $suite main"
    [[ $suite == noble ]] && echo "$mirror $suite universe"
    return 0
  fi
  local codename
  codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sed -n "s/ $codename\(-[a-z]*\)\? / $suite\1 /p" | sort -u
}
sources=$(package_sources)
base=$(awk -v suite="$suite" '$2 == suite { print $1; exit }' <<<"$sources")
[[ -n $base ]] || { say "This machine has no package source of $suite's family; give one with --mirror URI"; exit 1; }

root=$(mktemp -d "${TMPDIR:-/tmp}/fresh-$suite.XXXXXX")
chmod 755 "$root"  # it becomes a "/" that everyone may enter
cleanup() {
  if [[ $keep == yes ]]; then say "The root stays at $root; rm -rf removes it."; else rm -rf --one-file-system "$root"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

say "== $suite: a minimal root"
proxy=$(apt-config shell p Acquire::http::Proxy | sed -n "s/^p='\(.*\)'$/\1/p")
[[ -n $proxy ]] && export http_proxy=$proxy
include=""
[[ $user == root ]] || include=--include=sudo
script=/usr/share/debootstrap/scripts/$suite
[[ -e $script ]] || { [[ $suite == noble ]] && script=/usr/share/debootstrap/scripts/gutsy; }
debootstrap --variant=minbase $include "$suite" "$root" "$base" "$script" >"$root.log" 2>&1 || {
  tail -n 20 "$root.log" >&2
  rm -f "$root.log"
  say "debootstrap failed; its last lines stand above"
  exit 1
}
rm -f "$root.log"
awk '{ print "deb", $1, $2, $3 }' <<<"$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date|Languages)' \
  >"$root/etc/apt/apt.conf.d/99host" || true
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
home=/root
if [[ $user != root ]]; then
  home=/home/$user
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
fi
git clone --quiet --depth 1 "file://$top" "$root$home/resow"
chroot "$root" chown -R "$user:" "$home/resow"

# Runs a command in the root, in namespaces of its own: its processes and mounts end with it.
inside() {
  ROOT=$root AS=$user AT=$home/resow unshare --mount --pid --ipc --uts --fork --kill-child bash -c '
    set -e
    mount --make-rprivate /
    mount -t proc proc "$ROOT/proc"
    mount -t sysfs -o ro sysfs "$ROOT/sys"
    mount -t tmpfs -o mode=755 dev "$ROOT/dev"
    for node in null zero full random urandom tty; do
      touch "$ROOT/dev/$node"
      mount --bind "/dev/$node" "$ROOT/dev/$node"
    done
    mkdir "$ROOT/dev/pts" "$ROOT/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$ROOT/dev/pts"
    ln -s pts/ptmx "$ROOT/dev/ptmx"
    ln -s /proc/self/fd "$ROOT/dev/fd"
    mount -t tmpfs -o mode=1777 shm "$ROOT/dev/shm"
    hostname fresh
    chroot "$ROOT" setpriv --reuid="$AS" --regid="$AS" --init-groups env -i \
      HOME="${AT%/*}" USER="$AS" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      LANG=C.UTF-8 ${http_proxy:+http_proxy="$http_proxy"} bash -c "cd \"$AT\" && $1"
    exit $?  # this shell stays, to reap what the command leaves behind' fresh "$1" </dev/null
}

verdict=() failed=0
passed() { verdict+=("$suite: passed  $1"); }
fails() { verdict+=("$suite: FAILED  $1"); failed=1; }
# A command, and its limit in seconds.
try() {
  local began=$SECONDS
  say "== $suite: $1"
  if inside "$1"; then passed "$1 ($((SECONDS - began)) s)"; else fails "$1 (exit status $?)"; fi
  if ((SECONDS - began > $2)); then fails "$1 took $((SECONDS - began)) s; the limit is $2 s"; fi
}
left_alone() { if "$@"; then passed "$what"; else fails "$what"; fi; }

if [[ $only != tests ]]; then
  try examples/quickstart.sh 900
  try examples/quickstart.sh 5
fi
if [[ $only != quickstart ]]; then
  try tests/run.sh 900
fi
what="no PostgreSQL cluster was created" left_alone test -z "$(ls "$root/etc/postgresql" 2>/dev/null)"
what="policy-rc.d is as it was" left_alone test ! -e "$root/usr/sbin/policy-rc.d"
what="createcluster.conf is as it was" left_alone \
  cmp -s "$root/usr/share/postgresql-common/createcluster.conf" "$root/etc/postgresql-common/createcluster.conf"

printf '\n'
printf '%s\n' "${verdict[@]}"
exit $failed
