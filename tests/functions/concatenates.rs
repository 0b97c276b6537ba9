//! Puts texts and integers together, and prints some: what a small function does, and all that it does.

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    let bytes = event.len();
    println!("request {request_id} of {} bytes", bytes);
    format!("{{\"request\":\"{}\",\"bytes\":{},\"less\":{}}}", request_id, bytes, 100 - i64::try_from(bytes).unwrap_or(0))
}
