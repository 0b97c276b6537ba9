//! Grows a string to as many bytes as the event states, one kilobyte at a time, and answers with
//! its length.

pub fn lambda_handler(event: &str) -> String {
    let bytes = event.parse().unwrap_or(0);
    let piece = "x".repeat(1024);
    let mut text = String::new();
    while text.len() < bytes {
        text.push_str(&piece);
    }
    text.len().to_string()
}
