//! The DynamoDB tables of a function, which local commands create in a stand-in. Pure.

use super::value::{shown, table};
use std::collections::BTreeMap;
use toml_edit::Item;

/// The key of a table: the partition key and, if there is one, the sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKey {
    /// One or two names, each with its type: `S` or `N`.
    pub attributes: Vec<(String, char)>,
}

impl TableKey {
    /// The key in `id`, or `customer, number:N`.
    fn parse(text: &str) -> Option<Self> {
        let attribute = |text: &str| {
            let (name, kind) = text.trim().split_once(':').unwrap_or((text.trim(), "S"));
            let kind = kind.chars().next().filter(|letter| kind.len() == 1 && matches!(letter, 'S' | 'N'))?;
            (!name.is_empty()).then(|| (name.to_owned(), kind))
        };
        let attributes: Vec<_> = text.split(',').map(attribute).collect::<Option<_>>()?;
        (attributes.len() <= 2).then_some(Self { attributes })
    }
}

/// Reads `{ orders = "customer, number:N" }`.
///
/// # Errors
/// One line that names the key, its value, and what is expected.
pub fn tables(item: &Item, at: &str) -> Result<BTreeMap<String, TableKey>, String> {
    let key = |(name, item): (&str, &Item)| {
        let key = item.as_str().and_then(TableKey::parse).ok_or_else(|| {
            format!("{at}.{name} = {}: expected a key: \"id\", \"number:N\", or with a sort key \"customer, number:N\"", shown(item))
        });
        key.map(|key| (name.to_owned(), key))
    };
    table(item, at, "{ orders = \"id\" }")?.iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::tables;
    use toml_edit::DocumentMut;

    #[test]
    fn keys_have_one_or_two_attributes() {
        let read = |text: &str| tables(&format!("tables = {text}").parse::<DocumentMut>().unwrap()["tables"], "tables");
        let orders = read("{ orders = \"customer, number:N\" }").unwrap().remove("orders").unwrap();
        assert_eq!(orders.attributes, [("customer".to_owned(), 'S'), ("number".to_owned(), 'N')]);
        for (text, message) in [
            ("1", "tables = 1: expected a table"),
            ("{ a = 1 }", "tables.a = 1: expected a key"),
            ("{ a = \"b:X\" }", "tables.a = \"b:X\": expected a key"),
            ("{ a = \"b,c,d\" }", "tables.a = \"b,c,d\": expected a key"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
