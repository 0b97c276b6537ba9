#!/usr/bin/env bash
# Links one bootstrap with the functions named, or with all, for CI and packagers. Calls this
# repository's tool, which cargo builds first.
#
#   linker/build.sh OUT [NAME...]
#   linker/build.sh --link              prints which musl is linked
#
# README.md in this folder lists the variables that choose the processor, the linker, the
# optimisation and the folders of functions.
set -euo pipefail
root=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
exec cargo run --quiet --locked --manifest-path "$root/Cargo.toml" --package ruchy-lambda -- link --root "$root" "$@"
