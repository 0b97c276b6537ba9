//! DynamoDB with plain JSON: text, numbers, booleans, `null`, lists and objects are DynamoDB's types of these names. Sets are read as lists, and
//! binary values as base64.
//!
//! In expressions `:name` is the value called `name`, and `#name` the attribute called `name`: names that DynamoDB reserves need the `#`.

use crate::call::Call;
use crate::error::Error;
use crate::service::DYNAMODB;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use events_json::Json;

/// Most items of one batch request, which DynamoDB accepts: reads.
pub const BATCH_GET_MAX: usize = 100;
/// The same: writes.
pub const BATCH_WRITE_MAX: usize = 25;
/// Most rounds of a batch whose items DynamoDB did not take all at once.
pub const BATCH_ROUNDS_MAX: u32 = 8;

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    name: String,
}

/// The table called `name`.
#[must_use]
pub fn table(name: impl AsRef<str>) -> Table {
    Table { name: name.as_ref().to_string() }
}

/// A page of items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The items.
    pub items: Vec<Json>,
    /// Where the next page starts, if there is one.
    pub next: Option<Json>,
}

fn send(operation: &str, input: &Json, is_repeatable: bool) -> Result<Json, Error> {
    Call::new(&DYNAMODB, operation, input).repeatable(is_repeatable).json()
}

impl Table {
    fn input(&self) -> Json {
        Json::object().put("TableName", self.name.as_str())
    }

    /// The item with this key.
    ///
    /// # Errors
    /// AWS's; likewise below.
    pub fn get(&self, key: impl Into<Json>) -> Result<Option<Json>, Error> {
        let input = self.input().put("Key", attributes(key.into())?);
        let mut reply = send("GetItem", &input, true)?;
        item_of(reply.take("Item"))
    }

    /// The item with this key, as the last write left it.
    ///
    /// # Errors
    /// See above.
    pub fn get_consistent(&self, key: impl Into<Json>) -> Result<Option<Json>, Error> {
        let input = self.input().put("Key", attributes(key.into())?).put("ConsistentRead", true);
        let mut reply = send("GetItem", &input, true)?;
        item_of(reply.take("Item"))
    }

    /// Writes an item in the place of one with the same key.
    ///
    /// # Errors
    /// See above.
    pub fn put(&self, item: impl Into<Json>) -> Result<(), Error> {
        let input = self.input().put("Item", attributes(item.into())?);
        send("PutItem", &input, true).map(drop)
    }

