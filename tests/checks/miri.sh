#!/usr/bin/env bash
# Runs the unit tests of the runtime's pure parts and of its heap under Miri.
set -euo pipefail
if ! cargo +nightly miri --version > /dev/null 2>&1; then
    echo "NOT CHECKED: unit tests under Miri. Install it with: rustup toolchain install nightly --component miri,rust-src" >&2
    exit
fi
# Proptest reads its file of past failures, the heap stores addresses as integers, and tests leak their environments.
export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance -Zmiri-ignore-leaks" PROPTEST_CASES=2
cargo +nightly miri test --quiet --package ruchy-lambda-runtime --lib -- --skip http::parser::
