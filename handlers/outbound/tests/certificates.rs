//! The table of certificates: servers by OpenSSL, each good or bad in one way, and what the client says of it.

mod support;

use outbound::{Kind, Request};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A server that answers.
const GOOD: [(&str, &str); 10] = [
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
];

/// A server that is refused, and why.
const REFUSED: [(&str, &str, &str); 25] = [
    ("expired", "localhost", "the certificate has expired"),
    ("not yet valid", "localhost", "the certificate is not valid yet"),
    ("expired intermediate", "localhost", "the certificate has expired"),
    ("wrong name", "localhost", "the certificate is for another name"),
    ("no name", "localhost", "the certificate is for another name"),
    ("wildcard", "example.test", "the certificate is for another name"),
    ("wildcard", "b.a.example.test", "the certificate is for another name"),
    ("self-signed", "localhost", "not issued under a known root"),
    ("self-signed authority", "localhost", "the certificate is a certificate authority's own"),
    ("authority as server", "localhost", "the certificate is a certificate authority's own"),
    ("wrong root", "localhost", "not issued under a known root"),
    ("wrong root by the same name", "localhost", "wrong signature"),
    ("missing intermediate", "localhost", "not issued under a known root"),
    ("issuer is no authority", "localhost", "the issuer's certificate is not a certificate authority's"),
    ("chain longer than allowed", "localhost", "longer than an issuer allows"),
    ("for clients", "localhost", "the certificate is not for servers"),
    ("sha1", "localhost", "signed by an algorithm that is not accepted"),
    ("rsa 1024", "localhost", "a key that is too short"),
    ("issuer of rsa 1024", "localhost", "a key that is too short"),
    ("tls 1.2", "localhost", "no TLS 1.3 parameters in common"),
    ("tampered handshake", "localhost", "a record was damaged on the way"),
    ("tampered reply", "localhost", "a record was damaged on the way"),
    ("cut short", "localhost", "closed without the end of the TLS session"),
    ("not tls", "localhost", "the server does not speak TLS"),
    ("closes", "localhost", "connection reset by peer"),
];

#[test]
fn certificates_are_accepted_and_refused_as_the_table_says() {
    let _turn = support::alone();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let python = format!("{folder}/.venv/aws/bin/python");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers.py");
    let mut command = Command::new(&python);
    let mut servers = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
        panic!("{python}: {error}: `just aws-cli` installs it");
    });
    let mut line = String::new();
    BufReader::new(servers.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let servers_json: serde_json::Value = serde_json::from_str(&line).unwrap();
    let hosts = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(hosts.path(), "127.0.0.1 localhost example.test a.example.test b.a.example.test\n").unwrap();
    let roots = servers_json["roots"].as_str().unwrap();
    support::set_environment(&[("SSL_CERT_FILE", roots), ("RUCHY_LAMBDA_HOSTS_FILE", hosts.path().to_str().unwrap())]);
    let get = |name: &str, host: &str| {
        let port = servers_json["ports"][name].as_u64().unwrap_or_else(|| panic!("no server {name}"));
        Request::get(&format!("https://{host}:{port}/")).attempts_max(1).send()
    };
    let mut wrong = Vec::new();
    for (name, host) in GOOD {
        match get(name, host) {
            Ok(reply) if reply.bytes() == b"hello over TLS" => {}
            other => wrong.push(format!("{name} ({host}): {other:?}")),
        }
    }
    for (name, host, expected) in REFUSED {
        match get(name, host) {
            Err(error) if error.message().contains(expected) && matches!(error.kind(), Kind::Tls | Kind::ConnectionLost) => {}
            other => wrong.push(format!("{name} ({host}): expected {expected}, not {other:?}")),
        }
    }
    drop(servers.stdin.take());
    servers.wait().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
