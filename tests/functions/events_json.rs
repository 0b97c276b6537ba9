use events::Json;

/// Answers with the text at `/a/b`, and the number at `/n` plus one.
pub fn lambda_handler(context: &Context, event: &Json) -> Result<Json, Failure> {
    let text = event.text("/a/b")?;
    Ok(Json::object().put("text", text).put("n", event.integer("/n")? + 1).put("id", context.request_id()))
}
