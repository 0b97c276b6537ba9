//! Events as AWS sends them, by name. HTTP events are built like those of `watch`; the others
//! follow the examples in AWS's documentation of each service.

use crate::http_event;
use crate::http_event::request::Request;
use crate::project::settings::http::{HttpKind, Parameters, Route};
use crate::{Error, functions};
use handlers_build::nearest::did_you_mean;
use hyper::Method;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use std::fmt::Write as _;

/// The events of services: name, source, text.
const SERVICES: [(&str, &str, &str); 9] = [
    ("cognito", "a Cognito user pool, before a sign-up", include_str!("examples/cognito.json")),
    ("dynamodb", "a DynamoDB stream, two records", include_str!("examples/dynamodb.json")),
    ("eventbridge", "an EventBridge bus", include_str!("examples/eventbridge.json")),
    ("kinesis", "a Kinesis stream, one record", include_str!("examples/kinesis.json")),
    ("logs", "a subscription of CloudWatch Logs", include_str!("examples/logs.json")),
    ("s3", "an S3 bucket, one object created", include_str!("examples/s3.json")),
    ("schedule", "an EventBridge schedule rule", include_str!("examples/schedule.json")),
    ("sns", "an SNS topic, one message", include_str!("examples/sns.json")),
    ("sqs", "an SQS queue, two messages", include_str!("examples/sqs.json")),
];

/// The events of HTTP: name, source, kind.
const HTTP: [(&str, &str, HttpKind); 6] = [
    ("alb", "an Application Load Balancer", HttpKind::Alb),
    ("alb-multi-value", "an Application Load Balancer with multi-value headers", HttpKind::AlbMultiValue),
    ("http", "a function URL, the same as url", HttpKind::Url),
    ("http-api", "an HTTP API of API Gateway, format 2.0", HttpKind::HttpApi),
    ("rest", "a REST API of API Gateway, format 1.0", HttpKind::Rest),
    ("url", "a function URL, format 2.0", HttpKind::Url),
];

/// The event called `name`.
///
/// # Errors
/// [`Error::Refused`] with the names that exist.
pub fn event(name: &str) -> Result<Vec<u8>, Error> {
    if let Some((_, _, text)) = SERVICES.iter().find(|(known, ..)| *known == name) {
        return Ok(text.as_bytes().to_vec());
    }
    if let Some((_, _, kind)) = HTTP.iter().find(|(known, ..)| *known == name) {
        return Ok(http(*kind));
    }
    let names: Vec<String> = names().map(|(name, _)| name.to_owned()).collect();
    Err(Error::Refused(format!("no example is named `{name}`.{} Examples: {}.", did_you_mean(name, &names), names.join(", "))))
}

/// All examples, one on each line: name and source.
#[must_use]
pub fn list() -> String {
    names().fold(String::new(), |mut text, (name, source)| {
        let _ = writeln!(text, "{name:16}{source}");
        text
    })
}

fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut all: Vec<_> = SERVICES.iter().map(|(name, source, _)| (*name, *source)).collect();
    all.extend(HTTP.iter().map(|(name, source, _)| (*name, *source)));
    all.sort_unstable();
    all.into_iter()
}

/// `POST /hello/Ada?greeting=Hello` with a body of JSON and a cookie.
fn http(kind: HttpKind) -> Vec<u8> {
    let headers = [
        ("accept", "application/json"),
        ("content-type", "application/json"),
        ("cookie", "session=7; theme=dark"),
        ("host", "example.lambda-url.eu-central-1.on.aws"),
        ("user-agent", "curl/8.5.0"),
    ];
    let headers: HeaderMap =
        headers.into_iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
    let route: Option<Route> = "POST /hello/{name}".parse().ok();
    let parameters: Parameters = vec![("name".to_owned(), "Ada".to_owned())];
    let request = Request {
        method: &Method::POST,
        path: "/hello/Ada",
        query: "greeting=Hello",
        headers: &headers,
        body: b"{\"name\":\"Ada\"}",
        source_ip: [203, 0, 113, 7].into(),
        port: 443,
        route: route.as_ref().map(|route| (route, &parameters)),
        function: "example",
        request_id: "8f6f2c1e-3c5f-4b0e-9f4e-3d0d5c1b2a10",
        trace_id: "Root=1-67748580-0123456789abcdef01234567",
        region: functions::DEFAULT_REGION,
        now_ms: 1_735_689_600_000,
    };
    format!("{:#}\n", http_event::event(kind, &request)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{event, list, names};
    use serde_json::Value;

    #[test]
    fn examples_are_json_and_listed() {
        for (name, _) in names() {
            let event = event(name).unwrap();
            assert!(serde_json::from_slice::<Value>(&event).unwrap().is_object(), "{name}");
            assert!(list().contains(&format!("\n{name} ")) || list().starts_with(name), "{name}");
        }
    }

    #[test]
    fn examples_that_do_not_exist_are_refused_with_the_nearest() {
        let message = event("sqss").unwrap_err().to_string();
        assert!(message.starts_with("no example is named `sqss`. Did you mean `sqs`? Examples: alb, "), "{message}");
    }
}
