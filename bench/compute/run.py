"""`just bench-compute`: functions that compute, in the linked file with and without inlined recursion, compared with the same functions
by other compilers. Prints a table of medians and ratios to gcc -O3, and writes target/bench/compute.json.

    bench/compute/run.py ROUNDS COMMAND...      COMMAND prints the conditions of a run, as JSON

Ours is an invocation: from the event's first byte sent to the response's last byte received, over a loopback Runtime API, by a process
that stays. The others time the function themselves, in a new process each time. All take turns, in a new order each round; the first
round is not counted, and each result is checked.
"""

import json
import os
import platform
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "bench/compute"
OUT = ROOT / "target/bench/compute"
ROUNDS_SLOW_MAX = 3  # for programs that take seconds
ROUNDS_WARM_UP = 1
SEED = 1  # of the order
PROGRESS_SECONDS = 2  # interval of progress messages
FUNCTIONS = {
    # name: arguments, result
    "fibonacci": ("35", "9227465"),
    "tak": ("24 16 8", None),  # the first answer is expected of the others
    "collatz": ("100000", "350"),
}
# Loop-heavy functions: the same algorithm in each of the languages that have a compiler as good as ours.
LOOPS = {
    "sum": ("65536", None),
    "dot_product": ("65536", None),
    "matrix_product": ("200", None),
    "string_search": ("1000000", None),
    "quicksort": ("200000", None),
    "sieve": ("2000000", "148933"),
    "n_body": ("50000", None),
    "base64_encode": ("3000000", None),
    "json_walk": ("100000", None),
}
FUNCTIONS |= LOOPS
LOOP_CANDIDATES = {"Ruchy Lambda", "gcc -O3", "g++ -O3", "rustc -O3"}
OURS = "Ruchy Lambda"
GEOMETRIC_MEAN_MAX, RATIO_MAX = 1.0, 1.2  # the goals, to gcc -O3
BASE = "gcc -O3"


