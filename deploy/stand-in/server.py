#!/usr/bin/env python3
"""A local AWS for the tests of deployments: moto is the control plane, and AWS's Runtime Interface Emulator runs the uploaded
code.

    server.py EMULATOR

It listens on a free port of the loopback, prints it on its first line, and ends when its standard input does. Archives are unpacked as Lambda
does: a bootstrap that lost its run bit cannot be started here either. A function has a sandbox until its code or configuration changes; then
the next invocation is a cold start.

Its measurements differ from Lambda's: Init Duration is the emulator's, on this machine; Max Memory Used is the resident
memory of the function's process at its peak, without Lambda's own.

POST /stand-in/url/FUNCTION, or FUNCTION:ALIAS, is a call of the function's URL without a signature: the policy decides whether it is forbidden.

POST /stand-in/processes is the list of the ids of its process and of its emulators.

A test can set the emulator's output: POST /stand-in/report/FUNCTION with the text of a REPORT line, whose request id is filled in, and
POST /stand-in/answer/FUNCTION with a response. After POST /stand-in/slow/FUNCTION with a number, what creates or changes the function is under way
until it was looked at so often, as Lambda says it; until then Lambda's refusal is the answer to another change and, of one that is created, to an
invocation.
"""

import base64
import io
import itertools
import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile

# A function may use an image that no registry here has. Set before the import of moto, which reads
# it then.
os.environ["MOTO_LAMBDA_STUB_ECR"] = "TRUE"

from beyond_moto import BeyondMoto, refuse
from moto.awslambda.exceptions import UnknownAliasException, UnknownFunctionException
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.iam.access_control import IAMRequestBase
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

INVOCATIONS = re.compile(r"^/2015-03-31/functions/([^/]+)/invocations$")
CODE = re.compile(r"^/2015-03-31/functions/([^/]+)/code$")
CONFIGURATION = re.compile(r"^/2015-03-31/functions/([^/]+)/configuration$")
LOOK = re.compile(r"^/2015-03-31/functions/([^/]+?)(?:/configuration)?/?$")
VERSIONS = re.compile(r"^/2015-03-31/functions/([^/]+)/versions$")
WORDS = re.compile(r"^/stand-in/(report|answer|slow)/([^/]+)$")
# The URL of a function, or of its alias.
CALLED = re.compile(r"^/stand-in/url/([^/:]+)(?::([^/]+))?$")
# The ids of its process, and of its emulators.
PROCESSES = "/stand-in/processes"
FUNCTIONS = "/2015-03-31/functions"
REGION = "eu-central-1"
# The time limit for a sandbox to listen, and to report the end of an invocation.
PATIENCE_SECONDS = 60
LOG_TAIL_BYTES = 4096
# Below the ephemeral ports.
PORTS = itertools.count(20_000)


class Sandbox:
    """An emulator and its function, which it starts at the first invocation."""

    def __init__(self, emulator, bootstrap, handler, environment):
        self.address, runtime_api = own_address(), own_address()
        self.bootstrap = bootstrap
        self.log, self.logged = [], threading.Condition()
        self.process = subprocess.Popen(
            [
                emulator,
                "--log-level",
                "warn",
                "--runtime-api-address",
                runtime_api,
                "--runtime-interface-emulator-address",
                self.address,
                bootstrap,
                handler,
            ],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self.read_log, daemon=True).start()

    def read_log(self):
        for line in self.process.stdout:
            with self.logged:
                self.log.append(line.decode(errors="replace").rstrip("\n"))
                self.logged.notify_all()
        with self.logged:
            self.log.append(None)
            self.logged.notify_all()

    def invoke(self, event):
        """Returns the response and the log of this invocation."""
        begin = len(self.log)
        url = f"http://{self.address}/2015-03-31/functions/function/invocations"
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                # An empty dictionary: the user's proxy must not be used.
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(urllib.request.Request(url, data=event, method="POST"), timeout=PATIENCE_SECONDS) as reply:
                    body = reply.read()
                break
            except urllib.error.HTTPError as error:
                # A failure of the emulator has no body.
                body = error.read() or json.dumps({"errorType": "Emulator", "errorMessage": f"the emulator answered {error}"}).encode()
                break
            except OSError:
                # It refuses connections until it listens.
                if time.monotonic() > give_up or self.process.poll() is not None:
                    raise
        memory_kb = self.peak_memory_kb()
        with self.logged:
            self.logged.wait_for(lambda: self.is_reported(begin), PATIENCE_SECONDS)
            log = [line for line in self.log[begin:] if line is not None]
        return body, [reported(line, memory_kb) for line in log]

    def is_reported(self, begin):
        return any(line is None or line.startswith("REPORT ") for line in self.log[begin:])

    def peak_memory_kb(self):
        """Returns the peak memory of the function's process, the emulator's child; None when it has ended."""
        try:
            children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
            for task in os.listdir(f"/proc/{self.process.pid}/task"):
                children += open(f"/proc/{self.process.pid}/task/{task}/children").read().split()
            for child in children:
                if os.readlink(f"/proc/{child}/exe") == os.path.realpath(self.bootstrap):
                    status = open(f"/proc/{child}/status").read()
                    return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE).group(1))
        except OSError:
            pass
        return None

    def end(self):
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()


