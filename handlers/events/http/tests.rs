use super::{Origin, Request, Response};
use crate::json::{INVALID_EVENT, Json};
use ruchy_std::lambda::{Failure, FromEvent, IntoAnswer};
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

fn request(event: &Json) -> Request {
    Request::from_event(&event.to_string()).unwrap_or_else(|failure| panic!("{}", failure.message()))
}

fn http_api(method: &str, path: &str) -> Json {
    Json::object()
        .put("version", "2.0")
        .put("rawPath", path)
        .put("rawQueryString", "a=1&b=x%20y+z&a=2&%C3%A9=%F0%9F%98%80&empty=&bare")
        .put("cookies", vec!["session=7", "theme=dark=er"])
        .put("headers", Json::object().put("accept", "text/html").put("x-both", "1,2"))
        .put("requestContext", Json::object().put("stage", "prod").put("http", Json::object().put("method", method)))
}

fn rest_api(method: &str, path: &str) -> Json {
    Json::object()
        .put("httpMethod", method)
        .put("path", path)
        .put("headers", Json::object().put("Accept", "last"))
        .put("multiValueHeaders", Json::object().put("Accept", vec!["first", "last"]).put("Cookie", vec!["session=7; theme=dark=er"]))
        .put("queryStringParameters", Json::object().put("a", "2"))
        .put("multiValueQueryStringParameters", Json::object().put("a", vec!["1", "2"]).put("b", vec!["x y+z%20"]))
        .put("pathParameters", Json::object().put("proxy", "rest/of/it"))
        .put("requestContext", Json::object().put("stage", "prod"))
}

fn load_balancer(multi_value: bool) -> Json {
    let event = Json::object()
        .put("httpMethod", "GET")
        .put("path", "/")
        .put("requestContext", Json::object().put("elb", Json::object().put("targetGroupArn", "arn")));
    if multi_value {
        event
            .put("multiValueHeaders", Json::object().put("cookie", vec!["a=1", "b=2"]))
            .put("multiValueQueryStringParameters", Json::object().put("q%201", vec!["x%2By+z"]))
    } else {
        event
            .put("headers", Json::object().put("cookie", "a=1; b=2").put("x-forwarded-for", "10.0.0.1, 192.0.2.7"))
            .put("queryStringParameters", Json::object().put("q%201", "x%2By+z"))
    }
}

#[test]
fn one_request_whoever_sent_it() {
    let request = request(&http_api("GET", "/prod/orders/7"));
    assert_eq!((request.origin(), request.method(), request.path()), (Origin::HttpApi, "GET", "/orders/7"));
    assert_eq!(request.queries().all("a"), ["1", "2"]);
    assert_eq!(
        (request.query("b"), request.query("é"), request.query("empty"), request.query("bare")),
        (Some("x y z"), Some("😀"), Some(""), Some(""))
    );
    assert_eq!((request.query("c"), request.header("ACCEPT"), request.header("none")), (None, Some("text/html"), None));
    assert_eq!((request.cookie("session"), request.cookie("theme"), request.cookie("x")), (Some("7"), Some("dark=er"), None));

    let request = self::request(&rest_api("POST", "/prod/orders"));
    assert_eq!((request.origin(), request.method(), request.path()), (Origin::RestApi, "POST", "/prod/orders"));
    assert_eq!((request.queries().all("a"), request.query("b")), (vec!["1", "2"], Some("x y+z%20")));
    assert_eq!(request.headers().filter(|(name, _)| *name == "Accept").map(|(_, value)| value).collect::<Vec<_>>(), ["first", "last"]);
    assert_eq!((request.cookie("theme"), request.parameter("proxy").unwrap()), (Some("dark=er"), "rest/of/it"));
    assert_eq!(request.parameter("other").unwrap_err().error_type(), "Function.NoParameter");

    for multi_value in [false, true] {
        let request = self::request(&load_balancer(multi_value));
        assert_eq!(request.origin(), Origin::LoadBalancer { multi_value });
        assert_eq!((request.query("q 1"), request.cookie("b")), (Some("x+y z"), Some("2")));
    }
    assert_eq!(self::request(&load_balancer(false)).source_address(), Some("192.0.2.7"));
}

#[test]
fn the_stage_is_left_out_only_where_it_is_one() {
    for (path, stage, left) in
        [("/prod", "prod", "/"), ("/production", "prod", "/production"), ("/x", "$default", "/x"), ("/x/prod", "prod", "/x/prod")]
    {
        let mut event = http_api("GET", path);
        event.set("requestContext", Json::object().put("stage", stage).put("http", Json::object().put("method", "GET")));
        assert_eq!(request(&event).path(), left, "{path} {stage}");
    }
}

