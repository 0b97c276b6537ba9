use events::Json;

pub fn lambda_handler(event: &str) -> Result<String, Failure> {
    Ok(Json::pick(event, "/a/b")?.to_string())
}
