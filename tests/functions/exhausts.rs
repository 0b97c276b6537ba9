//! Asks for more memory than there is: as many bytes as the event says.

pub fn lambda_handler(event: &str) -> String {
    let bytes: usize = event.parse().unwrap_or_default();
    let memory: Vec<u8> = Vec::with_capacity(bytes);
    memory.capacity().to_string()
}
