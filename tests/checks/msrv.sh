#!/usr/bin/env bash
# Links the shipped file, and type-checks the workspace, with the oldest supported Rust:
# `rust-version` in Cargo.toml.
set -euo pipefail
toolchain=$(sed -n 's/^rust-version = "\(.*\)"/\1.0/p' Cargo.toml)
musl=x86_64-unknown-linux-musl
# An installed toolchain is used without a network.
if ! [[ -d $(rustup run "$toolchain" rustc --print target-libdir --target "$musl" 2> /dev/null) ]] &&
    ! rustup toolchain install "$toolchain" --profile minimal --target "$musl" > /dev/null 2>&1; then
    echo "NOT CHECKED: Rust $toolchain, the oldest that is supported: rustup cannot install it with the target $musl" >&2
    exit
fi
export RUSTUP_TOOLCHAIN=$toolchain
linker/build.sh target/msrv/bootstrap echo fibonacci greeting minimal
cargo check --quiet --workspace --target-dir target/msrv/check
echo "Rust $toolchain: the file links, the workspace type-checks" >&2
