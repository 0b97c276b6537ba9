//! Sends a request: the event is `METHOD URL`, and the body after a newline. Answers with the
//! status and the body.

use outbound::{Error, Request, Response};

/// Returns the reply as text.
fn shown(response: &Response) -> String {
    format!("{} {}", response.status(), response.text())
}

pub fn lambda_handler(event: &str) -> Result<String, Error> {
    let (line, body) = event.split_once('\n').unwrap_or((event, ""));
    let (method, url) = line.split_once(' ').unwrap_or(("GET", line));
    let request = Request::new(method, url);
    let request = if body.is_empty() { request } else { request.body(body) };
    Ok(shown(&request.send()?))
}
