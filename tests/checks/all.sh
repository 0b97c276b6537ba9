#!/usr/bin/env bash
# Every test, and those of the file for arm64 if it can be emulated: tests/checks/all.sh [OPTION of the test programs]
set -uo pipefail
also=() status=0
if RUCHY_LAMBDA_ARCH=arm64 linker/build.sh --link > /dev/null && linker/emulated.sh --emulator > /dev/null; then
    RUCHY_LAMBDA_ARCH=arm64 just test-handlers || status=$?
    also=(--also "--workspace --test arm64")
else
    echo "NOT CHECKED: the file for arm64; \`just setup-arm64\` says what that needs" >&2
fi
tests/run.sh "${also[@]}" --workspace -- "$@" || status=$?
exit "$status"
