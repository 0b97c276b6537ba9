#!/usr/bin/env bash
# Installs mdBook, which renders docs/, as .venv/book/bin/mdbook.
set -euo pipefail
version=0.5.4
if [[ $(.venv/book/bin/mdbook --version 2> /dev/null) == "mdbook v$version" ]]; then exit; fi
echo "mdBook $version: installing it in .venv/book" >&2
# Without its web server.
cargo install --quiet --locked --root .venv/book mdbook --version "$version" --no-default-features --features search
