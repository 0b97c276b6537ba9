use events::Json;

/// What the event has at `/a/b`, and at `/n` one more.
pub fn lambda_handler(context: &Context, event: &Json) -> Result<Json, Failure> {
    let text = event.text("/a/b")?;
    Ok(Json::object().put("text", text).put("n", event.integer("/n")? + 1).put("id", context.request_id()))
}
