//! TLS servers by OpenSSL and Go, each valid or invalid in one way, and the client's result for
//! each.

use crate::support;
use outbound::{Error, Kind, Request, Response};
use std::io::{BufRead, BufReader};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::LazyLock;

/// Servers whose certificates are accepted.
const GOOD: [(&str, &str); 11] = [
    ("rsa", "localhost"),
    ("rsa", "127.0.0.1"),
    ("p256", "localhost"),
    ("p384", "localhost"),
    ("p256 under p384", "localhost"),
    ("rsa 4096 sha384", "localhost"),
    ("rsa 3072 sha512", "localhost"),
    ("hello retry", "localhost"),
    ("wildcard", "a.example.test"),
    ("closed in order", "localhost"),
    ("a thousand names", "localhost"),
];

/// Servers that are rejected, with a part of the message.
const REFUSED: [(&str, &str, &str); 33] = [
    ("expired", "localhost", "the certificate has expired"),
    ("not yet valid", "localhost", "the certificate is not valid yet"),
    ("expired intermediate", "localhost", "the certificate has expired"),
    ("wrong name", "localhost", "not valid for this host name"),
    ("no name", "localhost", "not valid for this host name"),
    ("wildcard", "example.test", "not valid for this host name"),
    ("wildcard", "b.a.example.test", "not valid for this host name"),
    ("self-signed", "localhost", "not issued under a known root"),
    ("self-signed authority", "localhost", "is that of a certificate authority"),
    ("authority as server", "localhost", "is that of a certificate authority"),
    ("wrong root", "localhost", "not issued under a known root"),
    ("wrong root by the same name", "localhost", "an invalid signature"),
    ("missing intermediate", "localhost", "not issued under a known root"),
    ("issuer is not an authority", "localhost", "the issuer of the certificate is not a certificate authority"),
    ("chain longer than allowed", "localhost", "longer than an issuer permits"),
    ("name not allowed to its issuer", "localhost", "not permitted to certify this host name"),
    ("unknown critical extension", "localhost", "an unknown critical extension"),
    ("issuer of p521", "localhost", "signed with an unsupported algorithm"),
    ("p521", "localhost", "the server rejected the handshake"),
    ("ed25519", "localhost", "the server rejected the handshake"),
    ("another suite", "localhost", "the server rejected the handshake"),
    ("ten thousand names", "localhost", "the certificates of the server exceed 64 KiB"),
    ("client certificate", "localhost", "the server requires a client certificate"),
    ("for clients", "localhost", "the certificate is not valid for servers"),
    ("sha1", "localhost", "signed with an unsupported algorithm"),
    ("rsa 1024", "localhost", "a key is too short"),
    ("issuer of rsa 1024", "localhost", "a key is too short"),
    ("tls 1.2", "localhost", "none of this client's TLS 1.3 parameters"),
    ("tampered handshake", "localhost", "a received record failed authentication"),
    ("tampered reply", "localhost", "a received record failed authentication"),
    ("cut short", "localhost", "closed before the end of the TLS session"),
    ("not tls", "localhost", "the server sent data that is not TLS"),
    ("closes", "localhost", "connection reset by peer"),
];

/// The servers by Go.
const GOOD_BY_GO: [(&str, &str); 5] =
    [("rsa", "localhost"), ("p256", "localhost"), ("p384", "localhost"), ("hello retry", "localhost"), ("without tickets", "localhost")];
const REFUSED_BY_GO: [(&str, &str, &str); 6] = [
    ("expired rsa", "localhost", "the certificate has expired"),
    ("expired p256", "localhost", "the certificate has expired"),
    ("expired p384", "localhost", "the certificate has expired"),
    ("tls 1.2", "localhost", "none of this client's TLS 1.3 parameters"),
    ("client certificate", "localhost", "the server requires a client certificate"),
    ("another curve", "localhost", "the server rejected the handshake"),
];

/// The servers of `servers.py` or `servers.go`: the file of roots, and the port of each server.
/// They end with this process.
pub struct Servers {
    json: serde_json::Value,
    _stdin: ChildStdin,
}

impl Servers {
    fn start() -> Self {
        let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/aws/bin/python");
        let mut command = Command::new(python);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/network/servers.py"));
        Self::of(command, "`just aws-cli` installs it")
    }

