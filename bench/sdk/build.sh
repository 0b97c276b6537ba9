#!/usr/bin/env bash
# Links the function with both runtimes into OUT, and the same function with the crate `aws` instead
# of the SDK; then checks their answers and compares them.
#
#   bench/sdk/build.sh OUT
#
# About ten minutes the first time: AWS's SDK has 200 crates. The peer is built as its documentation
# recommends, for size and static.
set -euo pipefail

out=$(realpath -m "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
triple=x86_64-unknown-linux-musl
export CC_x86_64_unknown_linux_musl=${CC_x86_64_unknown_linux_musl:-gcc} # ring has a little C, which needs no header of a C library

RUCHY_LAMBDA_STD=$here/function "$root/linker/build.sh" "$out/function"
RUCHY_LAMBDA_FUNCTIONS=$here/native "$root/linker/build.sh" "$out/native" get_item
cargo build --quiet --locked --manifest-path "$here/Cargo.toml" --package peer --profile release-ultra --target "$triple" --target-dir "$root/target/sdk"
install -m 755 "$root/target/sdk/$triple/release-ultra/peer" "$out/peer"
if [[ -x $root/.venv/rie/aws-lambda-rie && -x $root/.venv/aws/bin/python ]]; then
    "$root/.venv/aws/bin/python" "$here/check.py" "$root/.venv/rie/aws-lambda-rie" "$out/function" "$out/peer"
else
    echo "NOT CHECKED: the emulator and moto are missing; \`just setup\` installs them" >&2
fi
python3 "$here/measure.py" native="$out/native" function="$out/function" lambda_runtime="$out/peer"
