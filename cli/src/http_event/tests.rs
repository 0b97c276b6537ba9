use super::event;
use super::request::Request;
use super::response::{HttpResponse, Prelude, response};
use crate::project::settings::http::{HttpKind, Parameters, Route};
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// The event of a request with these headers and this body, by the route `/todos/{id}`.
fn event_of(kind: HttpKind, headers: &[(&str, &str)], body: &[u8]) -> Value {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    let (route, parameters): (Route, Parameters) = ("/todos/{id}".parse().unwrap(), vec![("id".into(), "a%20b".into())]);
    let request = Request {
        method: &Method::POST,
        path: "/todos/a%20b",
        query: "x=1&y=%C3%A9+f&x=2&flag",
        headers: &map,
        body,
        source_ip: [127, 0, 0, 1].into(),
        port: 9000,
        route: Some((&route, &parameters)),
        function: "todo",
        request_id: "an-id",
        trace_id: "Root=1-0",
        region: "eu-central-1",
        now_ms: 1_583_348_638_390,
    };
    event(kind, &request)
}

const HEADERS: [(&str, &str); 6] = [
    ("host", "localhost:9000"),
    ("accept", "text/html"),
    ("accept", "image/png"),
    ("cookie", "a=1; b=2"),
    ("user-agent", "curl/8"),
    ("content-type", "application/json; charset=utf-8"),
];

#[test]
fn format_2_joins_values_and_lists_cookies() {
    let url = event_of(HttpKind::Url, &HEADERS, b"{\"a\":1}");
    let expected = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": "/todos/a%20b", "rawQueryString": "x=1&y=%C3%A9+f&x=2&flag",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": "localhost:9000", "accept": "text/html,image/png", "user-agent": "curl/8", "content-type": "application/json; charset=utf-8",
            "x-amzn-trace-id": "Root=1-0", "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "9000", "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"x": "1,2", "y": "é f", "flag": ""},
        "requestContext": {
            "accountId": "anonymous", "apiId": "todo", "domainName": "localhost", "domainPrefix": "localhost",
            "http": {"method": "POST", "path": "/todos/a%20b", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl/8"},
            "requestId": "an-id", "routeKey": "$default", "stage": "$default", "time": "04/Mar/2020:19:03:58 +0000", "timeEpoch": 1_583_348_638_390_u64,
        },
        "body": "{\"a\":1}", "isBase64Encoded": false,
    });
    assert_eq!(url, expected);
    let api = event_of(HttpKind::HttpApi, &HEADERS, b"");
    assert_eq!((&api["routeKey"], &api["pathParameters"]), (&json!("ANY /todos/{id}"), &json!({"id": "a b"})));
    assert!(api.get("body").is_none() && api["requestContext"]["accountId"] == "012345678912");
}

#[test]
fn format_1_has_first_and_all_values() {
    let rest = event_of(HttpKind::Rest, &HEADERS, b"");
    assert_eq!((&rest["resource"], &rest["path"], &rest["httpMethod"]), (&json!("/todos/{id}"), &json!("/todos/a%20b"), &json!("POST")));
    assert_eq!(rest["headers"]["Accept"], "image/png");
    assert_eq!(rest["multiValueHeaders"]["Accept"], json!(["text/html", "image/png"]));
    assert_eq!(rest["headers"]["Cookie"], "a=1; b=2");
    assert_eq!(rest["queryStringParameters"], json!({"x": "2", "y": "é f", "flag": ""}));
    assert_eq!(rest["multiValueQueryStringParameters"]["x"], json!(["1", "2"]));
    assert_eq!((&rest["pathParameters"], &rest["body"], &rest["stageVariables"]), (&json!({"id": "a b"}), &Value::Null, &Value::Null));
    assert_eq!(rest["requestContext"]["requestTime"], "04/Mar/2020:19:03:58 +0000");
}

#[test]
fn load_balancer_does_not_decode() {
    let single = event_of(HttpKind::Alb, &HEADERS, b"");
    assert_eq!(single["queryStringParameters"], json!({"x": "2", "y": "%C3%A9+f", "flag": ""}));
    assert_eq!((&single["headers"]["accept"], &single["body"]), (&json!("image/png"), &json!("")));
    assert!(single["requestContext"]["elb"]["targetGroupArn"].as_str().unwrap().starts_with("arn:aws:elasticloadbalancing:eu-central-1:"));
    let multi = event_of(HttpKind::AlbMultiValue, &HEADERS, b"");
    assert_eq!(multi["multiValueHeaders"]["accept"], json!(["text/html", "image/png"]));
    assert!(multi.get("headers").is_none() && multi.get("queryStringParameters").is_none());
}

#[test]
fn binary_bodies_are_base64() {
    let is_base64 = |kind, headers: &[(&str, &str)], body: &[u8]| event_of(kind, headers, body)["isBase64Encoded"] == json!(true);
    for (content_type, body, expected) in [
        ("text/plain", &b"a"[..], false),
        ("application/problem+json", b"{}", false),
        ("application/xml", b"<a/>", false),
        ("image/svg+xml", b"<svg/>", false),
        ("image/png", b"a", true),
        ("application/octet-stream", b"", false),
        ("application/x-www-form-urlencoded", b"a=1", true),
        ("text/plain", b"\xff", true),
        ("", b"a", true),
    ] {
        assert_eq!(is_base64(HttpKind::Url, &[("content-type", content_type)], body), expected, "{content_type}");
    }
    assert!(is_base64(HttpKind::Alb, &[("content-type", "text/plain"), ("content-encoding", "gzip")], b"a"));
    assert!(!is_base64(HttpKind::Rest, &[("content-type", "application/x-www-form-urlencoded")], b"a=1"));
    assert_eq!(event_of(HttpKind::Url, &[], b"\x00\xff")["body"], "AP8=");
}