    /// Starts the servers of `command`, which prints a line of JSON.
    #[expect(clippy::zombie_processes, reason = "it ends with this process, whose end of its standard input is closed then")]
    fn of(mut command: Command, fix: &str) -> Self {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = started.unwrap_or_else(|error| panic!("{command:?}: {error}: {fix}"));
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { json: serde_json::from_str(&line).unwrap(), _stdin: process.stdin.take().unwrap() }
    }

    /// Returns the port of the server `name`.
    pub fn port(&self, name: &str) -> u64 {
        self.json["ports"][name].as_u64().unwrap_or_else(|| panic!("no server {name}"))
    }

    /// Returns the path of the trusted roots.
    pub fn roots(&self) -> &str {
        self.json["roots"].as_str().unwrap()
    }

    /// Sends a request to the server `name`.
    fn get(&self, name: &str, host: &str) -> Result<Response, Error> {
        Request::get(&format!("https://{host}:{}/", self.port(name))).attempts_max(1).send()
    }

    /// Returns the rows of the tables with another result.
    fn wrong(&self, good: &[(&str, &str)], refused: &[(&str, &str, &str)]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (name, host) in good {
            match self.get(name, host) {
                Ok(reply) if reply.bytes() == b"hello over TLS" => {}
                other => wrong.push(format!("{name} ({host}): {other:?}")),
            }
        }
        for (name, host, expected) in refused {
            match self.get(name, host) {
                Err(error) if error.message().contains(expected) && matches!(error.kind(), Kind::Tls | Kind::ConnectionLost) => {}
                other => wrong.push(format!("{name} ({host}): expected {expected}, not {other:?}")),
            }
        }
        wrong
    }
}

/// Returns the servers by OpenSSL.
pub fn openssl() -> &'static Servers {
    static SERVERS: LazyLock<Servers> = LazyLock::new(Servers::start);
    &SERVERS
}

/// Sets the environment: the roots of `servers`, and host names of this machine.
pub fn trust(servers: &Servers) -> tempfile::NamedTempFile {
    let hosts = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(hosts.path(), "127.0.0.1 localhost example.test a.example.test b.a.example.test retry.example.test\n").unwrap();
    support::set_environment(&[("SSL_CERT_FILE", servers.roots()), ("RUCHY_LAMBDA_HOSTS_FILE", hosts.path().to_str().unwrap())]);
    hosts
}

#[test]
fn tls_accepts_and_rejects_certificates_of_openssl() {
    let _turn = support::alone();
    let _hosts = trust(openssl());
    let wrong = openssl().wrong(&GOOD, &REFUSED);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn later_handshakes_are_resumed_and_use_the_group_of_the_server() {
    let _turn = support::alone();
    let _hosts = trust(openssl());
    let handshake = |name: &str, host: &str| {
        outbound::pool::clear();
        openssl().get(name, host).unwrap().text()
    };
    for name in ["tells rsa", "tells p256"] {
        // Outside of an invocation no ticket is kept.
        assert_eq!((handshake(name, "localhost"), handshake(name, "localhost")), ("full 1".to_owned(), "full 1".to_owned()));
        support::in_invocation(0, || {
            assert_eq!(handshake(name, "localhost"), "full 1");
            for _ in 0..20 {
                assert_eq!(handshake(name, "localhost"), "resumed 1");
            }
            // Tickets belong to a name.
            assert_eq!(handshake(name, "127.0.0.1"), "full 1");
        });
    }
    // A name that no other test uses.
    assert_eq!(handshake("tells retry", "retry.example.test"), "full 2");
    assert_eq!(handshake("tells retry", "retry.example.test"), "full 1");
}

/// Compiling the servers takes longer than the test: `just test-outbound`.
#[test]
#[ignore = "needs Go"]
fn tls_accepts_and_rejects_servers_by_go() {
    let _turn = support::alone();
    let mut go = Command::new("go");
    go.args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/network/servers.go")]).env("GO111MODULE", "off");
    for kind in ["rsa", "p256", "p384"] {
        go.arg(openssl().json["issuers"][kind].as_str().unwrap());
    }
    let servers = Servers::of(go, "install Go, which runs the servers");
    let _hosts = trust(openssl());
    let wrong = servers.wrong(&GOOD_BY_GO, &REFUSED_BY_GO);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
