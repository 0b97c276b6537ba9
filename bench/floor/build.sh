#!/usr/bin/env bash
# Links the floor: bench/floor/build.sh OUT
#
# One segment with the headers, the code and the strings; no padding of sections, no build id, no
# symbols.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$(dirname "$1")"
cc -nostdlib -static -o "$1" "$here/floor.S" -Wl,--nmagic,-z,noseparate-code,-z,norelro,--build-id=none,--strip-all
