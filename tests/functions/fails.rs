//! Fails with the event as its message.

pub fn lambda_handler(event: &str) -> Result<String, String> {
    Err(event.to_string())
}
