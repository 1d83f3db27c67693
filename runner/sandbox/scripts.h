// What is done about a sandbox's end, as shell scripts: they need nothing of the process that
// started them, so they go on when it is killed.
#pragma once

namespace resow {

// `remove FOLDER`: ends every process of the server whose data directory is in FOLDER, also
// those that have lost their postmaster, then removes the folder.
inline constexpr const char* kRemoveFunction = R"sh(
data_folder() {
  echo "$1/data-${1##*-}"
}
remove() {
  data=$(data_folder "$1")
  signal=QUIT
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    found=
    for process in /proc/[0-9]*; do
      if [ "$process/cwd" -ef "$data" ] && read -r name <"$process/comm" &&
        [ "$name" = postgres ]; then
        kill -"$signal" "${process#/proc/}"
        found=yes
      fi
    done 2>/dev/null
    if [ ! -d /proc/self ] && read -r pid <"$data/postmaster.pid"; then
      kill -"$signal" "$pid" && found=yes
    fi 2>/dev/null
    if [ -z "$found" ] && rm -rf -- "$1" 2>/dev/null; then return 0; fi
    sleep 0.1
    if [ "$attempt" -eq 10 ]; then signal=KILL; fi
  done
  return 1
}
)sh";

// The watchdog: $1 is the folder, which need not be there yet, the rest the server's command line.
// Descriptor 3 is the other end of a socket that its owner holds; it ends when the owner does,
// however that ends. Words from the owner: start, keep.
inline constexpr const char* kWatchdog = R"sh(
trap '' HUP INT PIPE QUIT TERM
folder=$1
data=$(data_folder "$folder")
shift
read -r word <&3
if [ "$word" = start ]; then
  "$@" </dev/null >>"$folder/log" 2>&1 3>&- &
  server=$!
  (
    while read -r word <&3; do
      if [ "$word" = keep ]; then
        kill -KILL $$
        exit 0
      fi
    done
    # Until its pid file is there a server may not listen to signals yet.
    until [ -e "$data/postmaster.pid" ] || ! kill -0 "$server"; do
      sleep 0.05 3>&-
    done
    kill -QUIT "$server"
    kill -CONT "$server"
  ) 2>/dev/null &
  listener=$!
  echo "server $server" >&3
  wait "$server"
  status=$?
  kill -KILL "$listener"
  echo "ended $status" >&3
  while read -r word <&3; do
    if [ "$word" = keep ]; then exit 0; fi
  done
elif [ "$word" = keep ]; then
  exit 0
fi 2>/dev/null
remove "$folder"
)sh";

}  // namespace resow
