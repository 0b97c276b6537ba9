//! Names with values: headers, cookies, queries, forms, what a path has in a pattern's places.

use crate::json::Json;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Names and values in the order they came; a name may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn push(&mut self, name: &str, value: String) {
        self.0.push((name.to_string(), value));
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of `name` in whatever case.
    #[must_use]
    pub fn get_without_case(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every value of `name`.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(key, _)| *key == name).map(|(_, value)| value).collect()
    }

    /// Every name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of `a=1&b=2`, as browsers write queries and forms (WHATWG URL, section 5.1).
    pub(super) fn of_form(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// Of an object with a text for each name, or in `multiple`, which counts where it is, an array of texts.
    pub(super) fn of_members(single: &Json, multiple: &Json) -> Self {
        let mut parameters = Self::default();
        if let Some(members) = multiple.as_object() {
            for (name, values) in members.iter() {
                let values = values.as_array().unwrap_or_default().iter().filter_map(Json::as_text);
                values.for_each(|value| parameters.push(name, value.to_string()));
            }
        } else if let Some(members) = single.as_object() {
            for (name, value) in members.iter() {
                parameters.push(name, value.as_text().unwrap_or_default().to_string());
            }
        }
        parameters
    }
}
