#!/usr/bin/env bash
# Installs what is missing of the distribution's packages: Debian 12 and 13, Ubuntu 24.04.
#
#   cmake/install_packages.sh build    what building and running resow needs
#   cmake/install_packages.sh test     that, and what the tests need
#
# Asks dpkg first and does nothing when everything is there. As root, or through sudo. Of PostgreSQL
# and pgbouncer only the programs are wanted: no cluster is created, no service started.
set -euo pipefail

# A package, and the command that stands for it when it came from somewhere else.
build_packages="
  g++:c++ make:make cmake:cmake ninja-build:ninja ccache:ccache pkgconf:pkg-config
  libpqxx-dev libpq-dev nlohmann-json3-dev libcli11-dev libfmt-dev librandom123-dev libxxhash-dev libzstd-dev
  postgresql postgresql-client"
test_packages="
  libgtest-dev libgmock-dev libbenchmark-dev clang-format:clang-format clang-tidy:clang-tidy
  git:git jq:jq locales perl:prove pgbouncer procps:ps python3:python3 python3-jsonschema python3-junitparser tmux:tmux util-linux:unshare
  python3-pytest python3-pytest-xdist python3-psycopg2 nodejs:node node-pg:npm"
# (examples/hooks has suites in Go and Java too. Their tool chains are large: where they are, they are tested.)
# Taken along where the distribution has it, and done without elsewhere: the pinned formatter.
test_extras="clang-format-14"

say() { printf '%s\n' "$*" >&2; }

# Of the given packages those that are neither installed nor stood for by a command.
missing_of() {
  local installed item package
  installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' 2>/dev/null |
    tr ' ' '\n' | sed -n 's/^installed://p' | tr '\n' ' ')"
  for item in "$@"; do
    package=${item%%:*}
    [[ $installed == *" $package "* ]] && continue
    [[ $item == *:* ]] && command -v "${item#*:}" >/dev/null && continue
    # Any version's server will do, also one from PostgreSQL's own repository.
    [[ $package == postgresql* && $installed =~ \ $package-[0-9]+\  ]] && continue
    printf '%s\n' "$package"
  done
}

by_hand() { say "  by hand, as root: apt-get update && apt-get install --no-install-recommends $*"; }

# While packages are installed no service may start and no PostgreSQL cluster be created. Both files
# are put back as they were; by the next run if this one was killed.
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf
set_aside() { if [[ -e $1 ]]; then cp -p "$1" "$1.resow-saved"; else : >"$1.resow-none"; fi; }
put_back() {
  local file
  for file in "$policy" "$clusters"; do
    if [[ -e $file.resow-none ]]; then rm -f "$file" "$file.resow-none"; fi
    if [[ -e $file.resow-saved ]]; then mv -f "$file.resow-saved" "$file"; fi
  done
}

apt_install() {
  apt-get install -y -q --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" </dev/null >&2 && return
  say "Installing failed; the reason stands above."
  by_hand "$@"
  return 1
}

install_as_root() {
  local package unknown=() known=()
  say "Installing from the distribution's packages: $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >&2 || say "apt-get update failed (no network?); going on with the lists that are here."
  for package in "$@"; do
    if apt-cache show "$package" >/dev/null 2>&1; then known+=("$package"); else unknown+=("$package"); fi
  done
  if ((${#unknown[@]})); then
    say "Not known to this machine's package sources: ${unknown[*]}"
    say "  Supported are Debian 12 and 13, and Ubuntu 24.04 with universe. Is the network there?"
    by_hand "${unknown[@]}"
    return 1
  fi
  for package in $extras; do
    if apt-cache show "$package" >/dev/null 2>&1; then known+=("$package"); fi
  done

  put_back
  trap put_back EXIT
  trap 'exit 130' INT TERM HUP
  set_aside "$policy"
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  if [[ " ${known[*]} " == *" postgresql "* ]]; then
    apt_install postgresql-common || return 1
    set_aside "$clusters"
    printf '\ncreate_main_cluster = false\n' >>"$clusters"
  fi
  apt_install "${known[@]}" || return 1
  if [[ " ${known[*]} " == *" pgbouncer "* && -d /run/systemd/system ]]; then
    systemctl disable --quiet pgbouncer.service || true  # else it would start at the next boot
  fi
}

case ${1-} in
  build) wanted=$build_packages extras="" ;;
  test) wanted="$build_packages $test_packages" extras=$test_extras ;;
  *) say "usage: cmake/install_packages.sh build|test"; exit 2 ;;
esac

if ! command -v apt-get >/dev/null; then
  say "No apt here, so nothing is installed; cmake names what it does not find. Needed, by Debian's names:"
  say "$(printf ' %s' $wanted | sed 's/:[^ ]*//g')"
  exit 0
fi
missing=$(missing_of $wanted)
[[ -n $missing ]] || exit 0
if ((EUID == 0)); then
  install_as_root $missing
elif ! command -v sudo >/dev/null; then
  say "Packages are missing, and this is neither root nor is there sudo:" $missing
  by_hand $missing
  exit 1
elif [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
  say "Packages are missing, and sudo wants a password that nobody can type here:" $missing
  by_hand $missing
  exit 1
else
  exec sudo bash "$0" "$1"
fi
