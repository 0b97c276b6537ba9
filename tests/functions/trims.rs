//! Answers with a part of the event.

pub fn lambda_handler(event: &str) -> &str {
    event.trim()
}
