//! Names with values: query strings, forms, and the parameters of a path.

use alloc::string::String;
use alloc::vec::Vec;

/// Names and values in their order. A name may occur more than once.
///
/// ```
/// use events::http::{Parameters, Request, Response};
///
/// pub fn lambda_handler(request: &Request) -> Response {
///     let queries: &Parameters = request.queries();
///     if queries.is_empty() {
///         return Response::empty(204);
///     }
///     let pairs: Vec<String> = queries.iter().map(|(name, value)| format!("{name}={value}")).collect();
///     Response::text(200, format!("{} parameters, tags {:?}: {}", queries.len(), queries.all("tag"), pairs.join(", ")))
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// Returns the first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns all values of `name`.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(key, _)| *key == name).map(|(_, value)| value).collect()
    }

    /// Returns an iterator over names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Parses `a=1&b=2`, the format of query strings and forms (WHATWG URL, section 5.1).
    pub(super) fn of_form(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }
}
