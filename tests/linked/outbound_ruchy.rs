//! Ruchy functions that call AWS services and other servers, in the linked file.

use crate::support::bootstrap::{build, root};
use crate::support::runtime_api::Connection;
use crate::support::services;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread;

/// One file with both functions: most bytes are TLS.
static FUNCTIONS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = root().join("tests/outbound");
    build(&["read_item", "services"], &[("RUCHY_LAMBDA_FUNCTIONS", folder.to_str().unwrap())])
});

/// Invokes `services` with `event`, and returns its answer.
fn done(connection: &mut Connection, event: &Value) -> Value {
    connection.invoke("id", event.to_string().as_bytes()).json()
}

#[test]
fn ruchy_function_reads_an_item_by_tls() {
    let moto = services::with_table();
    let (_function, mut connection) = services::function(&moto, &FUNCTIONS, "read_item", true);
    let mut get = |path: &str| {
        let event = json!({ "version": "2.0", "rawPath": path, "requestContext": { "http": { "method": "GET", "path": path } } });
        let answer = done(&mut connection, &event);
        (answer["statusCode"].clone(), answer["body"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(get("/items/a"), (json!(200), r#"{"id":"a","price":1.5}"#.to_owned()));
    assert_eq!(get("/items/b"), (json!(404), r#"{"message":"no such item"}"#.to_owned()));
}

#[test]
fn ruchy_function_uses_operations_of_dynamodb() {
    let mut moto = services::with_table();
    let (_function, mut connection) = services::function(&moto, &FUNCTIONS, "services", true);
    let mut is = |event: Value, expected: Value| assert_eq!(done(&mut connection, &event), expected, "{event}");
    is(json!({ "do": "create", "id": "b", "price": 2 }), json!({ "created": "b" }));
    is(json!({ "do": "create", "id": "b", "price": 3 }), json!({ "exists": "b" }));
    is(json!({ "do": "raise", "id": "b", "by": 5 }), json!({ "price": 7.0 }));
    is(json!({ "do": "names" }), json!({ "names": ["a", "b"] }));
    is(json!({ "do": "cheap", "id": "b", "below": 8 }), json!({ "count": 1 }));
    is(json!({ "do": "cheap", "id": "b", "below": 7 }), json!({ "count": 0 }));
    is(json!({ "do": "swap", "old": "b", "new": "c" }), json!({ "swapped": true }));
    is(json!({ "do": "names" }), json!({ "names": ["a", "c"] }));
    let written = moto.boto3("dynamodb", "get_item", r#"{"TableName":"t","Key":{"id":{"S":"c"}}}"#);
    assert!(written.to_string().contains(r#""price":{"N":"1"}"#), "{written}");
}

#[test]
fn ruchy_function_uses_other_services() {
    let mut moto = services::start();
    let bucket = r#"{"Bucket":"notes","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}"#;
    moto.boto3("s3", "create_bucket", bucket);
    let created = moto.boto3("sqs", "create_queue", r#"{"QueueName":"q"}"#).to_string();
    let url = created.split('"').find(|part| part.starts_with("http") && part.ends_with("/q")).unwrap_or_else(|| panic!("{created}"));
    moto.boto3("secretsmanager", "create_secret", r#"{"Name":"s","SecretString":"tea"}"#);
    let (_function, mut connection) = services::function(&moto, &FUNCTIONS, "services", true);
    let mut is = |event: Value, expected: Value| assert_eq!(done(&mut connection, &event), expected, "{event}");
    is(json!({ "do": "store", "bucket": "notes", "text": "ä b" }), json!({ "keys": ["notes/a.txt"], "text": "ä b", "left": 0 }));
    is(json!({ "do": "send", "queue": url }), json!({ "sent": true }));
    is(json!({ "do": "queues" }), json!({ "QueueUrls": [url] }));
    is(json!({ "do": "secret", "name": "s" }), json!({ "secret": "tea" }));
    is(json!({ "do": "secret", "name": "x" }), json!({ "secret": "ResourceNotFoundException" }));
    let refused = done(&mut connection, &json!({ "do": "x" }));
    assert_eq!(refused["errorMessage"], "x: unknown operation", "{refused}");
}

#[test]
fn ruchy_function_sends_requests_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        // Both connections are open before a request is answered.
        let streams = [(); 2].map(|()| listener.accept().unwrap().0);
        for stream in &streams {
            let (mut reader, mut head) = (BufReader::new(stream), String::new());
            while !head.ends_with("\r\n\r\n") {
                assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
            }
            let head = head.to_ascii_lowercase();
            let mut body = vec![0; if head.starts_with("post") { r#"{"n":1}"#.len() } else { 0 }];
            reader.read_exact(&mut body).unwrap();
            let answer = format!("{} {}", head.contains("x-kind: tea"), String::from_utf8(body).unwrap());
            let length = answer.len();
            let mut writer = stream;
            write!(writer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{answer}").unwrap();
        }
    });
    let moto = services::start();
    let (_function, mut connection) = services::function(&moto, &FUNCTIONS, "services", true);
    let answer = done(&mut connection, &json!({ "do": "fetch", "url": url }));
    assert_eq!(answer, json!({ "replies": ["200 text/plain false ", r#"200 text/plain true {"n":1}"#] }));
    server.join().unwrap();
}
