#!/bin/sh
# guarded.sh GRACE_SECONDS PROGRAM ARGS...
# Runs PROGRAM while this script's standard input is open. The launcher holds the other end of that pipe. When the launcher stops or
# dies, even by kill -9, the pipe closes: PROGRAM gets SIGTERM and, after GRACE_SECONDS, the whole process group gets SIGKILL.
# The script leads a process group of its own, so a signal to the launcher's group does not reach it. Exits with PROGRAM's exit code.
grace=$1
shift

exec 3<&0
"$@" </dev/null 3<&- &
server=$!

(
  while read -r _; do :; done <&3
  kill -TERM "$server" 2>/dev/null
  waited=0
  while [ "$waited" -lt "$((grace * 10))" ] && kill -0 "$server" 2>/dev/null; do
    sleep 0.1
    waited=$((waited + 1))
  done
  kill -KILL 0
) >/dev/null 2>&1 &
watcher=$!

wait "$server"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
