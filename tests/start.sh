#!/usr/bin/env bash
# The runner that `run.sh` gives to cargo: start.sh FOLDER PROGRAM [ARGUMENTS...]. Starts the program in the background, with cargo's folder and
# variables, and returns at once.
set -euo pipefail
# A new process group, and SIGINT not ignored, because some tests send it.
set -m
folder=$1
shift
number=$(basename "$1")
# rustdoc waits for a documentation test, and then deletes it.
if [[ $number == rust_out ]]; then exec "$@"; fi
echo "$(basename "$PWD")/${number%-*}" > "$folder/$number.program"
# The first four link files in one target folder, one after the other, and `projects` has one long
# test: they take longest, and get the highest priority. The next link files in other folders, and
# start at once too. The remaining programs use the remaining processors.
case $number in
    linked-* | arm64-* | link-* | handlers-* | projects-*) slot='' niceness=0 ;;
    with_std-*) slot='' niceness=5 ;;
    deploy-*) slot='' niceness=15 ;;
    *) slot=1 niceness=15 ;;
esac
{
    if [[ -n $slot ]]; then read -rN 1 < "$folder/slots"; fi
    result=0
    nice -n "$niceness" "$@" || result=$?
    echo "$result" > "$folder/$number.status"
    if [[ -n $slot ]]; then printf ' ' > "$folder/slots"; fi
    echo "$number" > "$folder/ended"
} > "$folder/$number.log" 2>&1 < /dev/null &
echo $! > "$folder/$number.group"
