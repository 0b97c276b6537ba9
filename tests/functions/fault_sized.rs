//! Answers with as many bytes of printable ASCII as the event states, different at different
//! offsets; with the event itself if the number is small.

pub fn lambda_handler(event: &str) -> String {
    match event.parse() {
        Ok(bytes) if bytes > 9 => {
            let period: String = (b' '..=b'~').cycle().step_by(31).take(95).map(char::from).collect();
            let mut text = period.repeat(bytes / 95 + 1);
            text.truncate(bytes);
            text
        }
        _ => event.to_string(),
    }
}
