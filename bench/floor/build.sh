#!/usr/bin/env bash
# Links the floor: bench/floor/build.sh OUT [PART]
#
# One segment that holds the headers, the code and the texts; no sections' padding, no build id, no symbols. With a PART, the name of a file
# in parts/, that comes before all else, and a second segment may begin with a page.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$(dirname "$1")"
options=(-Wl,--nmagic)
if [[ -n ${2:-} ]]; then
    options=(-Wl,-z,max-page-size=4096 "-DPART=\"parts/$2.S\"")
fi
cc -nostdlib -static -o "$1" "$here/floor.S" "${options[@]}" -Wl,-z,noseparate-code,-z,norelro,--build-id=none,--strip-all
