//! Prints the event to both streams, and answers with its length.

pub fn lambda_handler(request_id: &str, event: &str) -> String {
    println!("{request_id} got {event}");
    eprintln!("and complains");
    event.len().to_string()
}
