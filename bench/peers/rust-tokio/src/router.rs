//! Takes an order over HTTP, like `bench/handlers/router.rs`: once with `lambda_http`, which
//! accepts the events of several services, and once with the struct of the one event. Neither has a
//! router, so the path is matched by hand.

use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use lambda_http::http::HeaderValue;
use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::{Body, Error, LambdaEvent, Request, RequestExt as _, RequestPayloadExt as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Order {
    item: String,
    price: f64,
    quantity: f64,
}

impl Order {
    fn answer(&self, customer: &str, currency: &str) -> Value {
        json!({ "currency": currency, "customer": customer, "item": self.item, "total": self.price * self.quantity })
    }
}

pub async fn lambda_handler(request: Request) -> Result<Response<Body>, Error> {
    let path: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    let (status, answer) = match (request.method().as_str(), path.as_slice()) {
        ("GET", ["hello", name]) => (200, json!({ "hello": name })),
        ("POST", ["customers", customer, "orders"]) => {
            let query = request.query_string_parameters();
            match request.payload::<Order>()? {
                Some(order) => (201, order.answer(customer, query.first("currency").unwrap_or("USD"))),
                None => (400, json!({ "message": "an order, please" })),
            }
        }
        _ => (404, json!({ "message": "Not Found" })),
    };
    Ok(Response::builder().status(status).header(CONTENT_TYPE, "application/json").body(answer.to_string().into())?)
}

pub async fn of_struct(event: LambdaEvent<ApiGatewayV2httpRequest>) -> Result<ApiGatewayV2httpResponse, Error> {
    let event = event.payload;
    let path: Vec<&str> = event.raw_path.as_deref().unwrap_or_default().split('/').skip(1).collect();
    let (status, answer) = match (event.request_context.http.method.as_str(), path.as_slice()) {
        ("GET", ["hello", name]) => (200, json!({ "hello": name })),
        ("POST", ["customers", customer, "orders"]) => {
            let order: Order = serde_json::from_str(event.body.as_deref().unwrap_or_default())?;
            (201, order.answer(customer, event.query_string_parameters.first("currency").unwrap_or("USD")))
        }
        _ => (404, json!({ "message": "Not Found" })),
    };
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = status;
    response.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.body = Some(answer.to_string().into());
    Ok(response)
}
