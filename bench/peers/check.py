#!/usr/bin/env python3
"""Starts a bootstrap against a small Runtime API on loopback, once for each function, and checks its requests and answers.

    bench/peers/check.py BOOTSTRAP...

Each start must ask for the next invocation before anything else, answer two invocations under their own ids with the
expected JSON, and ask again. Prints the first error with the end of the program's output, and exits with 1.
"""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The expected answer of each function.
FUNCTIONS = {
    "minimal": lambda event: {"statusCode": 200, "body": "ok"},
    "fibonacci": lambda event: {"statusCode": 200, "body": "fibonacci(35)=9227465"},
    "echo": lambda event: event,
}
INVOCATIONS = 2
SECONDS_MAX = 30
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
RUNTIME = "/2018-06-01/runtime/"


class Wrong(Exception):
    pass


class RuntimeApi(BaseHTTPRequestHandler):
    """Delivers INVOCATIONS invocations and holds the next poll. Puts every request into the server's queue."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.put(("GET", self.path, b""))
        if self.path != RUNTIME + "invocation/next":
            return self.answer(404, b"{}")
        with self.server.lock:
            number = self.server.handed
            self.server.handed += 1
        if number >= INVOCATIONS:
            self.server.over.wait()
            return
        self.answer(200, json.dumps(event(number)).encode(), {
            "Lambda-Runtime-Aws-Request-Id": request_id(number),
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + SECONDS_MAX) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": ARN + self.server.function,
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
        })

    def do_POST(self):
        self.server.asked.put(("POST", self.path, self.body()))
        self.answer(202, b'{"status":"OK"}')

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = b""
        while True:
            chunk = self.rfile.read(int(self.rfile.readline().split(b";")[0], 16))
            self.rfile.readline()
            if not chunk:
                return whole
            whole += chunk

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Ignores connections that a killed program aborted."""


def request_id(number):
    return f"8476a536-e9f4-11e8-9739-{number:012}"


def event(number):
    return {"number": number}


def converse(server, answered, ends):
    """Checks the requests of a start and their order."""

    def asked():
        while True:
            try:
                return server.asked.get(timeout=0.05)
            except queue.Empty:
                if server.child.poll() is not None and server.asked.empty():
                    raise Wrong(f"it exited with status {server.child.returncode}")
                if time.monotonic() > ends:
                    raise Wrong(f"no request within {SECONDS_MAX} s")

    for number in range(INVOCATIONS + 1):
        method, path, _ = asked()
        if (method, path) != ("GET", RUNTIME + "invocation/next"):
            raise Wrong(f"request {2 * number + 1} was {method} {path}, expected GET {RUNTIME}invocation/next")
        if number == INVOCATIONS:
            return
        method, path, answer = asked()
        if (method, path) != ("POST", f"{RUNTIME}invocation/{request_id(number)}/response"):
            raise Wrong(f"invocation {number} was answered by {method} {path}: {answer[:200]!r}")
        try:
            found = json.loads(answer)
        except ValueError:
            raise Wrong(f"its response is not JSON: {answer[:200]!r}") from None
        if found != answered(event(number)):
            raise Wrong(f"its response is {answer[:200]!r}")


def check(bootstrap, function, answered):
    server = Server(("127.0.0.1", 0), RuntimeApi)
    server.lock, server.over = threading.Lock(), threading.Event()
    server.asked, server.handed, server.function = queue.Queue(), 0, function
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    environment = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "_HANDLER": function,
        "LAMBDA_TASK_ROOT": os.path.dirname(bootstrap),
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/" + function,
        "AWS_LAMBDA_LOG_STREAM_NAME": "check",
        "AWS_REGION": "us-east-1",
        "PATH": os.environ["PATH"],
    }
    with tempfile.TemporaryFile() as log:
        with subprocess.Popen([bootstrap], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as child:
            server.child = child
            try:
                converse(server, answered, time.monotonic() + SECONDS_MAX)
            except Wrong as wrong:
                log.seek(0)
                tail = log.read().decode(errors="replace").strip()[-600:]
                raise Wrong(f"{bootstrap}, function {function}: {wrong}" + (f"; its output ends with:\n{tail}" if tail else "")) from None
            finally:
                child.kill()
                server.over.set()
                server.shutdown()
                server.server_close()


def main(bootstraps):
    for bootstrap in bootstraps:
        for function, answered in FUNCTIONS.items():
            check(os.path.abspath(bootstrap), function, answered)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    try:
        main(sys.argv[1:])
    except (Wrong, OSError) as wrong:
        sys.exit(str(wrong))
