//! Reads the same field as `field`, with the event as a complete JSON value.

use events::Json;
use std::lambda::Failure;

pub fn lambda_handler(event: &Json) -> Result<Json, Failure> {
    Ok(Json::object().put("address", event.text("/requestContext/http/sourceIp")?))
}
