//! The event of an Application Load Balancer. The query is not decoded.

use super::request::{ACCOUNT, Request, last, listed};
use serde_json::{Value, json};

pub fn event(request: &Request<'_>, multi_value: bool) -> Value {
    let headers = request.headers();
    let headers = headers.iter().flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())));
    let query = request.raw_query_pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let or_empty = |members: Value| if members.is_null() { json!({}) } else { members };
    let (body, is_base64) = request.body(false);
    let arn = format!("arn:aws:elasticloadbalancing:{}:{ACCOUNT}:targetgroup/{}/0123456789abcdef", request.region, request.function);
    let mut event = json!({
        "requestContext": { "elb": { "targetGroupArn": arn } },
        "httpMethod": request.method.as_str(),
        "path": request.path,
        "body": body,
        "isBase64Encoded": is_base64,
    });
    if multi_value {
        event["multiValueQueryStringParameters"] = or_empty(listed(query));
        event["multiValueHeaders"] = listed(headers);
    } else {
        event["queryStringParameters"] = or_empty(last(query));
        event["headers"] = last(headers);
    }
    event
}
