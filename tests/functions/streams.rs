//! Streams the pieces that the event lists, and ends as it states.

pub fn lambda_handler(_context: &Context, event: &str, response: &mut ResponseStream) -> Result<(), String> {
    for word in event.split('|') {
        match word.split_once('=').unwrap_or((word, "")) {
            ("type", content_type) => response.content_type(content_type),
            ("http", status) => response.http_prelude(&format!("{{\"statusCode\":{status}}}")),
            ("fail", message) => return Err(message.to_string()),
            ("panic", message) => panic!("{message}"),
            ("fault", _) => {
                #[allow(unsafe_code)]
                // SAFETY: none; the fault is intended.
                unsafe {
                    std::ptr::without_provenance::<u8>(8).read_volatile();
                }
            }
            // Blocks until the FIFO is written to.
            ("fifo", path) => response.write(std::fs::read_to_string(path).map_err(|error| error.to_string())?.trim()),
            ("nothing", _) => response.write(""),
            ("bytes", count) => response.write("x".repeat(count.parse().unwrap())),
            // Sends this many pieces of 64 KiB from the same memory.
            ("pieces", count) => {
                let piece = "y".repeat(65_536);
                for _ in 0..count.parse().unwrap() {
                    response.write(&piece);
                }
            }
            ("open", _) => println!("open: {}", response.is_open()),
            (text, _) => write!(response, "{text} "),
        }
    }
    Ok(())
}
