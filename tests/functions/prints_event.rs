//! Prints the event, and answers with its length.

pub fn lambda_handler(event: &str) -> String {
    println!("{event}");
    event.len().to_string()
}
