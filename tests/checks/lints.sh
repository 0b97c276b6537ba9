#!/usr/bin/env bash
# Plain English, formatting, and lints as errors for all Rust.
set -euo pipefail
tests/checks/words.sh
cargo fmt --all --check
for manifest in tests/fuzz tests/std bench/peers/rust-tokio bench/peers/original-design bench/sdk; do cargo fmt --manifest-path "$manifest/Cargo.toml" --all --check; done
cargo clippy --quiet --workspace --all-targets -- -D warnings
bootstrap=(cargo clippy --quiet --package bootstrap --bin bootstrap --features deploy)
"${bootstrap[@]}" -- -D warnings -C panic=abort
# Features that only the tool links.
for feature in program observe instrument stack-trace; do
    cargo clippy --quiet --package ruchy-lambda-runtime --lib --features "deploy,$feature" -- -D warnings -C panic=abort
done
cargo clippy --quiet --package ruchy-std --features program -- -D warnings
if RUCHY_LAMBDA_ARCH=arm64 linker/build.sh --link > /dev/null; then
    "${bootstrap[@]}" --target aarch64-unknown-linux-musl -- -D warnings -C panic=abort
    # The tool and the benches run on such machines too.
    cargo clippy --quiet --package ruchy-lambda --package ruchy-lambda-bench --all-targets --target aarch64-unknown-linux-musl -- -D warnings
else
    echo "NOT CHECKED: lints of the code for arm64" >&2
fi
if linker/build.sh --link | grep -qx musl-target; then
    cargo clippy --quiet --package bootstrap --bin bootstrap-std --features deploy,std --target x86_64-unknown-linux-musl -- -D warnings -C panic=abort
else
    echo "NOT CHECKED: lints of the code with the real std, which need rustup's musl target" >&2
fi
# libFuzzer, with which the fuzz targets are linked, is not needed for lints.
CUSTOM_LIBFUZZER_PATH=/none/libfuzzer.a cargo clippy --quiet --manifest-path tests/fuzz/Cargo.toml -- -D warnings
