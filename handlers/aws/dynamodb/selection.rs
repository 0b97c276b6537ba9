//! Queries and scans, page by page.

use super::attributes::{add_placeholders, attributes, item_of};
use super::operation::send;
use crate::error::Error;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use events_json::Json;

/// A page of items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The items.
    pub items: Vec<Json>,
    /// Where the next page starts, if there is one.
    pub next: Option<Json>,
}

/// A query or a scan.
#[derive(Clone, Debug)]
pub struct Selection {
    operation: &'static str,
    input: Json,
    values: Json,
    expressions: Vec<String>,
}

impl Selection {
    pub(super) fn new(operation: &'static str, input: Json, values: Json, expressions: Vec<String>) -> Self {
        Self { operation, input, values, expressions }
    }

    /// By this index.
    #[must_use]
    pub fn index(mut self, name: &str) -> Self {
        self.input.set("IndexName", name);
        self
    }

    /// Only items for which `expression` holds. They are read, and paid for, all the same.
    #[must_use]
    pub fn filter(mut self, expression: &str) -> Self {
        self.input.set("FilterExpression", expression);
        self.expressions.push(expression.to_string());
        self
    }

    /// The values of the filter's placeholders, beside those of the key's.
    #[must_use]
    pub fn values(mut self, values: impl Into<Json>) -> Self {
        if let Json::Object(members) = values.into() {
            for (name, value) in &members {
                self.values.set(name, value);
            }
        }
        self
    }

    /// Reads so many items at most for a page.
    #[must_use]
    pub fn limit(mut self, items: u32) -> Self {
        self.input.set("Limit", items);
        self
    }

    /// From the last to the first.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.input.set("ScanIndexForward", false);
        self
    }

    /// Starts where an earlier page ended: at its `next`.
    ///
    /// # Errors
    /// `start` is not such a key.
    pub fn start(mut self, start: &Json) -> Result<Self, Error> {
        self.input.set("ExclusiveStartKey", attributes(start.clone())?);
        Ok(self)
    }

    /// One page: up to 1 MB of items, or the limit.
    ///
    /// # Errors
    /// AWS's; likewise below.
    pub fn page(&self) -> Result<Page, Error> {
        let mut input = self.input.clone();
        let expressions: Vec<&str> = self.expressions.iter().map(String::as_str).collect();
        add_placeholders(&mut input, &expressions, &self.values)?;
        let mut reply = send(self.operation, &input, true)?;
        let mut page = Page { items: Vec::new(), next: item_of(reply.take("LastEvaluatedKey"))? };
        if let Json::Array(items) = reply.take("Items") {
            for item in items {
                page.items.extend(item_of(item)?);
            }
        }
        Ok(page)
    }

    /// The items of all pages, up to `items_max`.
    ///
    /// # Errors
    /// See above.
    pub fn all(&self, items_max: usize) -> Result<Vec<Json>, Error> {
        let (mut items, mut selection) = (Vec::new(), self.clone());
        loop {
            let page = selection.page()?;
            items.extend(page.items);
            match page.next {
                Some(next) if items.len() < items_max => selection = selection.start(&next)?,
                _ => {
                    items.truncate(items_max);
                    return Ok(items);
                }
            }
        }
    }
}
