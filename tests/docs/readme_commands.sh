#!/usr/bin/env bash
# Does the README say what is so? Writes the files that it shows, runs its console blocks in their
# order on a sandbox, and holds its tables of commands and options against --help.
#   tests/docs/readme_commands.sh RESOW
set -euo pipefail
resow=$(realpath "${1:?usage: readme_commands.sh RESOW}")
if [[ ${IN_SANDBOX-} != yes ]]; then
  IN_SANDBOX=yes exec "$resow" sandbox -- "$0" "$resow"
fi
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
fail() { printf 'README.md: %s\n' "$*"; exit 1; }

# Blocks that begin with "-- file: NAME" or "// file: NAME" are files.
awk '/^```/ { inside = !inside; file = ""; first = inside; next }
     inside && first { first = 0; if ($2 == "file:") file = $3 }
     inside && file { print > file }' "$top/README.md"
[[ -s shop.sql && -s shop.json ]] || fail "shows no shop.sql and shop.json"

mkdir bin
ln -s "$resow" bin/resow
PATH=$scratch/bin:$PATH
awk '/^```/ { inside = $0 == "```console"; next } inside && sub(/^\$ /, "")' "$top/README.md" >commands
(($(wc -l <commands) >= 8)) || fail "has fewer commands than expected: $(cat commands)"
while IFS= read -r command; do
  bash -c "$command" >output 2>&1 </dev/null || fail "this fails with exit status $?: $command"$'\n'"$(cat output)"
done <commands
grep -q '<testsuite' report.xml || fail "verify --format junit wrote no report"

# The table of commands is that of --help; each option of the other table is one of some command.
"$resow" --help >help
described=$(sed -n 's/^| `resow \([a-z]*\) .*/\1/p' "$top/README.md" | sort -u)
existing=$(awk '/^Commands:/ { inside = 1; next } /^$/ { inside = 0 } inside && /^  [a-z]/ { print $1 }' help | sort)
[[ $described == "$existing" ]] || fail "commands: described are" $described "; there are" $existing
for command in $existing; do "$resow" "$command" --help >>help; done
while IFS= read -r option; do
  grep -qE -- "(^|[ ,])$option([ ,=]|\$)" help || fail "describes $option, which no command has"
done < <(sed -n '/^| option /,/^$/p' "$top/README.md" | grep -oE -- '`--?[a-z-]+`' | tr -d '`' | grep -v -e ^--color)

# Links lead somewhere.
for paper in README.md CONTRIBUTING.md CHANGELOG.md $(cd "$top" && ls docs/*.md examples/*/README.md 2>/dev/null); do
  while IFS= read -r link; do
    [[ -e $top/$(dirname "$paper")/$link ]] || fail "$paper links to $link, which is not there"
  done < <(sed -n 's/`[^`]*`//g; p' "$top/$paper" | grep -oE '\]\([^)#:]+[)#]' | sed 's/^](//; s/[)#]$//')
done
echo "README.md: $(wc -l <commands) commands run, all commands and options are there"
