#!/usr/bin/env bash
# Builds the functions of this project and `peer`, compares sizes and starts with tests/budgets.toml, checks what they answer, plays the fault suite
# to one, and compares them.
#
#   bench/sdk/build.sh [--rounds N] [--warm N]        options of measure.py
#   bench/sdk/build.sh --accept                       makes the present sizes and starts the budgets, and does nothing else
#
# Some ten minutes the first time: the AWS SDK is 200 crates. The peer is built for size and static.
set -euo pipefail
here=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
triple=x86_64-unknown-linux-musl
export CC_x86_64_unknown_linux_musl=${CC_x86_64_unknown_linux_musl:-gcc} # ring has a little C, which needs no header of a C library

(cd "$root" && cargo build --quiet --locked --package ruchy-lambda)
tool=$root/target/debug/ruchy-lambda
(cd "$here" && "$tool" build)
accept=()
if [[ ${1:-} == --accept ]]; then accept=(--accept); fi
over=0
for function in get_item native; do
    agreed=(--bootstrap "$here/dist/$function/bootstrap" --budgets "$root/tests/budgets.toml" "${accept[@]}")
    "$tool" size "${agreed[@]}" --key "sdk-$function" || over=1
    "$tool" start "$function" "${agreed[@]}" --key "sdk-$function-start" || over=1
done
if ((over)); then
    echo "For functions of bench/sdk: \`just bench-sdk --accept\`" >&2
    exit 1
fi
if ((${#accept[@]})); then exit; fi
# Without relocation at the start, as the functions are linked: it makes the peer smaller and faster.
RUSTFLAGS="-C relocation-model=static" cargo build --quiet --locked --manifest-path "$here/Cargo.toml" --package peer --profile release-ultra --target "$triple"
program() { echo "$1=$here/dist/$1/bootstrap"; }
peer=lambda_runtime=$here/target/$triple/release-ultra/peer
if [[ -x $root/.venv/rie/aws-lambda-rie && -x $root/.venv/aws/bin/python ]]; then
    "$root/.venv/aws/bin/python" "$here/check.py" "$root/.venv/rie/aws-lambda-rie" "$(program get_item)" "$(program native)" "$peer"
else
    echo "NOT CHECKED: the emulator and moto are missing; \`just setup\` installs them" >&2
fi
RUCHY_LAMBDA_TEST_FILE=$here/dist/echo/bootstrap cargo test --quiet --manifest-path "$root/Cargo.toml" --workspace --test with_std -- faults::
python3 "$here/measure.py" "$@" "$(program native)" "$(program get_item)" "$peer"
