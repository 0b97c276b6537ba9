//! Requests more memory than exists: the number of bytes in the event.

pub fn lambda_handler(event: &str) -> String {
    let bytes: usize = event.parse().unwrap_or_default();
    let memory: Vec<u8> = Vec::with_capacity(bytes);
    memory.capacity().to_string()
}
