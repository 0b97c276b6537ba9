//! The served functions, and the routing of requests to them. Pure.

use super::build::Build;
use crate::project::settings::http::{HttpKind, Parameters, Route};
use crate::project::settings::url::Cors;
use tokio::sync::watch;

/// A function that is served.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    /// The event that HTTP requests become.
    pub http: HttpKind,
    pub routes: Vec<Route>,
    /// CORS of its function URL.
    pub cors: Option<Cors>,
    pub build: watch::Receiver<Build>,
}

/// All functions that are served.
#[derive(Clone, Debug, Default)]
pub struct Table(Vec<Entry>);

/// The function that an HTTP request is for.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    pub entry: &'a Entry,
    /// The path that the function sees.
    pub path: &'a str,
    pub route: Option<(&'a Route, Parameters)>,
}

impl Table {
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        Self(entries)
    }

    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// The function called `name`.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.name == name)
    }

    /// The function that answers a request to `host`. In this order:
    ///
    /// 1. `NAME.localhost` names a function;
    /// 2. the most specific route of the settings;
    /// 3. the only function, unless it has routes;
    /// 4. `/NAME/…` names a function, which sees the path after its name.
    #[must_use]
    pub fn target<'a>(&'a self, method: &str, host: &str, path: &'a str) -> Option<Target<'a>> {
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        if let Some(entry) =
            host.strip_suffix(".localhost").and_then(|name| self.0.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)))
        {
            return Some(Target { entry, path, route: routed(entry, method, path) });
        }
        let routes = self.0.iter().flat_map(|entry| entry.routes.iter().map(move |route| (entry, route)));
        let matched = routes.filter_map(|(entry, route)| Some((entry, route, route.matched(method, path)?)));
        if let Some((entry, route, parameters)) = matched.min_by_key(|(_, route, _)| route.precedence()) {
            return Some(Target { entry, path, route: Some((route, parameters)) });
        }
        if let [entry] = &self.0[..]
            && entry.routes.is_empty()
        {
            return Some(Target { entry, path, route: None });
        }
        let name = path.strip_prefix('/')?.split('/').next()?;
        let entry = self.function(name)?;
        let own = &path[1 + name.len()..];
        let own = if own.is_empty() { "/" } else { own };
        Some(Target { entry, path: own, route: routed(entry, method, own) })
    }
}

/// The function's own route of a request that named the function.
fn routed<'a>(entry: &'a Entry, method: &str, path: &str) -> Option<(&'a Route, Parameters)> {
    let matched = entry.routes.iter().filter_map(|route| Some((route, route.matched(method, path)?)));
    matched.min_by_key(|(route, _)| route.precedence())
}

#[cfg(test)]
mod tests {
    use super::{Entry, Table};
    use crate::serve::build::Build;
    use tokio::sync::watch;

    fn table(functions: &[(&str, &[&str])]) -> Table {
        let entry = |(name, routes): &(&str, &[&str])| Entry {
            name: (*name).to_owned(),
            http: crate::project::settings::http::HttpKind::Url,
            routes: routes.iter().map(|route| route.parse().unwrap()).collect(),
            cors: None,
            build: watch::channel(Build::Waiting).1,
        };
        Table::new(functions.iter().map(entry).collect())
    }

    /// Function, path and parameters.
    fn target(table: &Table, method: &str, host: &str, path: &str) -> Option<String> {
        let target = table.target(method, host, path)?;
        let route = target.route.map(|(route, parameters)| format!(" by {route} {parameters:?}")).unwrap_or_default();
        Some(format!("{} {}{route}", target.entry.name, target.path))
    }

    #[test]
    fn table_finds_the_function_of_a_request() {
        let one = table(&[("todo", &[])]);
        assert_eq!(target(&one, "GET", "127.0.0.1:9000", "/todos").as_deref(), Some("todo /todos"));
        assert_eq!(target(&one, "GET", "", "/").as_deref(), Some("todo /"));
        let several = table(&[("orders", &["GET /orders/{id}", "/orders"]), ("admin", &["/{path+}"]), ("todo", &[])]);
        for (method, host, path, expected) in [
            ("GET", "", "/orders/7", "orders /orders/7 by GET /orders/{id} [(\"id\", \"7\")]"),
            ("POST", "", "/orders/7", "admin /orders/7 by ANY /{path+} [(\"path\", \"orders/7\")]"),
            ("POST", "", "/orders", "orders /orders by ANY /orders []"),
            ("GET", "todo.localhost:9000", "/orders", "todo /orders"),
            ("GET", "Orders.localhost", "/orders", "orders /orders by ANY /orders []"),
        ] {
            assert_eq!(target(&several, method, host, path).as_deref(), Some(expected), "{method} {host} {path}");
        }
        let named = table(&[("a", &[]), ("b", &["/x"])]);
        for (path, expected) in [
            ("/a", Some("a /")),
            ("/a/", Some("a /")),
            ("/a/c/d", Some("a /c/d")),
            ("/b/x", Some("b /x by ANY /x []")),
            ("/x", Some("b /x by ANY /x []")),
            ("/c", None),
            ("/", None),
        ] {
            assert_eq!(target(&named, "GET", "localhost", path).as_deref(), expected, "{path}");
        }
    }
}
