"""AWS's services by moto, with TLS. Prints a line of JSON: the URL and the path of the root certificate. Each line of stdin is then a call by boto3
(`{"service": …, "operation": …, "input": …}`), answered by a line of JSON. Ends when its standard input is closed."""

import datetime
import ipaddress
import json
import os
import sys
import tempfile
import threading

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from moto.core.config import default_user_config
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

default_user_config["lambda"]["use_docker"] = False
folder = tempfile.mkdtemp()
now = datetime.datetime.now(datetime.timezone.utc)


def certificate(name, key, issuer_name, issuer_key, ca):
    builder = x509.CertificateBuilder().public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)]))
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(issuer_key, hashes.SHA256())


def write(name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
root = certificate("Test Root", root_key, "Test Root", root_key, True)
leaf = certificate("leaf", key, "Test Root", root_key, False)
pem = serialization.Encoding.PEM
roots = write("roots.pem", root.public_bytes(pem))
chain = write("chain.pem", leaf.public_bytes(pem))
key_file = write("key.pem", key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *arguments):
        pass


server = make_server(
    "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, ssl_context=(chain, key_file), request_handler=Handler
)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"https://localhost:{server.server_port}"
options = dict(endpoint_url=url, region_name="eu-west-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", verify=roots)
print(json.dumps({"url": url, "roots": roots}), flush=True)
for line in sys.stdin:
    call = json.loads(line)
    client = boto3.client(call["service"], config=Config(s3={"addressing_style": "path"}), **options)
    try:
        answer = getattr(client, call["operation"])(**call["input"])
    except ClientError as error:
        answer = error.response
    if "Body" in answer:
        answer["Body"] = answer["Body"].read().decode()
    print(json.dumps(answer, default=str), flush=True)
