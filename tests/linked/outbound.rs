//! Outbound requests of functions, in the linked file: by `http`, and signed calls over TLS.

use crate::support::bootstrap::{MINIMAL, build, root};
use crate::support::refusing::Refusing;
use crate::support::runtime_api::RuntimeApi;
use crate::support::services;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread;

/// Links functions that make outbound calls, in separate files: most bytes are TLS.
fn built(name: &str) -> PathBuf {
    let folder = root().join("tests/outbound");
    build(&[name], &[("RUCHY_LAMBDA_FUNCTIONS", folder.to_str().unwrap())])
}

static LOCAL: LazyLock<PathBuf> = LazyLock::new(|| built("fetch_local"));
static GET_ITEM: LazyLock<PathBuf> = LazyLock::new(|| built("get_item"));

/// Largest file of one signed call over TLS, in bytes. The goal of 400,000 is not met:
/// docs/outbound.md accounts for the bytes.
const GET_ITEM_BYTES_MAX: u64 = 536_000;
/// Largest file of a request by `http` alone, in bytes.
const LOCAL_BYTES_MAX: u64 = 87_500;

#[test]
fn function_fetches_by_http_and_keeps_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // The server accepts exactly one connection.
    let server = thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        for number in 0..3 {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
            stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}").as_bytes()).unwrap();
        }
    });
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&LOCAL, "fetch_local");
    for number in 0..3 {
        assert_eq!(connection.invoke("id", url.as_bytes()).text(), format!("200 {number}"));
    }
    server.join().unwrap();
    let refusing = Refusing::bind();
    let refused = connection.invoke("id", refusing.url().as_bytes());
    assert_eq!(refused.json()["errorType"], "Function.ConnectFailed");
    assert_eq!(connection.invoke("id", b"https://localhost/").json()["errorType"], "Function.InvalidRequest");
}

#[test]
fn function_reads_an_item_by_tls() {
    let moto = services::with_table();
    let (_function, mut connection) = services::function(&moto, &GET_ITEM, "get_item", true);
    assert_eq!(connection.invoke("id", br#"{"id":"a"}"#).text(), r#"{"id":"a","price":1.5}"#);
    assert_eq!(connection.invoke("id", br#"{"id":"b"}"#).text(), "null");
    assert_eq!(connection.invoke("id", br#"{"x":"b"}"#).json()["errorType"], "Function.Validation");
    // Amazon's roots are built in; they do not include the test server's.
    let (_function, mut connection) = services::function(&moto, &GET_ITEM, "get_item", false);
    let refused = connection.invoke("id", br#"{"id":"a"}"#).json();
    assert_eq!(refused["errorType"], "Function.TlsFailed");
    assert!(refused["errorMessage"].as_str().unwrap().contains("not issued under a known root"), "{refused}");
}

#[test]
fn outbound_code_is_linked_only_where_used() {
    let bytes = |path: &PathBuf| fs::metadata(path).unwrap().len();
    assert!(bytes(&GET_ITEM) <= GET_ITEM_BYTES_MAX, "{} bytes", bytes(&GET_ITEM));
    assert!(bytes(&LOCAL) <= LOCAL_BYTES_MAX, "{} bytes", bytes(&LOCAL));
    // Only files with TLS contain its messages.
    let has_tls = |path: &PathBuf| fs::read(path).unwrap().windows(14).any(|window| window == b"the TLS protoc");
    assert_eq!([has_tls(&GET_ITEM), has_tls(&LOCAL), has_tls(&MINIMAL)], [true, false, false]);
}
