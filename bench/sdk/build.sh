#!/usr/bin/env bash
# Builds the functions of this project and `peer`, then checks what they answer, plays the fault suite to one, and compares them.
#
#   bench/sdk/build.sh [--rounds N] [--warm N]        options of measure.py
#
# Some ten minutes the first time: the AWS SDK is 200 crates. The peer is built for size and static.
set -euo pipefail
here=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
triple=x86_64-unknown-linux-musl
export CC_x86_64_unknown_linux_musl=${CC_x86_64_unknown_linux_musl:-gcc} # ring has a little C, which needs no header of a C library

(cd "$root" && cargo build --quiet --locked --package ruchy-lambda)
(cd "$here" && "$root/target/debug/ruchy-lambda" build)
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