/// Status, headers and body.
type Parts = (u16, Vec<(String, String)>, Vec<u8>);

fn parts(response: &HttpResponse) -> Parts {
    let mut headers: Vec<(String, String)> =
        response.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    (response.status.as_u16(), headers, response.body.to_vec())
}

fn of(kind: HttpKind, answer: &Value) -> Result<Parts, String> {
    response(kind, &Bytes::from(answer.to_string())).map(|response| parts(&response))
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn response_has_status_headers_cookies_and_body() {
    let answer = json!({
        "statusCode": 201, "headers": {"X-A": "1", "x-n": 7, "content-length": "9"}, "multiValueHeaders": {"x-m": ["1", "2"], "X-A": ["3"]},
        "cookies": ["a=1", "b=2; Secure"], "body": "AP8=", "isBase64Encoded": true,
    });
    let json = ("content-type", "application/json");
    let url = pairs(&[json, ("set-cookie", "a=1"), ("set-cookie", "b=2; Secure"), ("x-a", "1"), ("x-n", "7")]);
    assert_eq!(of(HttpKind::Url, &answer), Ok((201, url, vec![0, 255])));
    let rest = pairs(&[json, ("x-a", "3"), ("x-m", "1"), ("x-m", "2"), ("x-n", "7")]);
    assert_eq!(of(HttpKind::Rest, &answer), Ok((201, rest, vec![0, 255])));
    assert_eq!(of(HttpKind::Alb, &answer), Ok((201, pairs(&[("x-a", "1"), ("x-n", "7")]), vec![0, 255])));
    assert_eq!(of(HttpKind::AlbMultiValue, &answer), Ok((201, pairs(&[("x-a", "3"), ("x-m", "1"), ("x-m", "2")]), vec![0, 255])));
    let text = json!({"statusCode": "404", "headers": {"Content-Type": "text/plain"}, "body": "none"});
    assert_eq!(of(HttpKind::HttpApi, &text), Ok((404, pairs(&[("content-type", "text/plain")]), b"none".to_vec())));
}

#[test]
fn response_without_a_status_is_a_body_in_format_2() {
    let headers = pairs(&[("content-type", "application/json")]);
    assert_eq!(of(HttpKind::Url, &json!({"a": 1})), Ok((200, headers.clone(), b"{\"a\":1}".to_vec())));
    assert_eq!(of(HttpKind::Url, &json!("a")), Ok((200, headers.clone(), b"\"a\"".to_vec())));
    assert_eq!(response(HttpKind::Url, &Bytes::from("no JSON")).map(|response| parts(&response)), Ok((200, headers, b"no JSON".to_vec())));
    assert_eq!(of(HttpKind::Rest, &json!({"a": 1})), Err("statusCode is missing".to_owned()));
    assert!(of(HttpKind::Alb, &json!("a")).unwrap_err().starts_with("the response is not an object"));
}

#[test]
fn response_that_is_malformed_is_explained() {
    for (answer, reason) in [
        (json!({"statusCode": 99}), "statusCode = 99: expected 100 to 599"),
        (json!({"statusCode": 200, "body": {}}), "body: expected a string"),
        (json!({"statusCode": 200, "headers": {"x": []}}), "headers.x: expected a string"),
        (json!({"statusCode": 200, "headers": {"x": "a\nb"}}), "headers.x: \"a\\nb\" cannot be a header"),
        (json!({"statusCode": 200, "headers": {"a b": "c"}}), "headers: \"a b\" cannot be the name of a header"),
        (json!({"statusCode": 200, "headers": []}), "headers: expected an object"),
        (json!({"statusCode": 200, "body": "%", "isBase64Encoded": true}), "body: isBase64Encoded is true, and it is not base64"),
        (json!({"statusCode": 200, "cookies": [1]}), "cookies: expected a list of strings"),
    ] {
        let error = of(HttpKind::Url, &answer).unwrap_err();
        assert!(error.starts_with(reason), "{answer}: {error}");
    }
}

#[test]
fn prelude_may_arrive_in_any_pieces() {
    let stream = b"{\"statusCode\":404,\"headers\":{\"x-a\":\"1\"},\"cookies\":[\"c=1\"]}\0\0\0\0\0\0\0\0body";
    for split in 0..stream.len() - 4 {
        let mut prelude = Prelude::default();
        let first = prelude.push(&stream[..split]).unwrap();
        assert_eq!(first, None, "{split}");
        let whole = prelude.push(&stream[split..]).unwrap().unwrap();
        let headers = pairs(&[("content-type", "application/octet-stream"), ("set-cookie", "c=1"), ("x-a", "1")]);
        assert_eq!(parts(&whole), (404, headers, b"body".to_vec()), "{split}");
    }
    assert!(Prelude::default().push(b"no\0\0\0\0\0\0\0\0").unwrap_err().starts_with("the prelude is not JSON"));
}
