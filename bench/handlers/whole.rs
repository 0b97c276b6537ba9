//! Reads the same field as `field`, of the event as a value that holds all of it.

use events::Json;
use std::lambda::Failure;

pub fn lambda_handler(event: &Json) -> Result<Json, Failure> {
    Ok(Json::object().put("address", event.text("/requestContext/http/sourceIp")?))
}
