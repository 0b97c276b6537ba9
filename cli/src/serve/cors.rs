//! CORS of a function URL: Lambda answers preflight requests itself, and adds headers to the
//! responses of other requests. Pure.
//!
//! Source: AWS Lambda, "Cross-origin resource sharing (CORS)" of function URLs.

use crate::http_event::response::HttpResponse;
use crate::project::settings::url::Cors;
use hyper::body::Bytes;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};
use hyper::{Method, StatusCode};

/// The answer to a preflight request; `None` for any other request.
#[must_use]
pub fn preflight(cors: &Cors, method: &Method, request: &HeaderMap) -> Option<HttpResponse> {
    if method != Method::OPTIONS || !request.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        return None;
    }
    let mut headers = allowed(cors, request);
    if !headers.is_empty() {
        let lists = [(ACCESS_CONTROL_ALLOW_METHODS, &cors.methods), (ACCESS_CONTROL_ALLOW_HEADERS, &cors.headers)];
        headers.extend(lists.into_iter().filter_map(|(name, values)| list(name, values)));
        headers.extend(cors.max_age_seconds.map(|seconds| (ACCESS_CONTROL_MAX_AGE, seconds.into())));
    }
    Some(HttpResponse { status: StatusCode::OK, headers, body: Bytes::new() })
}

/// Adds the configured headers to those that the function sent in `response`.
pub fn add(cors: &Cors, request: &HeaderMap, response: &mut HeaderMap) {
    let mut headers = allowed(cors, request);
    if !headers.is_empty() {
        headers.extend(list(ACCESS_CONTROL_EXPOSE_HEADERS, &cors.exposed_headers));
    }
    for (name, value) in &headers {
        response.append(name, value.clone());
    }
}

/// The headers that allow the origin of a request; empty if it is not allowed, or has none.
fn allowed(cors: &Cors, request: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(origin) = request.get(ORIGIN) else { return headers };
    let allows_all = cors.origins.iter().any(|allowed| allowed == "*");
    if !allows_all && !cors.origins.iter().any(|allowed| origin == allowed.as_str()) {
        return headers;
    }
    // Browsers refuse `*` together with credentials.
    let is_named = !allows_all || cors.credentials;
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, if is_named { origin.clone() } else { HeaderValue::from_static("*") });
    if is_named {
        headers.insert(VARY, HeaderValue::from_static("Origin"));
    }
    if cors.credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    headers
}

fn list(name: HeaderName, values: &[String]) -> Option<(HeaderName, HeaderValue)> {
    (!values.is_empty()).then(|| HeaderValue::from_str(&values.join(",")).ok().map(|value| (name, value)))?
}

#[cfg(test)]
mod tests {
    use super::{add, preflight};
    use crate::project::settings::url::Cors;
    use hyper::Method;
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect()
    }

    fn cors(origin: &str) -> Cors {
        Cors {
            origins: vec![origin.to_owned()],
            methods: vec!["GET".to_owned(), "POST".to_owned()],
            headers: vec!["x-key".to_owned()],
            exposed_headers: vec!["x-count".to_owned()],
            max_age_seconds: Some(60),
            credentials: false,
        }
    }

    const PREFLIGHT: [(&str, &str); 2] = [("origin", "https://shop.example"), ("access-control-request-method", "POST")];

    #[test]
    fn preflight_is_answered_by_the_url() {
        let answered = preflight(&cors("https://shop.example"), &Method::OPTIONS, &headers(&PREFLIGHT)).unwrap();
        let expected = [
            ("access-control-allow-origin", "https://shop.example"),
            ("vary", "Origin"),
            ("access-control-allow-methods", "GET,POST"),
            ("access-control-allow-headers", "x-key"),
            ("access-control-max-age", "60"),
        ];
        assert_eq!((answered.status.as_u16(), answered.headers), (200, headers(&expected)));
        let other = preflight(&cors("https://other.example"), &Method::OPTIONS, &headers(&PREFLIGHT)).unwrap();
        assert!(other.headers.is_empty(), "an origin that is not allowed");
        for (method, request) in [(Method::GET, &PREFLIGHT[..]), (Method::OPTIONS, &PREFLIGHT[..1])] {
            assert!(preflight(&cors("*"), &method, &headers(request)).is_none(), "{method}");
        }
    }

    #[test]
    fn cors_adds_headers_to_those_of_the_response() {
        let added = |cors: &Cors, request: &[(&'static str, &str)]| {
            let mut response = headers(&[("access-control-allow-origin", "https://own.example")]);
            add(cors, &headers(request), &mut response);
            let mut all: Vec<String> = response.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
            all.remove(0);
            all.sort();
            all
        };
        assert_eq!(added(&cors("*"), &PREFLIGHT[..1]), ["access-control-allow-origin: *", "access-control-expose-headers: x-count"]);
        let credentials = Cors { credentials: true, ..cors("*") };
        let expected = [
            "access-control-allow-credentials: true",
            "access-control-allow-origin: https://shop.example",
            "access-control-expose-headers: x-count",
            "vary: Origin",
        ];
        assert_eq!(added(&credentials, &PREFLIGHT[..1]), expected);
        assert!(added(&cors("*"), &[]).is_empty() && added(&cors("https://other.example"), &PREFLIGHT[..1]).is_empty());
    }
}
