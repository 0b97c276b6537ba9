//! Streams one byte with the event for its content type; fails then, where the event begins like an error's name.

pub fn lambda_handler(event: &str, response: &mut ResponseStream) -> Result<(), String> {
    response.content_type(event);
    response.write("x");
    if event.starts_with("Function.") { Err(event.to_string()) } else { Ok(()) }
}
