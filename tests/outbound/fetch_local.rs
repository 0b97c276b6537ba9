//! Sends `GET` by `http` alone to the URL in the event. No TLS is linked.

use outbound::{Error, Request};

pub fn lambda_handler(event: &str) -> Result<String, Error> {
    let response = Request::local("GET", event).send()?;
    Ok(format!("{} {}", response.status(), response.text()))
}
