#!/usr/bin/env bash
# The runner that `run.sh` gives to cargo: start.sh FOLDER PROGRAM [ARGUMENTS...]. Starts the program in the background, with cargo's folder and
# variables, and returns at once.
set -euo pipefail
# A group of its own, and SIGINT not ignored, which some tests send.
set -m
folder=$1
shift
number=$(basename "$1")
echo "$(basename "$PWD")/${number%-*}" > "$folder/$number.program"
{
    read -rN 1 < "$folder/slots"
    result=0
    "$@" || result=$?
    echo "$result" > "$folder/$number.status"
    printf ' ' > "$folder/slots"
    echo "$number" > "$folder/ended"
} > "$folder/$number.log" 2>&1 < /dev/null &
echo $! > "$folder/$number.group"
