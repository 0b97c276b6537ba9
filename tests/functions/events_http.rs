use events::http::{IntoResponse, Request, Response};
use events::{Json, Typed};

#[derive(serde::Serialize)]
struct Receipt {
    id: u32,
}

fn sum(request: &Request) -> Result<Response, Failure> {
    let mut sum = 0;
    for number in request.json()?.elements("numbers")? {
        sum += number.as_integer().ok_or_else(|| Failure::new("Function.UnprocessableContent", "a number is not an integer"))?;
    }
    Json::object().put("sum", sum).into_response()
}

/// Returns the query's value as a header, including newlines.
fn header(request: &Request) -> Response {
    Response::json(201, Receipt { id: 7 }).header("x-note", request.query("note").unwrap_or_default())
}

pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
    request
        .route()
        .post("/sum", sum)
        .get("/receipt", |_| Typed(Receipt { id: 7 }))
        .get("/header", header)
        .get("/fails", |_| Err::<Response, _>(Failure::new("Function.Broken", "it is")))
        .answer()
}
