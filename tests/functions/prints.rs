//! Prints the event to both streams, and answers with its length.

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    println!("{request_id} got {event}");
    eprintln!("to stderr");
    event.len().to_string()
}
