//! Payload format 2.0: function URLs and HTTP APIs.

use super::request::{ACCOUNT, Request, joined};
use hyper::header::COOKIE;
use serde_json::{Value, json};

/// The event of a function URL, or of an HTTP API if `has_route`.
pub fn event(request: &Request<'_>, has_route: bool) -> Value {
    let route_key = request.route.filter(|_| has_route).map_or("$default".to_owned(), |(route, _)| route.to_string());
    let headers = request.headers().into_iter().filter(|(name, _)| name != COOKIE.as_str());
    let (body, is_base64) = request.body(false);
    let domain = request.domain();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": joined(headers.map(|(name, values)| (name, values.join(",")))),
        "requestContext": {
            "accountId": if has_route { ACCOUNT } else { "anonymous" },
            "apiId": request.function,
            "domainName": domain,
            "domainPrefix": domain.split('.').next(),
            "http": {
                "method": request.method.as_str(),
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source_ip.to_string(),
                "userAgent": request.user_agent(),
            },
            "requestId": request.request_id,
            "routeKey": route_key,
            "stage": "$default",
            "time": request.time(),
            "timeEpoch": request.now_ms,
        },
        "isBase64Encoded": is_base64,
    });
    let cookies: Vec<String> = request
        .headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|value| String::from_utf8_lossy(value.as_bytes()).split(';').map(|pair| pair.trim().to_owned()).collect::<Vec<_>>())
        .filter(|pair| !pair.is_empty())
        .collect();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            event[name] = value;
        }
    };
    add("cookies", if cookies.is_empty() { Value::Null } else { cookies.into() });
    add("queryStringParameters", joined(request.query_pairs()));
    add("pathParameters", if has_route { request.path_parameters() } else { Value::Null });
    add("body", if body.is_empty() { Value::Null } else { body.into() });
    event
}
