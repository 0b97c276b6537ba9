"""Services without TLS on one port, which is printed: the credentials endpoint of containers, AWS's layers, the metadata endpoint, and an AWS
endpoint `/ahead/SECONDS` that verifies signatures with botocore and has a clock of its own. `GET /counts` returns the number of calls of each path.
Ends when its standard input is closed."""

import datetime
import json
import re
import sys
import threading
from collections import Counter
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

counts = Counter()


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def fault_of(request, path, body, ahead):
    """Returns AWS's error code for the signature, or None if it is valid."""
    date = request.headers["x-amz-date"]
    signed = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs(signed - now() - ahead) > datetime.timedelta(minutes=5):
        return "RequestTimeTooSkewed"
    scope, names, signature = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})", request.headers["authorization"]
    ).groups()
    key, _, region, service, _ = scope.split("/")
    again = AWSRequest("POST", "http://" + request.headers["host"] + path, data=body)
    for name in names.split(";"):
        again.headers[name] = request.headers[name]
    again.context["timestamp"] = date
    auth = SigV4Auth(Credentials(key, "secret of " + key, request.headers["x-amz-security-token"]), service, region)
    expected = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    return None if signature == expected else "InvalidSignatureException"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, value, **headers):
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response_only(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        counts[url.path] += 1
        token = lambda name, expected: self.headers[name] == expected
        if url.path == "/counts":
            return self.reply(200, counts)
        if url.path == "/credentials":
            if not token("authorization", "container token"):
                return self.reply(403, {"code": "AccessDenied", "message": "wrong token"})
            key = f"ASIA{counts[url.path]}"
            until = now() + datetime.timedelta(seconds=int(query["expires"]))
            stamp = until.strftime("%Y-%m-%dT%H:%M:%SZ")
            return self.reply(200, {"AccessKeyId": key, "SecretAccessKey": "secret of " + key, "Token": "T", "Expiration": stamp})
        if url.path == "/secretsmanager/get":
            if not token("x-aws-parameters-secrets-token", "session token"):
                return self.reply(400, "not authorized")
            if query["secretId"] != "my secret/1":
                return self.reply(400, "no such secret")
            return self.reply(200, {"Name": query["secretId"], "SecretString": "s3cret"})
        if url.path == "/systemsmanager/parameters/get":
            decrypted = query.get("withDecryption") == "true" and token("x-aws-parameters-secrets-token", "session token")
            return self.reply(200, {"Parameter": {"Name": query["name"], "Value": "decrypted" if decrypted else "encrypted"}})
        if unquote(url.path) == "/applications/my app/environments/test/configurations/flags":
            return self.reply(200, '{"enabled":true}')
        if url.path == "/2026-01-15/metadata/execution-environment":
            if not token("authorization", "Bearer metadata token"):
                return self.reply(401, {"message": "Unauthorized"})
            return self.reply(200, {"AvailabilityZoneID": f"use1-az{counts[url.path]}"}, Cache_Control="private, max-age=43200, immutable")
        self.reply(404, {"message": "no such path"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.endswith("/functions/failing/invocations"):
            return self.reply(200, {"errorType": "Oops", "errorMessage": "no"}, X_Amz_Function_Error="Unhandled")
        if self.path.endswith("/functions/late/invocations"):
            return self.reply(202 if self.headers["x-amz-invocation-type"] == "Event" else 400, "")
        ahead = datetime.timedelta(seconds=int(self.path.split("/")[2]))
        date = format_datetime(now() + ahead, usegmt=True)
        counts[self.path] += 1
        if fault := fault_of(self, self.path, body, ahead):
            return self.reply(400, {"__type": "com.amazon.coral.service#" + fault, "message": "Signature expired"}, Date=date)
        self.reply(200, {"Item": {"key": {"S": self.headers["authorization"].split("Credential=")[1].split("/")[0]}}}, Date=date)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
