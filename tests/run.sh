#!/usr/bin/env bash
# Runs `cargo test` with the arguments given, all test programs even if one fails, and sums their results in one last line.
# The exit status is cargo's.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cargo test --quiet --no-fail-fast "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
awk '
    /^test result:/ { passed += $4; failed += $6; ignored += $8; programs += 1 }
    END { print "tests: " passed + 0 " passed, " failed + 0 " failed, " ignored + 0 " ignored, in " programs + 0 " programs" }
' "$log"
exit "$status"
