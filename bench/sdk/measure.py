#!/usr/bin/env python3
"""Compares programs that read an item of a DynamoDB table: file size, system calls, memory and processor time of a start, of the first invocation and of those
that follow.

    measure.py [--rounds N] [--warm N] NAME=FILE...

NAME is the function in FILE. Each is started with a Runtime API and a DynamoDB of this script's own on the loopback, which answer at once and with the same bytes. The programs take turns, in
another order in each round; a time is given as the median of the ratios to the first program in the same round, with the quartiles. System calls are strace's.
Times are processor time of the process (user and system), so other load on the machine changes them little.
"""

import argparse
import os
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading

ITEM = b'{"Item":{"id":{"S":"a"},"note":{"S":"a note"}}}'
EVENT = b'{"id":"a"}'
EXPECTED = b'{"note":"a note"}'


def serve_dynamodb(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer_items, args=(connection,), daemon=True).start()


def read_message(stream):
    """The head and the body of the next HTTP message; None at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    if length:
        return head, stream.read(int(length[1]))
    body = b""
    if re.search(rb"(?im)^transfer-encoding: *chunked", head):
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        stream.readline()
    return head, body


def answer_items(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    while message := read_message(stream):
        assert b"x-amz-target: dynamodb_20120810.getitem" in message[0].lower(), message
        reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n" % len(ITEM)
        connection.sendall(reply + ITEM)


class Run:
    """One process, sent a number of invocations."""

    def __init__(self, handler, file, dynamodb, invocations, trace=None):
        listener = socket.create_server(("127.0.0.1", 0))
        environment = {
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % listener.getsockname()[1],
            "_HANDLER": handler,
            "AWS_LAMBDA_FUNCTION_NAME": "get_item",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": "group",
            "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "id",
            "AWS_SECRET_ACCESS_KEY": "key",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:%d" % dynamodb,
        }
        command = ["strace", "-f", "-s", "200", "-o", trace, file] if trace else [file]
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        connection, served, self.peak_kib = None, 0, 0
        while True:
            # A client may use a connection for waiting and another for its responses.
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream = connection.makefile("rb")
            while message := read_message(stream):
                if message[0].startswith(b"GET "):
                    if served == invocations:
                        break
                    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: id-%d\r\n" % served
                    head += "Lambda-Runtime-Deadline-Ms: 32503680000000\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:0:function:f\r\n"
                    connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(EVENT) + EVENT)
                else:
                    assert b"/response " in message[0].split(b"\r\n")[0] and message[1].replace(b" ", b"") == EXPECTED.replace(b" ", b""), message
                    served += 1
                    connection.sendall(b'HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n')
            if served == invocations:
                break
        pid = child.pid
        if not trace:
            with open("/proc/%d/status" % pid) as status:
                self.peak_kib = int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open("/proc/%d/task/%d/children" % (pid, pid)) as children:
            traced = [int(child) for child in children.read().split()]
        for process in traced if trace else [pid]:
            os.kill(process, signal.SIGKILL)
        child.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_us = round(1e6 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
        self.faults = after.ru_minflt - before.ru_minflt


def calls(handler, file, dynamodb):
    """System calls from the exec, which is not counted, to `GET next`, from there to the first response, and of a later invocation."""
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace")
        Run(handler, file, dynamodb, 5, trace)
        with open(trace) as lines:
            lines = [line for line in lines if re.match(r"\d+ +\w+\(", line)]
    nexts = [number for number, line in enumerate(lines) if "invocation/next HTTP" in line]
    posts = [number for number, line in enumerate(lines) if "POST /2018-06-01/runtime/invocation/id-" in line]
    assert len(nexts) == 6 and len(posts) == 5, (nexts, posts)
    return nexts[0], posts[0] - nexts[0], nexts[4] - nexts[3]


def ratio(of, base):
    ratios = sorted(a / b for a, b in zip(of, base))
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return "%.2f (%.2f to %.2f)" % (middle, low, high)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--warm", type=int, default=300)
    arguments.add_argument("programs", nargs="+", metavar="NAME=FILE")
    options = arguments.parse_args()
    programs = dict(program.split("=", 1) for program in options.programs)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threading.Thread(target=serve_dynamodb, args=(listener,), daemon=True).start()
    dynamodb = listener.getsockname()[1]

    cold, warm = {name: [] for name in programs}, {name: [] for name in programs}
    peak, faults = {}, {}
    for _ in range(options.rounds):
        for name, file in random.sample(list(programs.items()), len(programs)):
            first = Run(name, file, dynamodb, 1)
            many = Run(name, file, dynamodb, 1 + options.warm)
            cold[name].append(first.cpu_us)
            warm[name].append((many.cpu_us - first.cpu_us) / options.warm)
            peak[name] = min(peak.get(name, 1 << 40), first.peak_kib)
            faults[name] = min(faults.get(name, 1 << 40), first.faults)

    base = next(iter(programs))
    has_strace = shutil.which("strace") is not None
    print("| program | file B | system calls: start, first, warm | minor faults | peak KiB | CPU start + first, to `%s` | CPU warm, to `%s` |" % (base, base))
    print("|---|---|---|---|---|---|---|")
    for name, file in programs.items():
        counted = "%d, %d, %d" % calls(name, file, dynamodb) if has_strace else "needs strace"
        print(
            "| %s | %d | %s | %d | %d | %s | %s |"
            % (name, os.path.getsize(file), counted, faults[name], peak[name], ratio(cold[name], cold[base]), ratio(warm[name], warm[base]))
        )
    print("least CPU, us: " + "; ".join("%s %d, %.0f" % (name, min(cold[name]), min(warm[name])) for name in programs))


if __name__ == "__main__":
    main()
