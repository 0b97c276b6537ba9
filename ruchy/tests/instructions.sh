#!/usr/bin/env bash
# Counts the instructions that the compiler needs for 1,000 lines: the programs of tests/lambda, each as a module, until there are so many.
# Usage: ruchy/tests/instructions.sh [LINES]; it needs valgrind. Other processes do not change the count.
set -euo pipefail
cd "$(dirname "$0")/../.."
lines_min=${1:-1000}
program=$(mktemp --suffix .ruchy)
trap 'rm -f "$program"' EXIT

lines=0
for file in ruchy/tests/lambda/*.ruchy; do
    # Paths from the program's root, and attributes of whole files, mean something else in a module.
    if grep -qE 'crate::|#!' "$file"; then continue; fi
    printf 'mod %s {\n%s\n}\n' "$(basename "$file" .ruchy)" "$(cat "$file")" >> "$program"
    lines=$(wc -l < "$program")
    if [ "$lines" -ge "$lines_min" ]; then break; fi
done
echo 'fun main() { }' >> "$program"

cargo build --quiet --release -p ruchy-compiler
compiler=${CARGO_TARGET_DIR:-target}/release/ruchy-compiler
log=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$compiler" rust "$program" 2>&1 > /dev/null)
count=$(sed -n 's/.*Collected : //p' <<< "$log")
if [ -z "$count" ]; then printf '%s\n' "$log"; exit 1; fi
echo "$(wc -l < "$program") lines, $count instructions, $((count / $(wc -l < "$program"))) for a line"