class Invocations:
    """A linked file that serves one function."""

    def __init__(self, bootstrap, handler):
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(10)
        environment = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % listener.getsockname()[1], "_HANDLER": handler}
        self.process = subprocess.Popen([bootstrap], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connection, _ = listener.accept()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.settimeout(60)
        self.received()

    def received(self):
        """Returns one request and its body."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, body = data.split(b"\r\n\r\n", 1)
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        while len(body) < int(lengths[0] if lengths else 0):
            body += self.more()
        return head, body

    def more(self):
        data = self.connection.recv(65536)
        if not data:
            sys.exit("the bootstrap closed its connection")
        return data

    def run(self, event):
        elapsed, text = self.answer(event)
        # The shipped function's answer contains more than the number.
        return elapsed, json.loads(text)["body"].split("=")[1] if text.startswith("{") else text

    def answer(self, event):
        """Returns the duration of an invocation in nanoseconds, and its response."""
        deadline = int(time.time() * 1000) + 60_000
        head = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nLambda-Runtime-Deadline-Ms: %d\r\nContent-Length: %d\r\n\r\n%s"
        reply = (head % (deadline, len(event), event)).encode()
        start = time.perf_counter_ns()
        self.connection.sendall(reply)
        head, body = self.received()
        elapsed = time.perf_counter_ns() - start
        if b"/response " not in head.split(b"\r\n")[0]:
            sys.exit("not a response: %s %s" % (head, body))
        self.connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        self.received()
        return elapsed, body.decode()


def timed(command):
    """Returns a runner for a program that times itself."""

    def run(name, arguments):
        nanoseconds, result = subprocess.run([*command, name, *arguments.split()], check=True, capture_output=True, text=True).stdout.split()
        return int(nanoseconds), result

    return run


def first_line(*command):
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip().splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def refusal(build):
    """Returns the last line of a compiler's output."""
    lines = (build.stderr or build.stdout).strip().splitlines()
    return lines[-1] if lines else f"it ends with {build.returncode}"


def candidates():
    """Returns the programs by function; those that are missing; versions."""
    OUT.mkdir(parents=True, exist_ok=True)
    runs = {name: {} for name in FUNCTIONS}
    absent, versions, bytes_of, processes = {}, {}, {}, []
    for label, levels in [("Ruchy Lambda", ""), ("Ruchy Lambda, not inlined", "0")]:
        bootstrap = OUT / ("bootstrap" + levels)
        folders = f"{ROOT}/handlers/functions:{HERE}/functions"
        environment = {**os.environ, "RUCHY_LAMBDA_INLINE": levels, "RUCHY_LAMBDA_FUNCTIONS": folders}
        subprocess.run([ROOT / "linker/build.sh", bootstrap, "echo", *FUNCTIONS], check=True, env=environment)
        bytes_of[label] = bootstrap.stat().st_size
        for name in ["echo", *FUNCTIONS]:
            invocations = Invocations(bootstrap, name)
            processes.append(invocations)
            if name != "echo":
                runs[name][label] = lambda _, arguments, of=invocations: of.run(arguments)
            elif not levels:
                for each in FUNCTIONS.keys() - LOOPS.keys():
                    runs[each]["an invocation that computes nothing"] = lambda _, arguments, of=invocations: (of.run(arguments)[0], None)

    compilers = [
        ("gcc -O3", ["gcc", "-O3", "-x", "c", HERE / "compute.c", "-lm"], "gcc"),
        ("g++ -O3", ["g++", "-O3", "-x", "c++", HERE / "compute.c", "-lm"], "g++"),
        ("rustc -O3", ["rustc", "--edition=2024", "-Copt-level=3", HERE / "compute.rs"], "rustc"),
        ("Go", ["go", "build", HERE / "compute.go"], "go"),
    ]
    for number, (label, command, tool) in enumerate(compilers):
        if not shutil.which(tool):
            absent[label] = tool
            continue
        program = OUT / f"compute{number}"
        if tool == "go":
            command = ["go", "build", "-o", program, HERE / "compute.go"]
        else:
            command = [*command, "-o", program]
        build = subprocess.run(command, capture_output=True, text=True)
        if build.returncode:
            absent[label] = f"a {tool} that compiles this: {refusal(build)}"
            continue
        versions[label] = first_line(tool, "version" if tool == "go" else "--version")
        for name in FUNCTIONS:
            runs[name][label] = timed([program])
        if tool == "gcc":
            by_hand = timed([program])
            runs["fibonacci"]["gcc -O3, two levels inlined by hand"] = lambda _, arguments: by_hand("by_hand", arguments)
    versions["Python"] = platform.python_version()
    for name in FUNCTIONS:
        runs[name]["Python"] = timed([sys.executable, HERE / "compute.py"])
    for name in LOOPS:
        runs[name] = {label: run for label, run in runs[name].items() if label in LOOP_CANDIDATES}
    return runs, absent, versions, bytes_of, processes


def measure(runs, rounds):
    samples = {name: {label: [] for label in runs[name]} for name in runs}
    expected = {name: result for name, (_, result) in FUNCTIONS.items()}
    order = [(name, label) for name in runs for label in runs[name]]
    shuffled, last_progress = random.Random(SEED), time.monotonic()
    for round_number in range(ROUNDS_WARM_UP + rounds):
        if time.monotonic() - last_progress > PROGRESS_SECONDS:
            last_progress = time.monotonic()
            print(f"{round_number} of {ROUNDS_WARM_UP + rounds} rounds", file=sys.stderr, flush=True)
        shuffled.shuffle(order)
        for name, label in order:
            if label == "Python" and round_number >= ROUNDS_WARM_UP + ROUNDS_SLOW_MAX:
                continue
            nanoseconds, result = runs[name][label](name, FUNCTIONS[name][0])
            if result is not None:
                expected[name] = expected[name] or result
                if result != expected[name]:
                    sys.exit(f"{label}: {name}({FUNCTIONS[name][0]}) is {result}, expected {expected[name]}")
            if round_number >= ROUNDS_WARM_UP:
                samples[name][label].append(nanoseconds)
    return samples


def ratio_to_base(samples, label):
    """The median of the ratios of each round: other work on the machine slows both programs of a round alike."""
    return statistics.median(ours / base for ours, base in zip(samples[label], samples[BASE]))


def table(samples, absent):
    lines = []
    for name, (arguments, _) in FUNCTIONS.items():
        has_base = BASE in samples[name]
        lines.append(f"{name}({arguments.replace(' ', ', ')})".ljust(40) + "median ms   min ms" + ("   of gcc's" if has_base else ""))
        for label, values in sorted(samples[name].items(), key=lambda item: statistics.median(item[1])):
            median = statistics.median(values)
            ratio = f"{ratio_to_base(samples[name], label):10.3f}" if has_base else ""
            lines.append(f"  {label:38}{median / 1e6:9.3f}{min(values) / 1e6:9.3f}{ratio}")
        lines += [f"  {label:38}not measured here: needs {needs}" for label, needs in absent.items()]
        lines.append("")
    return "\n".join(lines)


def loops(samples):
    """Compares ours with gcc -O3 over the loop-heavy functions; None if either is missing."""
    ratios = {}
    for name in LOOPS:
        if not {OURS, BASE} <= samples[name].keys():
            return None
        ratios[name] = ratio_to_base(samples[name], OURS)
    worst = max(ratios, key=ratios.get)
    return {"geometric_mean": statistics.geometric_mean(ratios.values()), "worst": worst, "worst_ratio": ratios[worst], "ratios": ratios}


def main(rounds, conditions):
    conditions = json.loads(subprocess.run(conditions, check=True, stdout=subprocess.PIPE).stdout)
    print("building the programs", file=sys.stderr, flush=True)
    runs, absent, versions, bytes_of, processes = candidates()
    try:
        samples = measure(runs, rounds)
    finally:
        for invocations in processes:
            invocations.process.kill()
            invocations.process.wait()
    print(table(samples, absent))
    compared = loops(samples)
    if compared:
        print(f"loops, to gcc -O3: geometric mean {compared['geometric_mean']:.3f} (goal: at most {GEOMETRIC_MEAN_MAX}), ", end="")
        print(f"most {compared['worst_ratio']:.3f} of {compared['worst']} (goal: at most {RATIO_MAX})")
    print(f"{rounds} rounds (Python {min(rounds, ROUNDS_SLOW_MAX)}). Ruchy Lambda: an invocation over loopback; the others time themselves.")
    conditions.update(rounds=rounds, warm_up_rounds=ROUNDS_WARM_UP, seed=SEED, versions=versions, link=first_line("linker/build.sh", "--link"))
    record = {
        "bench": "compute",
        "conditions": conditions,
        "functions": {name: {"arguments": FUNCTIONS[name][0], "nanoseconds": samples[name]} for name in samples},
        "loops": compared,
        "file_bytes": bytes_of,
        "not_measured": [{"name": name, "needs": needs} for name, needs in absent.items()],
    }
    path = ROOT / "target/bench/compute.json"
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(f"All figures: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    if len(sys.argv) < 3 or not sys.argv[1].isdecimal() or int(sys.argv[1]) < 1:
        sys.exit("the number of rounds is missing, for example `just bench-compute 21`")
    main(int(sys.argv[1]), sys.argv[2:])
