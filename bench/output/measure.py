"""`just bench-output`: what text costs that functions make, with `format!` and its like lowered by the build and as they were written. Prints
how many bytes each file has, and user time as a ratio of the one to the other.

    bench/output/measure.py ROUNDS

Time is the processor's, of an invocation which makes a small response many thousand times, both files in turn, in a new order each round; the first
round is not counted, and both must answer the same.
"""

import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench/compute"))
from run import Invocations  # noqa: E402  what serves one function, of the bench of functions that compute

HERE = ROOT / "bench/output"
OUT = ROOT / "target/bench/output"
ROUNDS_WARM_UP = 1
SEED = 1  # what the order follows from
TIMES = 50_000  # so many responses an invocation: some milliseconds, beside which the invocation itself is nothing
FUNCTIONS = {
    "strings": "`format!` of texts",
    "integers": "`format!` of texts and integers",
    "prints": "`println!` and `format!` of both",
    "floats": "`format!` of a float",
}
KINDS = ["strings", "integers", "floats"]


def link(name, lower):
    """The file of one function, lowered or as it was written."""
    bootstrap = OUT / f"{name}-{lower}"
    folders = f"{ROOT}/handlers/functions:{HERE}/functions"
    environment = {**os.environ, "RUCHY_LAMBDA_LOWER": lower, "RUCHY_LAMBDA_FUNCTIONS": folders}
    subprocess.run([ROOT / "linker/build.sh", bootstrap, name], check=True, env=environment)
    return bootstrap


def sizes():
    minimal = link("minimal", "1").stat().st_size
    print("| a function that has | as written, more than `minimal` | lowered, more than `minimal` |\n|---|---|---|")
    for name, what in FUNCTIONS.items():
        written, lowered = (link(name, lower).stat().st_size - minimal for lower in "01")
        print(f"| {what} | {written:,} B | {lowered:,} B |")


def ratios(rounds):
    files = {lower: Invocations(link("repeated", lower), "repeated") for lower in "01"}
    try:
        samples = {kind: [] for kind in KINDS}
        shuffled = random.Random(SEED)
        for number in range(ROUNDS_WARM_UP + rounds):
            for kind in KINDS:
                took, said = {}, {}
                for lower in shuffled.sample("01", 2):
                    before = processor_ns(files[lower])
                    _, said[lower] = files[lower].answer(f"{kind} {TIMES}")
                    took[lower] = processor_ns(files[lower]) - before
                if said["0"] != said["1"] or not said["0"]:
                    sys.exit(f"{kind}: lowered it answers {said['1']}, and as written {said['0']}")
                if number >= ROUNDS_WARM_UP:
                    samples[kind].append(took["1"] / took["0"])
    finally:
        for file in files.values():
            file.process.kill()
            file.process.wait()
    print("\n| a small response of | time lowered, to as written | lowest and highest of the rounds |\n|---|---|---|")
    for kind, values in samples.items():
        print(f"| {kind} | {statistics.median(values):.2f} | {min(values):.2f} to {max(values):.2f} |")
    print(f"\nMedians of {rounds} rounds, each of {TIMES:,} responses by either file.")


def processor_ns(file):
    """How long it has run, in nanoseconds."""
    return int(Path(f"/proc/{file.process.pid}/schedstat").read_text().split()[0])


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
        sys.exit("how many rounds are there to be? `just bench-output 21` has 21 of them")
    OUT.mkdir(parents=True, exist_ok=True)
    print("linking each function twice", file=sys.stderr, flush=True)
    sizes()
    print("measuring time", file=sys.stderr, flush=True)
    ratios(int(sys.argv[1]))
