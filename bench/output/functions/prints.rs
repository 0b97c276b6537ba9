//! Prints texts and integers, and answers with them.

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    let bytes = event.len();
    println!("request {} of {} bytes", request_id, bytes);
    format!("{{\"request\":\"{}\",\"bytes\":{}}}", request_id, bytes)
}
