"""Sums the bytes of a linked file by crate.

    parts.py FILE    linked with symbols: RUCHY_LAMBDA_SYMBOLS=1 linker/build.sh FILE NAME

Code is counted where it is defined: a generic function belongs to the crate of its type, and a function that the compiler inlined to the crate of its caller.
Constants without a name are one row."""

import collections
import re
import subprocess
import sys


def main(path):
    sections = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True).stdout
    parts = collections.Counter()
    for name, size in re.findall(r"\] \.(start|handlers|rodata|text|data) +\w+ +\w+ \w+ (\w+)", sections):
        parts["constants without a name" if name == "rodata" else "(other)"] += int(size, 16)
    symbols = subprocess.run(["nm", "-S", "-C", path], capture_output=True, text=True, check=True).stdout
    for size, kind, name in re.findall(r"^\w+ (\w+) (\w) (.*)$", symbols, re.MULTILINE):
        if kind not in "tTrR":
            continue
        crate = re.search(r"([a-zA-Z_]\w*)(\[\w+\])?::", re.sub(r"<|&|\bdyn |\bmut ", "", name))
        parts["constants without a name" if kind in "rR" else "(other)"] -= int(size, 16)
        parts[crate[1] if crate else "(other)"] += int(size, 16)
    for name, size in parts.most_common():
        print(f"{size:>9,}  {name}")
    print(f"{sum(parts.values()):>9,}  in all")


if __name__ == "__main__":
    main(sys.argv[1])
