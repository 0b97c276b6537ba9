#!/usr/bin/env bash
# Has a file that was linked for arm64 run on this machine, by user-mode emulation: what was linked is then FILE.elf, and FILE one line that names
# the emulator. Whoever starts FILE need not know.
#
#   linker/emulated.sh FILE
#   linker/emulated.sh --emulator       only say which emulator it is
set -euo pipefail

if [[ $(uname -m) == aarch64 ]]; then exit; fi
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || {
    echo "qemu is missing, which runs what is linked for arm64 on this machine. Install it with: apt-get install qemu-user-static" >&2
    exit 1
}
if [[ $1 == --emulator ]]; then
    echo "$emulator"
    exit
fi
file=$(realpath "$1")
line="#!$emulator $file.elf"
line_bytes_max=254 # the kernel's, its end not counted
if ((${#line} > line_bytes_max)); then
    echo "$file: the path is too long to be emulated from. Build in a folder nearer to the root." >&2
    exit 1
fi
mv "$file" "$file.elf"
echo "$line" > "$file"
chmod 755 "$file"
