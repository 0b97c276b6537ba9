//! Payload format 1.0: REST APIs.

use super::request::{ACCOUNT, Request, last, listed};
use serde_json::{Value, json};

pub fn event(request: &Request<'_>) -> Value {
    let headers = request.headers();
    let pairs = || headers.iter().flat_map(|(name, values)| values.iter().map(move |value| (title_case(name), value.clone())));
    let resource = request.route.map_or("/{proxy+}".to_owned(), |(route, _)| route.path());
    let mut path_parameters = request.path_parameters();
    if request.route.is_none() && request.path.len() > 1 {
        path_parameters = json!({ "proxy": request.path.trim_start_matches('/') });
    }
    let (body, is_base64) = request.body(true);
    let domain = request.domain();
    json!({
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method.as_str(),
        "headers": last(pairs()),
        "multiValueHeaders": listed(pairs()),
        "queryStringParameters": last(request.query_pairs()),
        "multiValueQueryStringParameters": listed(request.query_pairs()),
        "pathParameters": path_parameters,
        "stageVariables": null,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": request.function,
            "domainName": domain,
            "domainPrefix": domain.split('.').next(),
            "extendedRequestId": request.request_id,
            "httpMethod": request.method.as_str(),
            "identity": { "sourceIp": request.source_ip.to_string(), "userAgent": request.user_agent() },
            "path": request.path,
            "protocol": "HTTP/1.1",
            "requestId": request.request_id,
            "requestTime": request.time(),
            "requestTimeEpoch": request.now_ms,
            "resourceId": "local",
            "resourcePath": resource,
            "stage": "local",
        },
        "body": if body.is_empty() { Value::Null } else { body.into() },
        "isBase64Encoded": is_base64,
    })
}

/// `x-forwarded-for` as `X-Forwarded-For`: REST APIs hand on names as HTTP/1.1 clients write them.
fn title_case(name: &str) -> String {
    let mut begins = true;
    name.chars()
        .map(|c| {
            let c = if begins { c.to_ascii_uppercase() } else { c };
            begins = c == '-';
            c
        })
        .collect()
}
