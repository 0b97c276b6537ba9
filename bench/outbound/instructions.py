"""Counts the user-space instructions of HTTPS requests: in a linked function, and in curl with OpenSSL, against the same server in the same run.

    instructions.py BOOTSTRAP    the file with the function `fetch` of tests/outbound

Each program runs under callgrind with no request, with one, and with KEPT more to the same host; differences are the cost of a request. Of curl the
first request includes the initialisation of OpenSSL, and of both the reading of the file of roots. Counts depend on random numbers, by less than one
percent of a handshake, and on no clock."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
# Requests on the kept connection.
KEPT = 20
VALGRIND = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]


def collected(log):
    return int(re.search(r"Collected : (\d+)", log)[1])


class RuntimeApi:
    """Delivers `events`, and calls `ended` at the next request for an event."""

    def __init__(self, events, ended):
        api = self
        self.events, self.answers = list(events), []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_GET(self):
                if not api.events:
                    ended()
                    return
                body = api.events.pop(0).encode()
                self.send_response(200)
                for name, value in {"Lambda-Runtime-Aws-Request-Id": "id", "Lambda-Runtime-Deadline-Ms": "9999999999999"}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                api.answers.append(self.rfile.read(int(self.headers["content-length"])).decode())
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


class Servers:
    """The TLS servers of the tests."""

    def __init__(self):
        script = os.path.join(ROOT, "handlers/outbound/tests/network/servers.py")
        self.process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        begun = json.loads(self.process.stdout.readline())
        self.ports, self.roots = begun["ports"], begun["roots"]

    def url(self, chain):
        return f"https://localhost:{self.ports[chain]}/"

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def function_environment(api, roots):
    variables = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server.server_port}", "_HANDLER": "fetch", "SSL_CERT_FILE": roots}
    return {**variables, "PATH": os.environ["PATH"]}


def curl_command(url, roots, count):
    urls = [url] * count or ["file:///dev/null"]
    return ["curl", "--silent", "--http1.1", "--tls13-ciphers", "TLS_AES_128_GCM_SHA256", "--cacert", roots, *urls]


def of_function(bootstrap, url, roots, count):
    ended = threading.Event()
    api = RuntimeApi([f"GET {url}"] * count, ended.set)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen([*VALGRIND, bootstrap], env=function_environment(api, roots), stdout=log, stderr=log)
        ended.wait()
        process.send_signal(signal.SIGTERM)
        process.wait()
        log.seek(0)
        text = log.read().decode()
    if api.answers != ["200 hello over TLS"] * count:
        sys.exit(f"{bootstrap}: answered {api.answers}\n{text}")
    return collected(text)


def of_curl(url, roots, count):
    result = subprocess.run([*VALGRIND, *curl_command(url, roots, count)], capture_output=True, text=True)
    if result.stdout != "hello over TLS" * count:
        sys.exit(f"curl {url}: {result.stdout}\n{result.stderr}")
    return collected(result.stderr)


def main(bootstrap):
    servers = Servers()
    print("| chain | | function | curl, OpenSSL | ratio |\n|---|---|---:|---:|---:|")
    for chain in ["rsa", "p256"]:
        url, roots = servers.url(chain), servers.roots
        counts = (0, 1, 1 + KEPT)
        ours = [of_function(bootstrap, url, roots, count) for count in counts]
        curls = [of_curl(url, roots, count) for count in counts]
        for what, number, requests in [("first request, with the handshake", 1, 1), ("one more on the kept connection", 2, KEPT)]:
            a, b = ((of[number] - of[number - 1]) // requests for of in (ours, curls))
            print(f"| {chain} | {what} | {a:,} | {b:,} | {a / b:.2f} |", flush=True)
    servers.end()


if __name__ == "__main__":
    main(sys.argv[1])
