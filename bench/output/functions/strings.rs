//! Answers with texts put together.

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    format!("{{\"request\":\"{}\",\"event\":{}}}", request_id, event)
}
