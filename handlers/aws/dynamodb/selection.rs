//! Queries and scans with pagination:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html>.

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
    /// The start of the next page, if there is one: an argument of [`Selection::start`].
    pub next: Option<Json>,
}

/// A query or a scan.
///
/// ```
/// use aws::dynamodb::table;
/// use events::Json;
///
/// let query = table("orders")
///     .query("customer = :customer", Json::object().put("customer", "Ada"))
///     .filter("#status = :status")
///     .values(Json::object().put("status", "open"))
///     .descending()
///     .limit(20);
/// // `query.page()` reads one page, `query.all(1000)` all pages.
/// ```
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

    /// Selects an index.
    #[must_use]
    pub fn index(mut self, name: &str) -> Self {
        self.input.set("IndexName", name);
        self
    }

    /// Returns only items that satisfy `expression`. DynamoDB reads, and charges for, the others as
    /// well.
    #[must_use]
    pub fn filter(mut self, expression: &str) -> Self {
        self.input.set("FilterExpression", expression);
        self.expressions.push(expression.to_string());
        self
    }

    /// Adds values for the placeholders of the filter to those of the key condition.
    #[must_use]
    pub fn values(mut self, values: impl Into<Json>) -> Self {
        if let Json::Object(members) = values.into() {
            for (name, value) in &members {
                self.values.set(name, value);
            }
        }
        self
    }

    /// Sets the maximum number of items that DynamoDB reads for a page, before it applies the
    /// filter.
    #[must_use]
    pub fn limit(mut self, items: u32) -> Self {
        self.input.set("Limit", items);
        self
    }

    /// Reverses the order: from the last to the first item.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.input.set("ScanIndexForward", false);
        self
    }

    /// Continues after an earlier page: `start` is its `next`.
    ///
    /// # Errors
    /// `Function.InvalidRequest` if `start` is not an object.
    pub fn start(mut self, start: &Json) -> Result<Self, Error> {
        self.input.set("ExclusiveStartKey", attributes(start.clone())?);
        Ok(self)
    }

    /// Reads one page: up to 1 MB of items, or the limit.
    ///
    /// # Errors
    /// Returns AWS's error.
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

    /// Reads all pages, up to `items_max` items.
    ///
    /// # Errors
    /// As [`Selection::page`].
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
