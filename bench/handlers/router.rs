//! Takes an order over HTTP: a path segment, a query parameter, fields of a JSON body; answers with
//! JSON. `bench/peers/rust-tokio/src/router.rs` is equivalent.

use events::Json;
use events::http::{Request, Response};
use std::lambda::Failure;

fn hello(request: &Request) -> Result<Response, Failure> {
    Ok(Response::json(200, Json::object().put("hello", request.parameter("name")?)))
}

fn order(request: &Request) -> Result<Response, Failure> {
    let order = request.json()?;
    let total = order.number("price")? * order.number("quantity")?;
    let answer = Json::object()
        .put("currency", request.query("currency").unwrap_or("USD"))
        .put("customer", request.parameter("customer")?)
        .put("item", order.text("item")?)
        .put("total", total);
    Ok(Response::json(201, answer))
}

pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
    request.route().get("/hello/{name}", hello).post("/customers/{customer}/orders", order).answer()
}
