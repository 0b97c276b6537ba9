#!/usr/bin/env bash
# Rewrites tests/budgets.toml with the sizes, and the counts of a start, as they are now: tests/accept.sh TOOL...
set -euo pipefail
tool=("$@")
# accept KEY NAME...
accept() {
    echo "linking for $RUCHY_LAMBDA_ARCH: $1" >&2
    linker/build.sh target/size/bootstrap "${@:2}"
    local agreed=(--bootstrap target/size/bootstrap --budgets tests/budgets.toml --key "$(linker/build.sh --link)-$1") sections=()
    # The sections of a file with std are the linker's; only its sizes as a whole have budgets.
    if [[ -z ${RUCHY_LAMBDA_STD:-} ]]; then
        RUCHY_LAMBDA_SYMBOLS=1 linker/build.sh target/size/symbols "${@:2}"
        sections=(--sections target/size/symbols)
    fi
    "${tool[@]}" size "${agreed[@]}" "${sections[@]}" --accept
    # A start is counted on the processor itself.
    if [[ $RUCHY_LAMBDA_ARCH == x86_64 ]]; then "${tool[@]}" start "${agreed[@]}-start" --accept; fi
}
for RUCHY_LAMBDA_ARCH in x86_64 arm64; do
    export RUCHY_LAMBDA_ARCH
    if ! linker/build.sh --link > /dev/null; then continue; fi
    accept minimal minimal
    accept all echo fibonacci greeting minimal
done
export RUCHY_LAMBDA_ARCH=x86_64 RUCHY_LAMBDA_STD=1
if linker/build.sh --link > /dev/null; then accept minimal minimal; fi
