//! Makes a small response as often as the event says, `integers 1000` or the like, and answers with the last.

use std::hint::black_box;

fn strings(request_id: &str) -> String {
    format!("{{\"statusCode\":200,\"headers\":{{\"x-request\":\"{}\"}},\"body\":\"Hello, {}!\"}}", request_id, black_box("Ada"))
}

fn integers(request_id: &str, number: usize) -> String {
    format!("{{\"statusCode\":200,\"headers\":{{\"x-request\":\"{}\"}},\"body\":\"{} of {}\"}}", request_id, number, black_box(1_000_000))
}

fn floats(request_id: &str, number: usize) -> String {
    format!("{{\"statusCode\":200,\"headers\":{{\"x-request\":\"{}\"}},\"body\":\"{}\"}}", request_id, number as f64 / 100.0)
}

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    let (kind, times) = event.split_once(' ').unwrap_or((event, ""));
    let mut last = String::new();
    for number in 0..times.parse().unwrap_or(1) {
        last = black_box(match kind {
            "strings" => strings(request_id),
            "integers" => integers(request_id, number),
            _ => floats(request_id, number),
        });
    }
    last
}
