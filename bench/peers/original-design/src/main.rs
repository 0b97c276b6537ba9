//! The three functions on the design that the original Ruchy Lambda documents: Rust's `std`, a new
//! TCP connection for each call, a reply that is read until the server closes the connection. It is
//! written from that description and contains nothing of the original's code.

use std::env;
use std::io::{Error, Read as _, Result, Write as _};
use std::net::TcpStream;

const RUNTIME: &str = "/2018-06-01/runtime/invocation/";

type Handler = fn(&str) -> String;

fn fibonacci(n: i32) -> i32 {
    if n <= 1 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

fn minimal(_event: &str) -> String {
    "{\"statusCode\":200,\"body\":\"ok\"}".to_owned()
}

fn fibonacci_35(_event: &str) -> String {
    let n = 35;
    format!("{{\"statusCode\":200,\"body\":\"fibonacci({n})={}\"}}", fibonacci(n))
}

fn echo(event: &str) -> String {
    event.to_owned()
}

/// Sends a request on a new connection, and returns the head and the body of the reply.
fn call(api: &str, method: &str, path: &str, body: &str) -> Result<(String, String)> {
    let mut server = TcpStream::connect(api)?;
    let request = format!(
        "{method} {RUNTIME}{path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    server.write_all(request.as_bytes())?;
    let mut reply = String::new();
    server.read_to_string(&mut reply)?;
    let (head, body) = reply.split_once("\r\n\r\n").ok_or_else(|| Error::other("the reply has no end of its head"))?;
    Ok((head.to_owned(), body.to_owned()))
}

fn request_id(head: &str) -> Result<&str> {
    let found = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("lambda-runtime-aws-request-id").then_some(value.trim())
    });
    found.ok_or_else(|| Error::other("the reply has no request id"))
}

fn main() -> Result<()> {
    let variable = |name: &str| env::var(name).map_err(|error| Error::other(format!("{name}: {error}")));
    let (api, name) = (variable("AWS_LAMBDA_RUNTIME_API")?, variable("_HANDLER")?);
    let handler: Handler = match name.as_str() {
        "minimal" => minimal,
        "fibonacci" => fibonacci_35,
        "echo" => echo,
        other => return Err(Error::other(format!("no function named {other}"))),
    };
    loop {
        let (head, event) = call(&api, "GET", "next", "")?;
        let id = request_id(&head)?;
        call(&api, "POST", &format!("{id}/response"), &handler(&event))?;
    }
}
