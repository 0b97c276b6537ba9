//! Streams one byte with the event as its content type. Then fails if the event begins with an
//! error type.

pub fn lambda_handler(event: &str, response: &mut ResponseStream) -> Result<(), String> {
    response.content_type(event);
    response.write("x");
    if event.starts_with("Function.") { Err(event.to_string()) } else { Ok(()) }
}
