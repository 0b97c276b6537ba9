"""TLS servers by OpenSSL, each valid or invalid in one way. Prints one line of JSON: the file of roots, and the name and port of each server.
Ends when its standard input is closed."""

import collections
import datetime
import functools
import ipaddress
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

FOLDER = tempfile.mkdtemp()
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
BODY = b"hello over TLS"
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def key(kind):
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key({"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1}[kind]())


# Leaf certificates share keys; only the certificates differ.
key_of_leaves = functools.cache(key)


class Authority:
    """A certificate and its key."""

    def __init__(self, name, kind, issuer=None, ca=True, names=(), hash=None, start=-DAY, end=30 * DAY, usage=ExtendedKeyUsageOID.SERVER_AUTH, path_length=None, extra=None):
        self.name, self.key = name, key_of_leaves(kind) if name == "leaf" else key(kind)
        issuer_name, issuer_key = (issuer.name, issuer.key) if issuer else (name, self.key)
        subject = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        builder = x509.CertificateBuilder().subject_name(subject(name)).issuer_name(subject(issuer_name)).public_key(self.key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(NOW + start).not_valid_after(NOW + end)
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
        if not ca:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            general = [x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names]
            builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
        if extra:
            builder = builder.add_extension(extra, critical=True)
        self.certificate = builder.sign(issuer_key, hash or hashes.SHA256())

    def sign_by_sha1(self, issuer):
        """Replaces the signature, because the library does not sign with this algorithm. Only the last byte of the algorithm's identifier differs."""
        sha256, sha1 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
        content = self.certificate.tbs_certificate_bytes.replace(sha256, sha1)
        signature = issuer.key.sign(content, padding.PKCS1v15(), hashes.SHA1())
        whole = self.certificate.public_bytes(serialization.Encoding.DER)
        start = whole.index(self.certificate.tbs_certificate_bytes)
        tail = whole[start + len(content) :].replace(sha256, sha1)
        whole = whole[:start] + content + tail[: -len(signature)] + signature
        self.certificate = x509.load_der_x509_certificate(whole)
        return self

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


NAMES = ("localhost", "127.0.0.1")
ports = {}


def context(leaf, *chain):
    number = len(os.listdir(FOLDER))
    chain_file, key_file = (os.path.join(FOLDER, f"{number}.{kind}") for kind in ("chain", "key"))
    with open(chain_file, "wb") as file:
        file.write(leaf.pem() + b"".join(authority.pem() for authority in chain))
    with open(key_file, "wb") as file:
        file.write(leaf.key_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # bad ones on purpose
    context.load_cert_chain(chain_file, key_file)
    return context


def listen(name, serve):
    """Calls `serve` for each connection, in a separate thread."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    ports[name] = listener.getsockname()[1]

    def one(connection):
        try:
            serve(connection)
        except (OSError, ssl.SSLError):
            pass
        finally:
            connection.close()

    def accept():
        while True:
            threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def read_head(connection):
    """Returns the head of a request; None at the end of the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def replies(context, reply=REPLY):
    """Answers requests until the client closes."""

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as tls:
            while read_head(tls):
                tls.sendall(reply)

    return serve


def tells(context):
    """Answers one request with `full` or `resumed`, and the number of the handshake's ClientHello messages."""
    hellos = collections.Counter()

    def seen(connection, direction, version, content_type, message_type, data):
        hellos[id(connection)] += direction == "read" and content_type == 22 and message_type == 1

    context._msg_callback = seen

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as tls:
            read_head(tls)
            body = b"%s %d" % (b"resumed" if tls.session_reused else b"full", hellos.pop(id(tls)))
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            read_head(tls)

    return serve


def ends(context, in_order):
    """Answers one request with a body that ends with the connection."""

    def serve(connection):
        tls = context.wrap_socket(connection, server_side=True)
        read_head(tls)
        tls.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + BODY)
        if in_order:
            tls.unwrap()
        socket.socket(fileno=tls.detach()).close()

    return serve


def tampered(port, skipped):
    """Forwards the records of another server, and changes a byte of an encrypted one, the first after `skipped` others."""

    def serve(connection):
        server = socket.create_connection(("127.0.0.1", port))

        def forward():
            while data := connection.recv(65536):
                server.sendall(data)

        threading.Thread(target=forward, daemon=True).start()
        stream, seen = server.makefile("rb"), 0
        while header := stream.read(5):
            record = bytearray(stream.read(int.from_bytes(header[3:5], "big")))
            if header[0] == 23:
                if seen == skipped:
                    record[len(record) // 2] ^= 1
                seen += 1
            connection.sendall(header + record)

    return serve


def says(text):
    def serve(connection):
        connection.recv(1)
        connection.sendall(text)

    return serve


root = Authority("Test Root RSA", "rsa2048")
root_p256 = Authority("Test Root P-256", "p256")
root_p384 = Authority("Test Root P-384", "p384", hash=hashes.SHA384())
root_4096 = Authority("Test Root RSA 4096", "rsa4096", hash=hashes.SHA384())
other_root = Authority("Other Root", "rsa2048")
middle = Authority("Test Intermediate", "rsa2048", root)
leaf = lambda issuer, kind="rsa2048", names=NAMES, **options: Authority("leaf", kind, issuer, ca=False, names=names, **options)

good = context(leaf(middle), middle)
listen("rsa", replies(good))
middle_p256 = Authority("Test Intermediate P-256", "p256", root_p256)
listen("p256", replies(context(leaf(middle_p256, "p256"), middle_p256)))
middle_p384 = Authority("Test Intermediate P-384", "p384", root_p384, hash=hashes.SHA384())
listen("p384", replies(context(leaf(middle_p384, "p384", hash=hashes.SHA384()), middle_p384)))
listen("p256 under p384", replies(context(leaf(middle_p384, "p256", hash=hashes.SHA384()), middle_p384)))
listen("rsa 4096 sha384", replies(context(leaf(root_4096, "rsa4096", hash=hashes.SHA384()))))
listen("rsa 3072 sha512", replies(context(leaf(root, "rsa3072", hash=hashes.SHA512()))))
retry = context(leaf(middle), middle)
retry.set_ecdh_curve("prime256v1")
listen("hello retry", replies(retry))
listen("tells rsa", tells(context(leaf(middle), middle)))
listen("tells p256", tells(context(leaf(middle_p256, "p256"), middle_p256)))
retry = context(leaf(middle, names=("retry.example.test",)), middle)
retry.set_ecdh_curve("prime256v1")
listen("tells retry", tells(retry))
listen("wildcard", replies(context(leaf(middle, names=("*.example.test",)), middle)))
listen("closed in order", ends(good, True))
listen("a thousand names", replies(context(leaf(middle, names=[f"n{number}.example.org" for number in range(1000)] + ["localhost"]), middle)))

listen("expired", replies(context(leaf(middle, start=-9 * DAY, end=-DAY), middle)))
listen("not yet valid", replies(context(leaf(middle, start=DAY), middle)))
listen("expired intermediate", replies(context(leaf(old := Authority("Old", "rsa2048", root, start=-9 * DAY, end=-DAY)), old)))
listen("wrong name", replies(context(leaf(middle, names=("example.org",)), middle)))
listen("no name", replies(context(leaf(middle, names=()), middle)))
listen("self-signed", replies(context(Authority("localhost", "rsa2048", None, ca=False, names=NAMES))))
listen("self-signed authority", replies(context(Authority("localhost", "rsa2048", None, names=NAMES))))
listen("authority as server", replies(context(Authority("localhost", "rsa2048", middle, names=NAMES), middle)))
listen("wrong root", replies(context(leaf(other_root))))
impostor = Authority("Test Intermediate", "rsa2048", other_root)
listen("wrong root by the same name", replies(context(leaf(impostor), middle)))
listen("missing intermediate", replies(context(leaf(middle))))
not_ca = Authority("not an authority", "rsa2048", root, ca=False, names=("example.org",))
listen("issuer is not an authority", replies(context(leaf(not_ca), not_ca)))
short = Authority("Short", "rsa2048", root, path_length=0)
longer = Authority("Longer", "rsa2048", short)
listen("chain longer than allowed", replies(context(leaf(longer), longer, short)))
listen("for clients", replies(context(leaf(middle, usage=ExtendedKeyUsageOID.CLIENT_AUTH), middle)))
narrow = Authority("Narrow", "rsa2048", root, extra=x509.NameConstraints([x509.DNSName("example.org")], None))
listen("name not allowed to its issuer", replies(context(leaf(narrow), narrow)))
unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
listen("unknown critical extension", replies(context(leaf(middle, extra=unknown), middle)))
root_p521 = Authority("P-521", "p521", root)
listen("issuer of p521", replies(context(leaf(root_p521), root_p521)))
listen("p521", replies(context(leaf(middle, "p521"), middle)))
listen("ed25519", replies(context(leaf(middle, "ed25519"), middle)))
listen("ten thousand names", replies(context(leaf(middle, names=[f"n{number}.example.org" for number in range(10000)] + ["localhost"]), middle)))
asks = context(leaf(middle), middle)
asks.verify_mode = ssl.CERT_REQUIRED
listen("client certificate", replies(asks))
listen("sha1", replies(context(leaf(middle).sign_by_sha1(middle), middle)))
listen("rsa 1024", replies(context(leaf(middle, "rsa1024"), middle)))
weak = Authority("Weak", "rsa1024", root)
listen("issuer of rsa 1024", replies(context(leaf(weak), weak)))
old = context(leaf(middle), middle)
old.maximum_version = ssl.TLSVersion.TLSv1_2
listen("tls 1.2", replies(old))
listen("tampered handshake", tampered(ports["rsa"], 0))
# With OpenSSL: four messages of the handshake, and two tickets.
listen("tampered reply", tampered(ports["rsa"], 6))
listen("cut short", ends(good, False))
listen("not tls", says(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
listen("closes", says(b""))

# Python cannot choose the suites of TLS 1.3.
chain, private = (os.path.join(FOLDER, f"0.{kind}") for kind in ("chain", "key"))
openssl = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384", "-cert", chain, "-key", private]
process = subprocess.Popen(openssl, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
ports["another suite"] = next(int(match[1]) for line in process.stdout if (match := re.match(r"ACCEPT .*:(\d+)", line)))

roots = os.path.join(FOLDER, "roots.pem")
with open(roots, "wb") as file:
    file.write(b"# comment\n" + b"\n".join(authority.pem() for authority in (root, root_p256, root_p384, root_4096)))
# For servers of another kind, under the same roots.
issuers = {}
for name, authority in {"rsa": root, "p256": root_p256, "p384": root_p384}.items():
    issuers[name] = os.path.join(FOLDER, f"issuer-{name}.pem")
    with open(issuers[name], "wb") as file:
        file.write(authority.pem() + authority.key_pem())
print(json.dumps({"roots": roots, "ports": ports, "issuers": issuers}), flush=True)
sys.stdin.read()
process.kill()
