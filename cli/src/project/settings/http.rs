//! HTTP requests to functions: the event that one becomes, and the routes by which a function is
//! chosen. Pure.

use std::cmp::Reverse;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// The event that an HTTP request becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HttpKind {
    /// A function URL: payload format 2.0.
    #[default]
    Url,
    /// An HTTP API of API Gateway: payload format 2.0, with route and path parameters.
    HttpApi,
    /// A REST API of API Gateway: payload format 1.0.
    Rest,
    /// An Application Load Balancer.
    Alb,
    /// An Application Load Balancer whose target group has multi-value headers.
    AlbMultiValue,
}

impl HttpKind {
    /// The names of all kinds.
    pub const NAMES: [(&str, Self); 5] = [
        ("url", Self::Url),
        ("http-api", Self::HttpApi),
        ("rest", Self::Rest),
        ("alb", Self::Alb),
        ("alb-multi-value", Self::AlbMultiValue),
    ];
}

impl FromStr for HttpKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let kind = Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        kind.ok_or_else(|| format!("expected one of {}", Self::NAMES.map(|(name, _)| name).join(", ")))
    }
}

/// A method and a pattern of paths, as API Gateway writes them: `GET /orders/{id}`,
/// `/files/{path+}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `None` stands for any method.
    pub method: Option<String>,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Fixed(String),
    /// `{name}`: one segment.
    Parameter(String),
    /// `{name+}`: one segment or more, to the end.
    Tail(String),
}

/// The names in a pattern with what a path has in their places.
pub type Parameters = Vec<(String, String)>;

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected =
            || format!("`{text}`: expected a method and a path such as `GET /orders/{{id}}`, or a path such as `/files/{{path+}}`");
        let (method, path) = match text.split_once(' ') {
            Some((method, path)) => (Some(method), path.trim()),
            None => (None, text),
        };
        if method.is_some_and(|method| method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase())) {
            return Err(expected());
        }
        let path = path.strip_prefix('/').ok_or_else(expected)?;
        let mut segments = Vec::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            if matches!(segments.last(), Some(Segment::Tail(_))) {
                return Err(expected());
            }
            segments.push(match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) if !name.trim_end_matches('+').is_empty() => match name.strip_suffix('+') {
                    Some(name) => Segment::Tail(name.to_owned()),
                    None => Segment::Parameter(name.to_owned()),
                },
                None if !part.contains(['{', '}']) => Segment::Fixed(part.to_owned()),
                _ => return Err(expected()),
            });
        }
        Ok(Self { method: method.filter(|method| *method != "ANY").map(str::to_owned), segments })
    }
}

impl Route {
    /// Returns the values of the pattern's variables in `path`, or `None` if this route
    /// does not match `method` and `path`.
    #[must_use]
    pub fn matched(&self, method: &str, path: &str) -> Option<Parameters> {
        if self.method.as_deref().is_some_and(|own| own != method) {
            return None;
        }
        let mut parts = path.trim_matches('/').split('/').filter(|part| !part.is_empty());
        let mut parameters = Parameters::new();
        for segment in &self.segments {
            match segment {
                Segment::Fixed(text) => drop(parts.next().filter(|part| part == text)?),
                Segment::Parameter(name) => parameters.push((name.clone(), parts.next()?.to_owned())),
                Segment::Tail(name) => {
                    let tail: Vec<&str> = parts.by_ref().collect();
                    parameters.push((name.clone(), Some(tail.join("/")).filter(|tail| !tail.is_empty())?));
                }
            }
        }
        parts.next().is_none().then_some(parameters)
    }

    /// Orders routes that match the same request, the most specific first: by fixed segments, then
    /// one segment, then the tail, then by method.
    #[must_use]
    pub fn precedence(&self) -> impl Ord + use<> {
        let kinds: Vec<u8> = self
            .segments
            .iter()
            .map(|segment| match segment {
                Segment::Fixed(_) => 0,
                Segment::Parameter(_) => 1,
                Segment::Tail(_) => 2,
            })
            .collect();
        (kinds, Reverse(self.method.is_some()))
    }

    /// The pattern of the path.
    #[must_use]
    pub fn path(&self) -> String {
        if self.segments.is_empty() {
            return "/".to_owned();
        }
        self.segments.iter().fold(String::new(), |path, segment| match segment {
            Segment::Fixed(text) => path + "/" + text,
            Segment::Parameter(name) => path + "/{" + name + "}",
            Segment::Tail(name) => path + "/{" + name + "+}",
        })
    }
}

/// As API Gateway names a route: `ANY` stands for any method.
impl Display for Route {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_deref().unwrap_or("ANY"), self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    fn route(text: &str) -> Route {
        text.parse().unwrap()
    }

    #[test]
    fn route_matches_methods_and_patterns() {
        let cases: [(&str, &str, &str, Option<&str>); 12] = [
            ("GET /orders", "GET", "/orders", Some("")),
            ("GET /orders", "GET", "/orders/", Some("")),
            ("GET /orders", "POST", "/orders", None),
            ("ANY /orders", "PUT", "/orders", Some("")),
            ("/orders/{id}", "GET", "/orders/7", Some("id=7")),
            ("/orders/{id}", "GET", "/orders", None),
            ("/orders/{id}", "GET", "/orders/7/items", None),
            ("/orders/{id}/items/{item}", "GET", "/orders/7/items/a%20b", Some("id=7,item=a%20b")),
            ("/files/{path+}", "GET", "/files/a/b", Some("path=a/b")),
            ("/files/{path+}", "GET", "/files", None),
            ("/", "GET", "/", Some("")),
            ("/", "GET", "/a", None),
        ];
        for (text, method, path, expected) in cases {
            let matched = route(text).matched(method, path);
            let shown = matched.map(|all| all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(","));
            assert_eq!(shown.as_deref(), expected, "{text} {method} {path}");
        }
        assert_eq!(route("/a/{b}/{c+}").to_string(), "ANY /a/{b}/{c+}");
    }

    #[test]
    fn route_rejects_invalid_patterns() {
        for text in ["orders", "get /orders", "GET orders", "/a/{}", "/a/{b", "/{a+}/b", "/a/x{b}", ""] {
            assert!(text.parse::<Route>().is_err(), "{text}");
        }
    }

    #[test]
    fn route_precedence_is_from_specific_to_general() {
        let mut routes: Vec<Route> = ["/{path+}", "/orders/{id}", "GET /orders/{id}", "/orders/new", "/"].map(route).into();
        routes.sort_by_key(Route::precedence);
        let shown: Vec<String> = routes.iter().map(Route::to_string).collect();
        assert_eq!(shown, ["ANY /", "ANY /orders/new", "GET /orders/{id}", "ANY /orders/{id}", "ANY /{path+}"]);
    }
}
