#!/usr/bin/env bash
# Every test, and those of the file for arm64 if it can be emulated: tests/checks/all.sh [OPTION of the test programs]
set -uo pipefail
also=()
if RUCHY_LAMBDA_ARCH=arm64 linker/build.sh --link > /dev/null && linker/emulated.sh --emulator > /dev/null; then
    also=(--also "--workspace --test arm64" --with tests/checks/handlers-arm64.sh)
else
    echo "NOT CHECKED: the file for arm64; \`just setup-arm64\` prints the requirements" >&2
fi
exec tests/run.sh "${also[@]}" --workspace -- "$@"