#[test]
fn a_body_is_text_or_bytes() {
    let text = request(&http_api("POST", "/").put("body", r#"{"a":[1]}"#));
    assert_eq!((text.text().unwrap(), text.json().unwrap().integer("/a/0").unwrap()), (r#"{"a":[1]}"#, 1));
    let bytes = request(&http_api("POST", "/").put("body", "/wCA").put("isBase64Encoded", true));
    assert_eq!((bytes.body(), bytes.text().unwrap_err().error_type()), (&[0xff, 0x00, 0x80][..], "Function.BadRequest"));
    let form = request(&http_api("POST", "/").put("body", "YT0xJmI9eCt5").put("isBase64Encoded", true)).form();
    assert_eq!((form.get("a"), form.get("b"), form.len()), (Some("1"), Some("x y"), 2));
    assert_eq!(request(&http_api("POST", "/").put("body", Json::Null)).body(), b"");
}

#[test]
fn what_is_no_request_is_refused() {
    for (event, said) in [
        (Json::object(), "neither"),
        (Json::of(7), "neither"),
        (http_api("GET", "/").put("rawPath", 7), "/rawPath: expected text, found a number"),
        (http_api("GET", "/").put("body", Json::array()), "/body: expected text, found an array"),
        (http_api("GET", "/").put("body", "?").put("isBase64Encoded", true), "/body: expected base64"),
        (rest_api("GET", "/").put("path", Json::Null), "/path: expected text, found null"),
    ] {
        let failure = Request::from_event(&event.to_string()).unwrap_err();
        assert_eq!(failure.error_type(), INVALID_EVENT);
        assert!(failure.message().contains(said), "{}", failure.message());
    }
}

fn answer(event: &Json, response: Response) -> Json {
    let request = request(event);
    Json::parse(&response.into_answer(&request).unwrap()).unwrap()
}

#[test]
fn a_response_is_written_as_it_is_read() {
    let response = || Response::text(200, "é").header("x", "1").header("x", "2").cookie("a=1").cookie("b=2");
    let text = |event: &Json| answer(event, response()).to_string();
    assert_eq!(
        text(&http_api("GET", "/")),
        r#"{"statusCode":200,"headers":{"content-type":"text/plain; charset=utf-8","x":"2"},"cookies":["a=1","b=2"],"body":"é","isBase64Encoded":false}"#
    );
    let listed = r#""multiValueHeaders":{"content-type":["text/plain; charset=utf-8"],"x":["2"],"set-cookie":["a=1","b=2"]},"body":"é","isBase64Encoded":false}"#;
    assert_eq!(text(&rest_api("GET", "/")), format!("{{\"statusCode\":200,{listed}"));
    assert_eq!(text(&load_balancer(true)), format!("{{\"statusCode\":200,\"statusDescription\":\"200 OK\",{listed}"));
    let single = answer(&load_balancer(false), response());
    assert_eq!(single["headers"].to_string(), r#"{"content-type":"text/plain; charset=utf-8","x":"2","set-cookie":"b=2"}"#);
    let bytes = answer(&http_api("GET", "/"), Response::bytes(200, "image/png", vec![0xff, 0x00, 0x80, 0x01]));
    assert_eq!((bytes["body"].as_text(), bytes["isBase64Encoded"].as_boolean()), (Some("/wCAAQ=="), Some(true)));
    assert_eq!(
        answer(&http_api("GET", "/"), Response::empty(204)).to_string(),
        r#"{"statusCode":204,"headers":{},"body":"","isBase64Encoded":false}"#
    );
}

/// What this method and path are answered with: the status, and the body or, of status 405, what is allowed.
fn routed(method: &str, path: &str) -> (u16, String) {
    let request = request(&http_api(method, path));
    let response = request
        .route()
        .get("/", |_| "root")
        .get("/orders/{id}", |request| Ok::<_, Failure>(format!("order {}", request.parameter("id")?)))
        .delete("/orders/{id}", |_| Response::empty(204))
        .get("/orders/new", |_| "never: the pattern above fits too")
        .get("/files/{path+}", |request| Ok::<_, Failure>(format!("file {}", request.parameter("path")?)))
        .post("/a b/{x}/c", |request| Ok::<_, Failure>(format!("post {}", request.parameter("x")?)))
        .answer()
        .unwrap();
    let answer = Json::parse(&response.answer_to(&request)).unwrap();
    let allowed = answer["headers"]["allow"].as_text();
    (u16::try_from(answer.integer("statusCode").unwrap()).unwrap(), String::from(allowed.unwrap_or(answer.text("body").unwrap())))
}

#[test]
fn the_first_pattern_that_fits_answers() {
    for (method, path, status, said) in [
        ("GET", "/", 200, "root"),
        ("GET", "/prod", 200, "root"),
        ("GET", "/orders/7", 200, "order 7"),
        ("HEAD", "/orders/7", 200, "order 7"),
        ("GET", "/orders/new", 200, "order new"),
        ("GET", "/orders/a%2Fb%20c", 200, "order a%2Fb%20c"),
        ("DELETE", "/orders/7", 204, ""),
        ("PUT", "/orders/7", 405, "GET, HEAD, DELETE"),
        ("GET", "/orders/", 404, "{\"message\":\"Not Found\"}"),
        ("GET", "/orders/7/8", 404, "{\"message\":\"Not Found\"}"),
        ("GET", "/files/a/b/c.txt", 200, "file a/b/c.txt"),
        ("GET", "/files/", 404, "{\"message\":\"Not Found\"}"),
        ("POST", "/a b/1/c", 200, "post 1"),
        ("POST", "/a b/1/d", 404, "{\"message\":\"Not Found\"}"),
    ] {
        assert_eq!(routed(method, path), (status, String::from(said)), "{method} {path}");
    }
}

#[test]
fn a_failure_of_the_clients_is_answered_and_any_other_is_not() {
    let request = request(&http_api("GET", "/"));
    for (error_type, status) in [("Function.NotFound", 404), ("Function.InvalidEvent", 400), ("Function.Conflict", 409)] {
        let answer = Json::parse(&request.answer_failure(Failure::new(error_type, "why \"not\"")).unwrap()).unwrap();
        assert_eq!(answer.integer("statusCode").unwrap(), status);
        assert_eq!(answer.text("body").unwrap(), r#"{"message":"why \"not\""}"#);
    }
    for error_type in ["Function.Error", "Runtime.NotFound", "Function.NotFoundAtAll"] {
        assert_eq!(request.answer_failure(Failure::new(error_type, "x")).unwrap_err().error_type(), error_type);
    }
}

#[test]
fn a_path_is_decoded_once_whoever_delivers_it() {
    let url = |mut event: Json, domain: &str| {
        let context = event.take("requestContext").put("domainName", domain);
        event.put("requestContext", context)
    };
    for (event, value) in [
        (url(http_api("GET", "/files/100%25"), "x.execute-api.eu-central-1.amazonaws.com"), "100%25"),
        (url(http_api("GET", "/files/100%25"), "x.lambda-url.eu-central-1.on.aws"), "100%"),
        (rest_api("GET", "/files/100%25"), "100%"),
        (rest_api("GET", "/files/100%25").put("version", "1.0"), "100%25"),
        (load_balancer(false).put("path", "/files/100%25"), "100%"),
    ] {
        let request = request(&event);
        let mut seen = String::new();
        let _ = request.route().get("/files/{name}", |request| {
            seen.push_str(request.parameter("name").unwrap());
            "x"
        });
        assert_eq!(seen, value);
    }
}

#[test]
fn a_route_may_lead_to_another() {
    let request = request(&http_api("GET", "/api/v1/users/7"));
    let inner = |request: &Request| {
        let routed = request.route().get("/api/{version}/users/{id}", |request| {
            Ok::<_, Failure>(format!("{} {} {}", request.parameter("version")?, request.parameter("id")?, request.parameter("rest")?))
        });
        routed.answer()
    };
    let answer = request.route().get("/api/{version}/{rest+}", inner).answer().unwrap().answer_to(&request);
    assert_eq!(Json::parse(&answer).unwrap()["body"].as_text(), Some("v1 7 users/7"));
}

#[test]
fn a_header_is_set_and_a_cookie_added() {
    let response = Response::json(400, Json::object()).header("Content-Type", "application/problem+json");
    let answer = answer(&http_api("GET", "/"), response.header("Set-Cookie", "a=1").header("set-cookie", "b=2"));
    assert_eq!(answer["headers"].to_string(), r#"{"content-type":"application/problem+json"}"#);
    assert_eq!(answer["cookies"].to_string(), r#"["a=1","b=2"]"#);
}

#[test]
fn a_body_that_is_not_there_is_the_clients_fault() {
    let failure = request(&http_api("POST", "/")).json().unwrap_err();
    assert_eq!((failure.error_type(), failure.message()), ("Function.BadRequest", "expected a body of JSON, and there is none"));
}