    /// Writes an item if `condition` holds of the one with the same key: `attribute_not_exists(id)`.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException` if it does not hold.
    pub fn put_if(&self, item: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Result<(), Error> {
        let mut input = self.input().put("Item", attributes(item.into())?).put("ConditionExpression", condition);
        add_placeholders(&mut input, &[condition], &values.into())?;
        send("PutItem", &input, false).map(drop)
    }

    /// Changes an item by `expression`: `SET #count = :count`. Returns the item as it is then.
    ///
    /// # Errors
    /// See above.
    pub fn update(&self, key: impl Into<Json>, expression: &str, values: impl Into<Json>) -> Result<Json, Error> {
        self.update_if(key, expression, "", values)
    }

    /// Changes an item if `condition` holds of it.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException` if it does not hold.
    pub fn update_if(&self, key: impl Into<Json>, expression: &str, condition: &str, values: impl Into<Json>) -> Result<Json, Error> {
        let mut input = self.input().put("Key", attributes(key.into())?).put("UpdateExpression", expression).put("ReturnValues", "ALL_NEW");
        if !condition.is_empty() {
            input.set("ConditionExpression", condition);
        }
        add_placeholders(&mut input, &[expression, condition], &values.into())?;
        let mut reply = send("UpdateItem", &input, false)?;
        Ok(item_of(reply.take("Attributes"))?.unwrap_or_default())
    }

    /// Deletes an item. Returns it, if there was one.
    ///
    /// # Errors
    /// See above.
    pub fn delete(&self, key: impl Into<Json>) -> Result<Option<Json>, Error> {
        self.delete_if(key, "", Json::Null)
    }

    /// Deletes an item if `condition` holds of it.
    ///
    /// # Errors
    /// `ConditionalCheckFailedException` if it does not hold.
    pub fn delete_if(&self, key: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Result<Option<Json>, Error> {
        let mut input = self.input().put("Key", attributes(key.into())?).put("ReturnValues", "ALL_OLD");
        if !condition.is_empty() {
            input.set("ConditionExpression", condition);
        }
        add_placeholders(&mut input, &[condition], &values.into())?;
        let mut reply = send("DeleteItem", &input, condition.is_empty())?;
        item_of(reply.take("Attributes"))
    }

    /// Items by key: `query("id = :id", { "id": 7 })`.
    #[must_use]
    pub fn query(&self, condition: &str, values: impl Into<Json>) -> Selection {
        let input = self.input().put("KeyConditionExpression", condition);
        Selection { operation: "Query", input, values: values.into(), expressions: [condition.to_string()].into() }
    }

    /// All items.
    #[must_use]
    pub fn scan(&self) -> Selection {
        Selection { operation: "Scan", input: self.input(), values: Json::Null, expressions: Vec::new() }
    }

    /// The items with these keys, in no order; those that do not exist are left out.
    ///
    /// # Errors
    /// See above. `Function.Throttled` if DynamoDB did not read all of them in [`BATCH_ROUNDS_MAX`] rounds.
    pub fn get_all(&self, keys: &[Json]) -> Result<Vec<Json>, Error> {
        let mut items = Vec::new();
        for keys in keys.chunks(BATCH_GET_MAX) {
            let keys: Result<Vec<Json>, Error> = keys.iter().map(|key| attributes(key.clone())).collect();
            let mut requests = Json::object().put(&self.name, Json::object().put("Keys", keys?));
            rounds(|| {
                let mut reply = send("BatchGetItem", &Json::object().put("RequestItems", &requests), true)?;
                if let Json::Array(read) = reply.take("Responses").take(&self.name) {
                    for item in read {
                        items.extend(item_of(item)?);
                    }
                }
                requests = reply.take("UnprocessedKeys");
                Ok(requests.is_empty())
            })?;
        }
        Ok(items)
    }

    /// Writes `items`, not as one transaction.
    ///
    /// # Errors
    /// See [`Table::get_all`].
    pub fn put_all(&self, items: &[Json]) -> Result<(), Error> {
        let request = |item: &Json| Ok(Json::object().put("PutRequest", Json::object().put("Item", attributes(item.clone())?)));
        self.write_all(&items.iter().map(request).collect::<Result<Vec<_>, Error>>()?)
    }

    /// Deletes the items with these keys, not as one transaction.
    ///
    /// # Errors
    /// See [`Table::get_all`].
    pub fn delete_all(&self, keys: &[Json]) -> Result<(), Error> {
        let request = |key: &Json| Ok(Json::object().put("DeleteRequest", Json::object().put("Key", attributes(key.clone())?)));
        self.write_all(&keys.iter().map(request).collect::<Result<Vec<_>, Error>>()?)
    }

    fn write_all(&self, requests: &[Json]) -> Result<(), Error> {
        for requests in requests.chunks(BATCH_WRITE_MAX) {
            let mut requests = Json::object().put(&self.name, requests.to_vec());
            rounds(|| {
                let mut reply = send("BatchWriteItem", &Json::object().put("RequestItems", &requests), true)?;
                requests = reply.take("UnprocessedItems");
                Ok(requests.is_empty())
            })?;
        }
        Ok(())
    }
}

/// Repeats `round` with growing pauses until it returns true.
fn rounds(mut round: impl FnMut() -> Result<bool, Error>) -> Result<(), Error> {
    for number in 1..=BATCH_ROUNDS_MAX {
        if round()? {
            return Ok(());
        }
        let mut random = [0; 8];
        ruchy_std::random::fill(&mut random);
        let pause_ms = outbound::retry::pause_ms(number, u64::from_ne_bytes(random));
        ruchy_std::thread::sleep(core::time::Duration::from_millis(pause_ms));
    }
    Err(Error::new(
        "Function.Throttled",
        "DynamoDB did not process all items of a batch: send fewer at a time, or raise the table's capacity",
    ))
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

/// One write of a transaction.
#[derive(Clone, Debug)]
pub struct Write(Result<Json, Error>);

impl Write {
    /// Writes an item.
    #[must_use]
    pub fn put(table: &Table, item: impl Into<Json>) -> Self {
        Self::put_if(table, item, "", Json::Null)
    }

    /// Writes an item if `condition` holds of the one with the same key.
    #[must_use]
    pub fn put_if(table: &Table, item: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Self {
        Self::of("Put", table, "Item", item.into(), "", condition, &values.into())
    }

    /// Changes an item, if `condition` holds of it, or is empty.
    #[must_use]
    pub fn update_if(table: &Table, key: impl Into<Json>, expression: &str, condition: &str, values: impl Into<Json>) -> Self {
        Self::of("Update", table, "Key", key.into(), expression, condition, &values.into())
    }

    /// Deletes an item, if `condition` holds of it, or is empty.
    #[must_use]
    pub fn delete_if(table: &Table, key: impl Into<Json>, condition: &str, values: impl Into<Json>) -> Self {
        Self::of("Delete", table, "Key", key.into(), "", condition, &values.into())
    }

    fn of(kind: &str, table: &Table, member: &str, value: Json, expression: &str, condition: &str, values: &Json) -> Self {
        let write = || {
            let mut write = table.input().put(member, attributes(value)?);
            for (name, text) in [("UpdateExpression", expression), ("ConditionExpression", condition)] {
                if !text.is_empty() {
                    write.set(name, text);
                }
            }
            add_placeholders(&mut write, &[expression, condition], values)?;
            Ok(Json::object().put(kind, write))
        };
        Self(write())
    }
}

/// Makes all `writes`, or none. It has a token of its own, so that a retry does not write twice.
///
/// # Errors
/// `TransactionCanceledException`, with the reason of each write.
pub fn transact(writes: Vec<Write>) -> Result<(), Error> {
    let writes: Result<Vec<Json>, Error> = writes.into_iter().map(|write| write.0).collect();
    let mut random = [0; 16];
    ruchy_std::random::fill(&mut random);
    let token = crate::sign::hash(&random);
    let token = token.get(..32).unwrap_or_default();
    let input = Json::object().put("TransactItems", writes?).put("ClientRequestToken", token);
    send("TransactWriteItems", &input, true).map(drop)
}

/// Adds the values of `:name` and the names of `#name` that `expressions` have.
fn add_placeholders(input: &mut Json, expressions: &[&str], values: &Json) -> Result<(), Error> {
    if let Json::Object(members) = values {
        let mut placed = Json::object();
        for (name, value) in members {
            let name = if name.starts_with(':') { name.to_string() } else { [":", name].concat() };
            placed.set(&name, attribute(value.clone()));
        }
        if !placed.is_empty() {
            input.set("ExpressionAttributeValues", placed);
        }
    } else if !values.is_null() {
        return Err(Error::new("Function.InvalidRequest", "the values of an expression: expected an object, { \"name\": value }"));
    }
    let mut names = Json::object();
    for expression in expressions {
        for part in expression.split('#').skip(1) {
            let end = part.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(part.len());
            let name = part.get(..end).unwrap_or_default();
            names.set(&["#", name].concat(), name);
        }
    }
    if !names.is_empty() {
        input.set("ExpressionAttributeNames", names);
    }
    Ok(())
}

/// The members of an object as attributes.
fn attributes(object: Json) -> Result<Json, Error> {
    let Json::Object(members) = object else {
        return Err(Error::new("Function.InvalidRequest", "an item or key of DynamoDB: expected an object, { \"name\": value }"));
    };
    let mut attributes = Json::object();
    for (name, value) in &members {
        attributes.set(name, attribute(value.clone()));
    }
    Ok(attributes)
}

/// A value as an attribute: `{"S":"text"}`.
fn attribute(value: Json) -> Json {
    let (kind, value) = match value {
        Json::Null => ("NULL", Json::Boolean(true)),
        Json::Boolean(value) => ("BOOL", Json::Boolean(value)),
        Json::Text(text) => ("S", Json::Text(text)),
        Json::Array(values) => ("L", Json::Array(values.into_iter().map(attribute).collect())),
        Json::Object(members) => {
            let mut attributes = Json::object();
            for (name, value) in &members {
                attributes.set(name, attribute(value.clone()));
            }
            ("M", attributes)
        }
        number => ("N", Json::Text(number.to_string())),
    };
    Json::object().put(kind, value)
}

/// The item that `attributes` are, if there is one.
fn item_of(attributes: Json) -> Result<Option<Json>, Error> {
    let Json::Object(members) = attributes else { return Ok(None) };
    let mut item = Json::object();
    for (name, attribute) in &members {
        item.set(
            name,
            value_of(attribute)
                .ok_or_else(|| Error::new("Function.MalformedReply", ["DynamoDB: attribute ", name, " cannot be read"].concat()))?,
        );
    }
    Ok(Some(item))
}

/// The value of an attribute.
fn value_of(attribute: &Json) -> Option<Json> {
    let (kind, value) = attribute.as_object()?.iter().next()?;
    Some(match (kind, value) {
        ("NULL", _) => Json::Null,
        ("N", Json::Text(number)) => Json::parse(number).ok()?,
        ("NS", Json::Array(numbers)) => {
            Json::Array(numbers.iter().map(|number| number.as_text().and_then(|number| Json::parse(number).ok())).collect::<Option<_>>()?)
        }
        ("L", Json::Array(values)) => Json::Array(values.iter().map(value_of).collect::<Option<_>>()?),
        ("M", Json::Object(members)) => {
            let mut object = Json::object();
            for (name, attribute) in members {
                object.set(name, value_of(attribute)?);
            }
            object
        }
        ("S" | "BOOL" | "B" | "SS" | "BS", value) => value.clone(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Json, add_placeholders, attributes, item_of};

    #[test]
    fn items_are_read_as_they_are_written() {
        let text = r#"{"s":"x","n":1.5,"i":-7,"t":true,"z":null,"l":[1,"a",[]],"m":{"k":{"j":18446744073709551615}}}"#;
        let item = Json::parse(text).unwrap();
        let attributes = attributes(item.clone()).unwrap();
        assert_eq!(attributes.at("/m/M/k/M/j/N").unwrap().as_text(), Some("18446744073709551615"));
        assert_eq!(attributes.at("/z/NULL").unwrap().as_boolean(), Some(true));
        assert_eq!(item_of(attributes).unwrap(), Some(item));
    }

    #[test]
    fn sets_large_numbers_and_bytes_are_read() {
        let attributes =
            Json::parse(r#"{"ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"b":{"B":"AQI="},"n":{"N":"123456789012345678901234567890"}}"#)
                .unwrap();
        let item = item_of(attributes).unwrap().unwrap();
        assert_eq!(item.to_string(), r#"{"ss":["a","b"],"ns":[1,2],"b":"AQI=","n":123456789012345678901234567890}"#);
        assert!(item_of(Json::parse(r#"{"a":{"X":1}}"#).unwrap()).is_err());
    }

    #[test]
    fn placeholders_are_named_by_themselves() {
        let mut input = Json::object();
        add_placeholders(&mut input, &["SET #count = :n", "#name = :m"], &Json::parse(r#"{"n":1,":m":"x"}"#).unwrap()).unwrap();
        let expected = concat!(
            r#"{"ExpressionAttributeValues":{":n":{"N":"1"},":m":{"S":"x"}},"#,
            r##""ExpressionAttributeNames":{"#count":"count","#name":"name"}}"##
        );
        assert_eq!(input.to_string(), expected);
        assert!(add_placeholders(&mut input, &[], &Json::from(1)).is_err());
    }
}
