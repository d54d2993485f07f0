#!/bin/sh
# guarded.sh GRACE_SECONDS PROGRAM ARGS...
# Runs PROGRAM for as long as this script's standard input stays open. The launcher holds the other end of that pipe, so its end
# (a stop, a crash, kill -9) closes it, and nothing else is needed to leave no server behind: PROGRAM gets SIGTERM and, after
# GRACE_SECONDS, the whole process group gets SIGKILL. The launcher starts this script as the leader of a group of its own, which a
# kill of the launcher's group does not reach. Exits as PROGRAM did.
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
