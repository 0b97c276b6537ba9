"""`just bench-heap`: the heap beside others, on traces of what handlers do with memory, and in the file that ships. Prints the processor's time for
each step as a ratio to ours of the same round, the most that was resident over the most that was in use, and the size of the file with each.

    bench/heap/measure.py ROUNDS

Each heap is given each trace in a process of its own, in a new order each round, and checks what was written into its blocks. The file is linked
out of a copy of the project in which another heap has the place of ours.
"""

import os
import random
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "bench/heap"
OUT = ROOT / "target/bench/heap"
SEED = 1  # what the order follows from
OURS = "ours"
HEAPS = {
    # our name of it: its package, at the version that Cargo.toml has
    OURS: None,
    "dlmalloc": "dlmalloc",
    "talc": "talc",
    "rlsf": "rlsf",
    "buddy": "buddy_system_allocator",
    "linked_list": "linked_list_allocator",
}
FILES = {"minimal": ["minimal"], "all functions": ["echo", "fibonacci", "greeting", "minimal"]}


def build():
    command = ["cargo", "build", "--quiet", "--release", "--locked", "--manifest-path", HERE / "Cargo.toml", "--target-dir", OUT]
    subprocess.run(command, check=True)
    program = OUT / "release/heap-bench"
    return program, subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def measure(rounds):
    program, traces = build()
    times = {(heap, trace): [] for heap in HEAPS for trace in traces}
    resident = {}
    shuffled = random.Random(SEED)
    for number in range(rounds):
        print(f"{number} of {rounds} rounds", file=sys.stderr, flush=True)
        for trace in traces:
            took = {}
            for heap in shuffled.sample(list(HEAPS), len(HEAPS)):
                said = subprocess.run([program, heap, trace], check=True, capture_output=True, text=True).stdout.split()
                took[heap] = float(said[0])
                resident[heap, trace] = int(said[2]) / int(said[1])
            for heap in HEAPS:
                times[heap, trace].append(took[heap] / took[OURS])
    table("time, to ours", traces, lambda heap, trace: f"{statistics.median(times[heap, trace]):.2f}")
    table("resident at the most, to what was in use at the most", traces, lambda heap, trace: f"{resident[heap, trace]:.2f}")


def table(what, columns, cell):
    print(f"| {what} | " + " | ".join(columns) + " |\n|" + "---|" * (1 + len(columns)))
    for heap in HEAPS:
        print(f"| {heap} | " + " | ".join(cell(heap, column) for column in columns) + " |")
    print()


def sizes():
    tree = OUT / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    manifest = (tree / "Cargo.toml").read_text()
    bytes_of = {}
    for heap, package in HEAPS.items():
        print(f"linking with {heap}", file=sys.stderr, flush=True)
        if package:
            needed = re.search(rf"^{package} = .*$", (HERE / "Cargo.toml").read_text(), re.MULTILINE)[0]
            (tree / "Cargo.toml").write_text(manifest.replace("[dependencies]\n", f"[dependencies]\n{needed}\n", 1))
            shutil.copy(HERE / f"src/heaps/{heap}.rs", tree / "bootstrap/host/heap.rs")
        # What the manifest now names is added to the lock file, and nothing else is changed.
        subprocess.run(["cargo", "metadata", "--quiet", "--format-version", "1"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
        for name, functions in FILES.items():
            bootstrap = OUT / "bootstrap"
            subprocess.run([tree / "linker/build.sh", bootstrap, *functions], check=True, env=os.environ)
            bytes_of[heap, name] = bootstrap.stat().st_size
    table("bytes of the file more than with ours", list(FILES), lambda heap, name: f"{bytes_of[heap, name] - bytes_of[OURS, name]:,}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
        sys.exit("how many rounds are there to be? `just bench-heap 11` has 11 of them")
    OUT.mkdir(parents=True, exist_ok=True)
    print("building the bench, once: half a minute", file=sys.stderr, flush=True)
    measure(int(sys.argv[1]))
    sizes()
