use events::http::{IntoResponse, Request, Response};
use events::Json;

fn sum(request: &Request) -> Result<Response, Failure> {
    let mut sum = 0;
    for number in request.json()?.elements("numbers")? {
        sum += number.as_integer().ok_or_else(|| Failure::new("Function.UnprocessableContent", "a number is no integer"))?;
    }
    Json::object().put("sum", sum).into_response()
}

pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
    request.route().post("/sum", sum).get("/fails", |_| Err::<Response, _>(Failure::new("Function.Broken", "it is"))).answer()
}
