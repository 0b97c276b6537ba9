//! Answers with as many bytes of printable ASCII as the event says, different at different places; with the event itself where it says few.

pub fn lambda_handler(event: &str) -> String {
    match event.parse() {
        Ok(bytes) if bytes > 9 => (b' '..=b'~').cycle().step_by(31).take(bytes).map(char::from).collect(),
        _ => event.to_string(),
    }
}
