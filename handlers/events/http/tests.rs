use super::{Origin, Request, Response};
use crate::Typed;
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
fn request_is_the_same_for_all_senders() {
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
fn path_omits_the_stage_of_http_apis_only() {
    for (path, stage, left) in
        [("/prod", "prod", "/"), ("/production", "prod", "/production"), ("/x", "$default", "/x"), ("/x/prod", "prod", "/x/prod")]
    {
        let mut event = http_api("GET", path);
        event.set("requestContext", Json::object().put("stage", stage).put("http", Json::object().put("method", "GET")));
        assert_eq!(request(&event).path(), left, "{path} {stage}");
    }
}

#[test]
fn body_is_decoded_from_base64() {
    let text = request(&http_api("POST", "/").put("body", r#"{"a":[1]}"#));
    assert_eq!((text.text().unwrap(), text.json().unwrap().integer("/a/0").unwrap()), (r#"{"a":[1]}"#, 1));
    let bytes = request(&http_api("POST", "/").put("body", "/wCA").put("isBase64Encoded", true));
    assert_eq!((bytes.body(), bytes.text().unwrap_err().error_type()), (&[0xff, 0x00, 0x80][..], "Function.BadRequest"));
    let form = request(&http_api("POST", "/").put("body", "YT0xJmI9eCt5").put("isBase64Encoded", true)).form();
    assert_eq!((form.get("a"), form.get("b"), form.len()), (Some("1"), Some("x y"), 2));
    assert_eq!(request(&http_api("POST", "/").put("body", Json::Null)).body(), b"");
}

#[test]
fn request_rejects_other_events() {
    for (event, expected) in [
        (Json::object(), "neither"),
        (Json::of(7), "neither"),
        (http_api("GET", "/").put("rawPath", 7), "/rawPath: expected text, found a number"),
        (http_api("GET", "/").put("body", Json::array()), "/body: expected text, found an array"),
        (http_api("GET", "/").put("body", "?").put("isBase64Encoded", true), "/body: expected base64"),
        (rest_api("GET", "/").put("path", Json::Null), "/path: expected text, found null"),
    ] {
        let failure = Request::from_event(&event.to_string()).unwrap_err();
        assert_eq!(failure.error_type(), INVALID_EVENT);
        assert!(failure.message().contains(expected), "{}", failure.message());
    }
}

fn answer(event: &Json, response: Response) -> Json {
    let request = request(event);
    Json::parse(&response.into_answer(&request).unwrap()).unwrap()
}

#[test]
fn response_has_the_format_of_its_sender() {
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

/// Returns the status of the routed request, and the allowed methods for status 405 or the body for
/// others.
fn routed(method: &str, path: &str) -> (u16, String) {
    let request = request(&http_api(method, path));
    let response = request
        .route()
        .get("/", |_| "root")
        .get("/orders/{id}", |request| Ok::<_, Failure>(format!("order {}", request.parameter("id")?)))
        .delete("/orders/{id}", |_| Response::empty(204))
        .get("/orders/new", |_| "never: the pattern above matches first")
        .get("/files/{path+}", |request| Ok::<_, Failure>(format!("file {}", request.parameter("path")?)))
        .post("/a b/{x}/c", |request| Ok::<_, Failure>(format!("post {}", request.parameter("x")?)))
        .any("/hooks/{name}", |request| Ok::<_, Failure>(format!("{} {}", request.method(), request.parameter("name")?)))
        .get("/hooks/late", |_| "never: the pattern above matches first")
        .answer()
        .unwrap();
    let answer = Json::parse(&response.answer_to(&request).unwrap()).unwrap();
    let allowed = answer["headers"]["allow"].as_text();
    (u16::try_from(answer.integer("statusCode").unwrap()).unwrap(), String::from(allowed.unwrap_or(answer.text("body").unwrap())))
}

#[test]
fn route_calls_the_first_match() {
    for (method, path, status, text) in [
        ("GET", "/", 200, "root"),
        ("GET", "/prod", 200, "root"),
        ("GET", "/orders/7", 200, "order 7"),
        ("HEAD", "/orders/7", 200, "order 7"),
        ("GET", "/orders/new", 200, "order new"),
        ("GET", "/orders/a%2Fb%20c", 200, "order a%2Fb%20c"),
        ("DELETE", "/orders/7", 204, ""),
        ("PUT", "/orders/7", 405, "GET, HEAD, DELETE"),
        ("GET", "/orders/7/", 200, "order 7"),
        ("GET", "/prod/", 200, "root"),
        ("GET", "/orders/", 404, "{\"message\":\"Not Found\"}"),
        ("GET", "/orders/7/8", 404, "{\"message\":\"Not Found\"}"),
        ("GET", "/files/a/b/c.txt", 200, "file a/b/c.txt"),
        ("GET", "/files/a/", 200, "file a/"),
        ("GET", "/files/", 404, "{\"message\":\"Not Found\"}"),
        ("POST", "/a b/1/c", 200, "post 1"),
        ("PATCH", "/hooks/git", 200, "PATCH git"),
        ("GET", "/hooks/late", 200, "GET late"),
        ("GET", "/hooks/", 404, "{\"message\":\"Not Found\"}"),
        ("POST", "/a b/1/d", 404, "{\"message\":\"Not Found\"}"),
    ] {
        assert_eq!(routed(method, path), (status, String::from(text)), "{method} {path}");
    }
}

#[test]
fn client_failures_are_answered_and_others_reported() {
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
fn path_parameter_is_decoded_once() {
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
fn route_may_be_nested() {
    let request = request(&http_api("GET", "/api/v1/users/7"));
    let inner = |request: &Request| {
        let routed = request.route().get("/api/{version}/users/{id}", |request| {
            Ok::<_, Failure>(format!("{} {} {}", request.parameter("version")?, request.parameter("id")?, request.parameter("rest")?))
        });
        routed.answer()
    };
    let answer = request.route().get("/api/{version}/{rest+}", inner).answer().unwrap().answer_to(&request).unwrap();
    assert_eq!(Json::parse(&answer).unwrap()["body"].as_text(), Some("v1 7 users/7"));
}

#[test]
fn header_replaces_and_cookie_adds() {
    let response = Response::json(400, Json::object()).header("Content-Type", "application/problem+json");
    let answer = answer(&http_api("GET", "/"), response.header("Set-Cookie", "a=1").header("set-cookie", "b=2"));
    assert_eq!(answer["headers"].to_string(), r#"{"content-type":"application/problem+json"}"#);
    assert_eq!(answer["cookies"].to_string(), r#"["a=1","b=2"]"#);
}

#[test]
fn json_of_an_empty_body_is_a_bad_request() {
    let failure = request(&http_api("POST", "/")).json().unwrap_err();
    assert_eq!((failure.error_type(), failure.message()), ("Function.BadRequest", "body: expected JSON, found nothing"));
}

#[test]
fn path_leaves_out_stage_and_base_path() {
    let context = |stage: &str, domain: &str| Json::object().put("stage", stage).put("domainName", domain);
    let own = "x.execute-api.eu-central-1.amazonaws.com";
    for (version, stage, domain, resource, path, proxy, left) in [
        ("1.0", "dev", own, "/orders/{id}", "/dev/orders/7", "", "/orders/7"),
        ("1.0", "dev", own, "$default", "/dev/orders/7/", "", "/orders/7/"),
        ("1.0", "dev", "", "/orders/{id}", "/dev/orders/7", "", "/orders/7"),
        ("1.0", "dev", own, "/", "/dev", "", "/"),
        ("1.0", "$default", own, "/orders/{id}", "/orders/7", "", "/orders/7"),
        ("1.0", "dev", "api.example.com", "/orders/{id}", "/shop/orders/7", "", "/orders/7"),
        // The custom domain is mapped to the stage, which is not part of the path.
        ("1.0", "dev", "api.example.com", "/dev/{id}", "/dev/7", "", "/dev/7"),
        ("", "dev", own, "/orders/{id}", "/orders/7", "", "/orders/7"),
        ("", "dev", own, "/dev/{id}", "/dev/7", "", "/dev/7"),
        ("", "dev", "api.example.com", "/orders/{id}", "/shop/orders/7", "", "/orders/7"),
        ("", "dev", "api.example.com", "/orders/{id}", "/shop/eu/orders/7/", "", "/orders/7/"),
        ("", "dev", "api.example.com", "/orders/{id}", "/orders/7", "", "/orders/7"),
        ("", "dev", "api.example.com", "/", "/shop", "", "/"),
        ("", "dev", "api.example.com", "/{proxy+}", "/shop/orders/7", "orders/7", "/orders/7"),
        ("", "dev", "api.example.com", "/{proxy+}", "/orders/7", "orders/7", "/orders/7"),
        ("", "dev", "api.example.com", "/v1/{proxy+}", "/shop/v1/orders", "orders", "/v1/orders"),
        ("", "dev", "api.example.com", "/other/{id}", "/shop/orders/7", "", "/shop/orders/7"),
    ] {
        let mut event = rest_api("GET", path).put("resource", resource).put("requestContext", context(stage, domain));
        event.set("pathParameters", Json::object().put("proxy", proxy));
        if !version.is_empty() {
            event.set("version", version);
        }
        assert_eq!(request(&event).path(), left, "{version} {stage} {domain} {resource} {path}");
    }
    for (domain, route, path, left) in [
        (own, "GET /orders/{id}", "/prod/orders/7", "/orders/7"),
        ("api.example.com", "GET /orders/{id}", "/shop/orders/7", "/orders/7"),
        ("api.example.com", "$default", "/shop/orders/7", "/shop/orders/7"),
        ("api.example.com", "$default", "/prod/7", "/prod/7"),
    ] {
        let method = Json::object().put("method", "GET");
        let event = http_api("GET", path).put("routeKey", route).put("requestContext", context("prod", domain).put("http", method));
        assert_eq!(request(&event).path(), left, "{domain} {route} {path}");
    }
}

#[test]
fn source_address_is_the_trusted_one_without_a_port() {
    for (written, address) in [
        ("192.0.2.7", Some("192.0.2.7")),
        ("192.0.2.7:54321", Some("192.0.2.7")),
        ("[2001:db8::1]:443", Some("2001:db8::1")),
        ("[2001:db8::1]", Some("2001:db8::1")),
        ("2001:db8::1", Some("2001:db8::1")),
        ("10.0.0.1, 192.0.2.7:54321", Some("192.0.2.7")),
        ("", None),
    ] {
        let behind = |header: Json| load_balancer(false).put("headers", Json::object().put("X-Forwarded-For", header));
        assert_eq!(request(&behind(Json::of(written))).source_address(), address, "{written}");
        let forged = |written: &str| Json::object().put("x-forwarded-for", vec!["198.51.100.9", written]);
        assert_eq!(request(&load_balancer(true).put("multiValueHeaders", forged(written))).source_address(), address, "{written}");
        if !written.contains(',') {
            let source = || Json::object().put("sourceIp", written);
            let http = http_api("GET", "/").put("requestContext", Json::object().put("http", source().put("method", "GET")));
            let rest = rest_api("GET", "/").put("requestContext", Json::object().put("identity", source()));
            assert_eq!((request(&http).source_address(), request(&rest).source_address()), (address, address), "{written}");
        }
    }
}

#[test]
fn response_rejects_newlines_by_name() {
    let empty = || Response::empty(200);
    for (response, expected) in [
        (empty().header("x-note", "a\r\nset-cookie: b=1"), "header x-note: expected a value without newlines and control characters"),
        (empty().header("x-note", "a\nb"), "header x-note: expected a value"),
        (empty().header("x-note", "a\0b"), "header x-note: expected a value"),
        (empty().header("x-no\r\nte", "a"), "header name `x-note`: expected letters, digits and `-`"),
        (empty().header("x note", "a"), "header name `x note`"),
        (empty().header("", "a"), "header name ``"),
        (empty().cookie("session=1\r\nx: y"), "cookie session: expected no newlines"),
        (empty().header("Set-Cookie", "session=1\n"), "cookie session: expected no newlines"),
        (Response::redirect(303, "/\r\nx: y"), "header location: expected a value"),
        (Response::new(200, "text/plain\n", "x"), "header content-type: expected a value"),
        (Response::bytes(200, "image/png\r", vec![1]), "header content-type: expected a value"),
        (Response::empty(99), "status 99: expected 100 to 599"),
        (Response::empty(600), "status 600: expected 100 to 599"),
    ] {
        for event in [http_api("GET", "/"), rest_api("GET", "/"), load_balancer(false), load_balancer(true)] {
            let failure = response.clone().into_answer(&request(&event)).unwrap_err();
            assert_eq!(failure.error_type(), "Function.InvalidResponse");
            assert!(failure.message().starts_with(expected), "{}", failure.message());
        }
    }
    assert!(empty().header("x-ok", "a\tb é").cookie("a=\"1\"").into_answer(&request(&http_api("GET", "/"))).is_ok());
}

#[test]
fn response_logs_cookies_that_are_not_sent() {
    let answer = |event: &Json, count: usize| {
        let response = ["session=secret; HttpOnly", "theme=dark", "lang=en"].into_iter().take(count);
        answer(event, response.fold(Response::empty(204), Response::cookie))
    };
    for (event, count, expected) in [
        (load_balancer(false), 3, "warning: cookies not sent: session theme; the load balancer reads one set-cookie header"),
        (load_balancer(false), 1, ""),
        (load_balancer(true), 3, ""),
        (http_api("GET", "/"), 3, ""),
        (rest_api("GET", "/"), 3, ""),
    ] {
        answer(&event, count);
        let logged = crate::tests::LOG.take();
        assert!(logged.starts_with(expected) && logged.is_empty() == expected.is_empty(), "{logged}");
    }
}

#[derive(serde::Serialize)]
struct Receipt {
    id: u32,
    lines: Vec<&'static str>,
}

#[test]
fn response_serializes_structs() {
    let receipt = || Receipt { id: 7, lines: vec!["tea"] };
    let event = http_api("GET", "/");
    let created = answer(&event, Response::json(201, receipt()));
    let parts = |answer: &Json| (answer.integer("statusCode").unwrap(), String::from(answer.text("body").unwrap()));
    assert_eq!(parts(&created), (201, String::from(r#"{"id":7,"lines":["tea"]}"#)));
    assert_eq!(created["headers"].to_string(), r#"{"content-type":"application/json"}"#);

    let request = request(&event);
    let written = |result: Result<String, Failure>| parts(&Json::parse(&result.unwrap()).unwrap());
    let routed = request.route().get("/", |_| Typed(receipt())).answer();
    assert_eq!(written(routed.unwrap().answer_to(&request)), (200, String::from(r#"{"id":7,"lines":["tea"]}"#)));
    let routed = request.route().get("/", |_| Ok::<_, Failure>(Typed(receipt()))).answer();
    assert_eq!(written(routed.unwrap().answer_to(&request)).0, 200);
    assert_eq!(written(Typed(receipt()).into_answer(&request)), (200, String::from(r#"{"id":7,"lines":["tea"]}"#)));

    // Values that are not structs.
    for (response, body) in [
        (Response::json(200, Json::array()), "[]"),
        (Response::json(200, &Json::Null), "null"),
        (Response::json(200, "x"), "\"x\""),
        (Response::json(200, String::from("x")), "\"x\""),
        (Response::json(200, Some(7)), "7"),
        (Response::json(200, vec![1.5]), "[1.5]"),
        (Response::json(200, [true]), "[true]"),
    ] {
        assert_eq!(answer(&event, response)["body"].as_text(), Some(body));
    }
    let unwritable = std::collections::BTreeMap::from([(vec![1], 1)]);
    let failure = Response::json(200, unwritable).into_answer(&request).unwrap_err();
    assert_eq!(failure.error_type(), "Function.UnwritableAnswer");
    assert!(failure.message().contains("map keys that are strings"), "{}", failure.message());
}