def reported(line, memory_kb):
    """Returns the emulator's REPORT line with the memory used; the emulator prints the memory size instead."""
    if not line.startswith("REPORT ") or memory_kb is None:
        return line
    return re.sub(r"Max Memory Used: \d+ MB", f"Max Memory Used: {-(-memory_kb // 1024)} MB", line)


def own_address():
    """Returns a loopback address that no other process uses: its host is derived from the process id. A port that was free a moment ago may be taken."""
    pid = os.getpid()
    return f"127.{128 | pid >> 16}.{pid >> 8 & 255}.{pid & 255}:{next(PORTS)}"


class StandIn:
    def __init__(self, emulator, folder):
        self.emulator, self.folder = emulator, folder
        # Its own address, once it is known.
        self.url = ""
        self.moto = DomainDispatcherApplication(create_backend_app)
        # The key's id determines whose permissions count. moto computes wrong signatures for
        # requests without a body.
        IAMRequestBase.check_signature = lambda request: None
        self.archives, self.sandboxes, self.words = {}, {}, {}
        self.beyond = BeyondMoto()
        # The field that reports a change in progress, and the number of times that it still does
        # so.
        self.changing = {}
        self.lock = threading.Lock()

    def __call__(self, environ, start_response):
        request = Request(environ)
        if match := WORDS.match(request.path):
            self.words[match.groups()] = request.get_data(as_text=True)
            return Response(status=204)(environ, start_response)
        if request.path == PROCESSES:
            ids = [os.getpid(), *(sandbox.process.pid for sandbox in self.sandboxes.values())]
            return Response(json.dumps(ids))(environ, start_response)
        if match := CALLED.match(request.path):
            return self.called(*match.groups(), request)(environ, start_response)
        if (match := INVOCATIONS.match(request.path)) and request.method == "POST":
            return self.invoke(match.group(1), request.args.get("Qualifier"), request)(environ, start_response)
        body = request.get_data(cache=False)
        environ["wsgi.input"] = io.BytesIO(body)
        changed = CODE.match(request.path) or CONFIGURATION.match(request.path)
        if changed and request.method == "PUT" and changed.group(1) in self.changing:
            return conflict("UpdateFunction")(environ, start_response)
        if answer := self.beyond.answer(request, body) or self.refusal(request, body):
            return answer(environ, start_response)
        self.observe(request, body)
        answer = Response.from_app(self.moto, environ)
        return self.completed(request, answer)(environ, start_response)

    def refusal(self, request, body):
        """Returns Lambda's refusal of a configuration that moto would accept."""
        is_new = request.path.rstrip("/") == FUNCTIONS and request.method == "POST"
        changed = CONFIGURATION.match(request.path)
        if not is_new and not (changed and request.method == "PUT"):
            return None
        requested = json.loads(body)
        name = requested["FunctionName"] if is_new else changed.group(1)
        function = None if is_new else self.function(name, request)
        refused = self.beyond.change(name, requested, function.role if function and "Role" not in requested else None)
        return refuse(400, "InvalidParameterValueException", refused) if refused else None

    def completed(self, request, answer):
        """Returns moto's answer with the fields that it omits, and with a change in progress."""
        looked, published = LOOK.match(request.path), VERSIONS.match(request.path)
        if request.method == "DELETE" and looked:
            self.beyond.forget(looked.group(1))
        if answer.status_code >= 300 or not request.path.startswith(FUNCTIONS):
            return answer
        found = json.loads(answer.get_data() or b"null")
        if published and request.method == "POST":
            self.beyond.publish(published.group(1), found["Version"])
            self.archives.setdefault((published.group(1), found["Version"]), self.archives.get(published.group(1)))
        if looked and request.method == "GET" and looked.group(1) in self.changing:
            return self.as_it_changes(looked.group(1), answer)
        configurations = [found, found.get("Configuration"), *found.get("Versions", [])] if isinstance(found, dict) else []
        for configuration in configurations:
            if isinstance(configuration, dict) and "FunctionName" in configuration and "CodeSha256" in configuration:
                self.beyond.shown(configuration["FunctionName"], configuration)
                answer.set_data(json.dumps(found))
        return answer

    def as_it_changes(self, name, answer):
        """Returns moto's answer, whose changes are immediate, as Lambda's during a change."""
        field, looks = self.changing.pop(name)
        if looks > 1:
            self.changing[name] = (field, looks - 1)
        found = json.loads(answer.get_data())
        found.get("Configuration", found)[field] = "Pending" if field == "State" else "InProgress"
        return Response(json.dumps(found), answer.status_code, content_type="application/json")

    def begin(self, name, field):
        if looks := int(self.words.get(("slow", name), 0)):
            self.changing[name] = (field, looks)

    def observe(self, request, body):
        """Stores uploaded code, and ends the sandbox of a changed function."""
        if request.path.rstrip("/") == FUNCTIONS and request.method == "POST":
            name = json.loads(body)["FunctionName"]
            self.keep(name, json.loads(body))
            self.begin(name, "State")
        elif match := CODE.match(request.path):
            self.keep(match.group(1), json.loads(body))
            self.begin(match.group(1), "LastUpdateStatus")
            # moto does not update it.
            if (function := self.function(match.group(1), request)) and "Architectures" in json.loads(body):
                function.architectures = json.loads(body)["Architectures"]
        elif match := CONFIGURATION.match(request.path):
            if request.method == "PUT":
                self.end(match.group(1))
                self.begin(match.group(1), "LastUpdateStatus")

    def keep(self, name, requested):
        archive = requested.get("Code", requested).get("ZipFile")
        if archive:
            self.archives[name] = base64.b64decode(archive)
        self.end(name)

    def end(self, name):
        with self.lock:
            sandbox = self.sandboxes.pop(name, None)
        if sandbox:
            sandbox.end()

    def called(self, name, alias, request):
        if not self.beyond.may_call_url(name, alias):
            return refuse(403, "AccessDeniedException", "Forbidden. For troubleshooting Function URL authorization issues, see the documentation.")
        return self.invoke(name, alias, request)

    def invoke(self, name, qualifier, request):
        function = self.function(name, request, qualifier)
        if function is None:
            refusal = json.dumps({"Type": "User", "Message": f"Function not found: {name}"})
            headers = {"X-Amzn-ErrorType": "ResourceNotFoundException"}
            return Response(refusal, 404, headers, content_type="application/json")
        if self.changing.get(name, ("", 0))[0] == "State":
            return conflict("Invoke")
        # The code of a version is that at its publication.
        key = (name, str(function.version)) if qualifier else name
        with self.lock:
            if key not in self.sandboxes:
                self.sandboxes[key] = self.start(key, function.get_configuration())
            sandbox = self.sandboxes[key]
        body, log = sandbox.invoke(request.get_data())
        body = self.words.get(("answer", name), "").encode() or body
        words = self.words.get(("report", name))
        if words:
            log = [re.sub(r"^(REPORT RequestId: \S+).*", lambda line: f"{line.group(1)}\t{words}", line) for line in log]
        tail = "\n".join(log).encode() + b"\n"
        headers = {"X-Amz-Executed-Version": str(function.version)}
        if request.headers.get("X-Amz-Log-Type") == "Tail":
            headers["X-Amz-Log-Result"] = base64.b64encode(tail[-LOG_TAIL_BYTES:]).decode()
        if is_error(body):
            headers["X-Amz-Function-Error"] = "Unhandled"
        return Response(body, 200, headers, content_type="application/json")

    def function(self, name, request, qualifier=None):
        """Returns moto's function; None if it does not exist. A call of a URL is not signed."""
        signed = re.search(r"Credential=[^/]+/\d+/([^/]+)/", request.headers.get("Authorization", ""))
        backend = get_backend("lambda")[ACCOUNT][signed.group(1) if signed else "eu-central-1"]
        try:
            version = qualifier
            if qualifier and not qualifier.isdigit() and qualifier != "$LATEST":
                version = backend.get_alias(qualifier, name).function_version
            return backend.get_function(name, version)
        except (UnknownFunctionException, UnknownAliasException):
            return None

    def start(self, key, configuration):
        folder = tempfile.mkdtemp(dir=self.folder)
        unpack(self.archives[key], folder)
        name = configuration["FunctionName"]
        variables = configuration.get("Environment", {}).get("Variables", {})
        memory = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]), "AWS_LAMBDA_FUNCTION_NAME": name}
        # Credentials and region, as Lambda gives them, and this server in place of AWS.
        services = {"AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "role", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": REGION}
        return Sandbox(self.emulator, os.path.join(folder, "bootstrap"), configuration["Handler"], memory | services | variables)


def conflict(operation):
    return refuse(409, "ResourceConflictException", f"The operation {operation} cannot be performed at this time: a change is in progress.")


def unpack(archive, folder):
    """Unpacks as Lambda does: with the modes of the archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        for entry in entries.infolist():
            path = entries.extract(entry, folder)
            os.chmod(path, stat.S_IMODE(entry.external_attr >> 16))


def is_error(body):
    try:
        return "errorType" in json.loads(body)
    except (ValueError, TypeError):
        return False


def main(emulator):
    emulator = os.path.realpath(emulator)
    with tempfile.TemporaryDirectory() as folder:
        stand_in = StandIn(emulator, folder)
        server = make_server("127.0.0.1", 0, stand_in, threaded=True)
        stand_in.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # SIGTERM, like the end of the input, ends the sandboxes too: they are in sessions of their own.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        print(stand_in.url, flush=True)
        try:
            sys.stdin.read()
        finally:
            server.shutdown()
            for name in list(stand_in.sandboxes):
                stand_in.end(name)


if __name__ == "__main__":
    main(sys.argv[1])
