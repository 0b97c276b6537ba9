"""`just bench-compile`: plain programs by `compile` with each preset, by rustc -O and by gcc -O3. Prints a table, and writes
target/bench/compile.json.

    bench/compile/run.py ROUNDS COMMAND...      COMMAND runs the tool

The build time is that of the second build of two, which compiles no libraries. The programs take turns, in a new order each round, and
each output is checked. Run times are the processor time of whole processes, which depends less on what else the machine does than the
time of day: medians, and the median over the rounds of the ratio to gcc -O3.
"""

import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "bench/compile"
OUT = ROOT / "target/bench/compile"
PRESETS = ["none", "balanced", "aggressive", "nasa"]
BASE = "gcc -O3"
OTHERS = {"rustc -O": (["rustc", "-O", "--edition", "2024"], "rs"), BASE: (["gcc", "-O3"], "c")}
EXPECTED = {"hello": "Hello from Ruchy\n", "fibonacci": "9227465\n", "collatz": "442\n"}
SEED = 1  # of the order


def build_by_preset(tool, program, preset):
    """Returns the file and the milliseconds of its second build."""
    file, report = OUT / f"{program}-{preset}", OUT / "report.json"
    command = [*tool, "compile", HERE / f"{program}.ruchy", "-O", preset, "-o", file, "--json", report]
    for _ in range(2):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file, json.loads(report.read_text())["compile_time_ms"]


def build_by(compiler, program):
    """Returns the file of another compiler and the milliseconds of its second build."""
    command, extension = OTHERS[compiler]
    file = OUT / f"{program}-{extension}"
    for _ in range(2):
        begun = time.perf_counter()
        subprocess.run([*command, "-o", file, HERE / f"{program}.{extension}"], check=True)
    return file, round((time.perf_counter() - begun) * 1000)


def run(file, expected):
    """Returns the milliseconds of processor time of a run whose output is as expected."""
    with subprocess.Popen([file], stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or output != expected:
        sys.exit(f"{file}: printed {output!r} and ended with status {process.returncode}; expected {expected!r}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def measured(builds, expected, rounds):
    """Returns the times of each file, by name, round by round."""
    times, order = {name: [] for name in builds}, list(builds)
    for _ in range(rounds + 1):
        random.shuffle(order)
        for name in order:
            times[name].append(run(builds[name][0], expected))
    return {name: samples[1:] for name, samples in times.items()}  # the first round is not counted


def main():
    rounds, tool = int(sys.argv[1]), sys.argv[2:]
    missing = [command[0] for command, _ in OTHERS.values() if shutil.which(command[0]) is None]
    if missing:
        sys.exit(f"{', '.join(missing)}: not found. Install it: apt-get install gcc, or https://rustup.rs for rustc")
    OUT.mkdir(parents=True, exist_ok=True)
    random.seed(SEED)
    rows = []
    for program, expected in EXPECTED.items():
        builds = {preset: build_by_preset(tool, program, preset) for preset in PRESETS}
        builds |= {compiler: build_by(compiler, program) for compiler in OTHERS}
        times = measured(builds, expected, rounds)
        for name, (file, build_ms) in builds.items():
            ratio = statistics.median(own / base for own, base in zip(times[name], times[BASE], strict=True))
            row = {"program": program, "by": name, "bytes": file.stat().st_size, "build_ms": build_ms}
            rows.append(row | {"run_ms": statistics.median(times[name]), "ratio": ratio})
    print("| program | by | bytes | build, ms | run, ms | run, of gcc's |\n|---|---|---|---|---|---|")
    for row in rows:
        numbers = f"{row['bytes']:,} | {row['build_ms']:,} | {row['run_ms']:.2f} | {row['ratio']:.3f}"
        print(f"| {row['program']} | {row['by']} | {numbers} |")
    versions = {name: subprocess.run([name, "--version"], capture_output=True, text=True).stdout.splitlines()[0] for name in ("rustc", "gcc")}
    conditions = {"machine": platform.processor() or platform.machine(), "kernel": platform.release(), "rounds": rounds} | versions
    (ROOT / "target/bench/compile.json").write_text(json.dumps({"conditions": conditions, "rows": rows}, indent=2) + "\n")
    print(f"\n{', '.join(versions.values())}; {rounds} rounds", file=sys.stderr)


main()
