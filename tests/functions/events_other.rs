use events::Json;
use events::http::{Request, Response};

pub fn lambda_handler(request: &Request) -> Response {
    Response::text(200, request.path())
}

pub fn on_other_event(context: &Context, event: &Json) -> Result<Json, Failure> {
    Ok(Json::object().put("id", context.request_id()).put("kind", event.text("kind")?))
}
