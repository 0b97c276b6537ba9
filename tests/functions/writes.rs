//! Writes to the two standard streams, and answers with the size of standard input, which is empty.

use std::io::{self, Read, Write};

pub fn lambda_handler(event: &str) -> Result<String, io::Error> {
    writeln!(io::stdout(), "got {event}, of {} bytes", event.len())?;
    io::stderr().lock().write_all(b"\xff!")?;
    io::stdout().flush()?;
    let mut text = String::new();
    let line_bytes = io::stdin().read_line(&mut text)?;
    let rest_bytes = io::stdin().read_to_string(&mut text)?;
    Ok(format!("{line_bytes} {rest_bytes}"))
}
