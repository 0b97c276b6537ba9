#!/usr/bin/env bash
# Makes a file that was linked for arm64 run on this machine by user-mode emulation. The linked file
# becomes FILE.elf, and FILE a one-line script that names the emulator, so callers start FILE as
# usual.
#
#   linker/emulated.sh FILE
#   linker/emulated.sh --emulator       print the emulator's path
set -euo pipefail

if [[ $(uname -m) == aarch64 ]]; then exit; fi
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || {
    echo "qemu-aarch64 not found: it runs files linked for arm64. Install it: apt-get install qemu-user-static" >&2
    exit 1
}
if [[ $1 == --emulator ]]; then
    echo "$emulator"
    exit
fi
file=$(realpath "$1")
line="#!$emulator $file.elf"
line_bytes_max=254 # the kernel's limit, without the newline
if ((${#line} > line_bytes_max)); then
    echo "$file: path too long for the kernel's interpreter line. Build in a folder nearer to the root." >&2
    exit 1
fi
mv "$file" "$file.elf"
echo "$line" > "$file"
chmod 755 "$file"
