#!/usr/bin/env bash
# Runs the tests that try many inputs, and prints a table of their numbers: evidence.sh RUNS, with
# RUNS inputs per fuzz target.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Runs a command with its output in the log, which is printed only on failure.
quietly() {
    "$@" > "$log" 2>&1 || { tail -n 60 "$log" >&2; exit 1; }
}

row() {
    echo "| $1 | $(sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta' <<< "$2") |"
}

# Prints the number of cases that the property tests passed.
cases() {
    PROPTEST_VERBOSE=2 quietly cargo test --quiet --workspace --exclude handlers --lib -- --nocapture
    grep -c 'proptest: Test case passed' "$log"
}

echo "| what | how many |"
echo "|---|---:|"

quietly tests/fuzz/run.sh runs "$1"
while read -r target seeds inputs; do
    row "inputs tried, fuzz target \`$target\`" "$inputs"
    row "seeds of \`$target\` in git, tried first" "$seeds"
done < <(sed -nE 's/^fuzz target (\w+), ([0-9]+) seeds: Done ([0-9]+) runs.*/\1 \2 \3/p' "$log")

# With one case each, the number of cases is the number of tests.
tests=$(PROPTEST_CASES=1 cases)
row "property tests" "$tests"
tried=$(cases)
row "inputs tried by them" "$tried"

quietly cargo test --quiet --test linked faults -- --nocapture
row "faults played against the linked file" "$(awk '/faults played: [0-9]+/ { sum += $NF } END { print sum + 0 }' "$log")"
