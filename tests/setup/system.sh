#!/usr/bin/env bash
# Installs the system packages that CI uses, by apt-get: `just setup-ci`. No other script here
# installs system packages. A package that cannot be installed is reported, and `just ci` then
# reports the checks that it skipped.
set -euo pipefail

packages=()
# need PACKAGE COMMAND...: PACKAGE is installed if COMMAND fails
need() { "${@:2}" > /dev/null 2>&1 || packages+=("$1"); }
need python3-venv python3 -c 'import venv, ensurepip'
need qemu-user-static linker/emulated.sh --emulator
need valgrind command -v valgrind
need llvm command -v llvm-mca
need skopeo command -v skopeo
need umoci command -v umoci
need npm command -v npm
need chromium python3 bench/report/browser.py
# rustup's target is preferred: it needs no root.
rustup target add x86_64-unknown-linux-musl > /dev/null 2>&1 || need musl-tools linker/build.sh --link
if ((${#packages[@]} == 0)); then exit; fi

as_root=()
if [[ $EUID != 0 ]]; then as_root=(sudo -n); fi
"${as_root[@]}" apt-get update -qq || true
for package in "${packages[@]}"; do
    echo "$package: installing it" >&2
    "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$package" > /dev/null || echo "NOT INSTALLED: $package" >&2
done
