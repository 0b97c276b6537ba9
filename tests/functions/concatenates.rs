//! Concatenates strings and integers, and prints some, and nothing else.

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    let bytes = event.len();
    println!("request {request_id} of {} bytes", bytes);
    format!("{{\"request\":\"{}\",\"bytes\":{},\"less\":{}}}", request_id, bytes, 100 - i64::try_from(bytes).unwrap_or(0))
}
