#!/usr/bin/env bash
# The runner that `repeat.sh` gives to cargo: program.sh LIST PROGRAM. Adds the program and cargo's folder for it to LIST, and runs nothing.
printf '%s\t%s\n' "$PWD" "$2" >> "$1"
