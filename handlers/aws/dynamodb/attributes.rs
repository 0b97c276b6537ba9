//! Converts items and keys to DynamoDB's attributes, and adds the placeholders of expressions.
//! Pure.

use crate::error::Error;
use alloc::string::ToString;
use events_json::Json;

/// Adds the values for `:name` and the names for `#name` in `expressions`.
pub(super) fn add_placeholders(input: &mut Json, expressions: &[&str], values: &Json) -> Result<(), Error> {
    if let Json::Object(members) = values {
        let mut attribute_values = Json::object();
        for (name, value) in members {
            let name = if name.starts_with(':') { name.to_string() } else { [":", name].concat() };
            attribute_values.set(&name, attribute(value.clone()));
        }
        if !attribute_values.is_empty() {
            input.set("ExpressionAttributeValues", attribute_values);
        }
    } else if !values.is_null() {
        return Err(Error::new(
            "Function.InvalidRequest",
            "values of a DynamoDB expression: expected an object such as { \"name\": value }",
        ));
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

/// Converts the members of an object to attributes.
pub(super) fn attributes(object: Json) -> Result<Json, Error> {
    let Json::Object(members) = object else {
        return Err(Error::new("Function.InvalidRequest", "item or key of DynamoDB: expected an object such as { \"name\": value }"));
    };
    let mut attributes = Json::object();
    for (name, value) in &members {
        attributes.set(name, attribute(value.clone()));
    }
    Ok(attributes)
}

/// Converts a value to an attribute such as `{"S":"text"}`.
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

/// Converts `attributes` to an item, if there is one.
pub(super) fn item_of(attributes: Json) -> Result<Option<Json>, Error> {
    let Json::Object(members) = attributes else { return Ok(None) };
    let mut item = Json::object();
    for (name, attribute) in &members {
        item.set(
            name,
            value_of(attribute).ok_or_else(|| {
                Error::new("Function.MalformedReply", ["DynamoDB: attribute ", name, " has an unknown type or an invalid number"].concat())
            })?,
        );
    }
    Ok(Some(item))
}

/// Converts an attribute to a value.
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
    fn items_round_trip() {
        let text = r#"{"s":"x","n":1.5,"i":-7,"t":true,"z":null,"l":[1,"a",[]],"m":{"k":{"j":18446744073709551615}}}"#;
        let item = Json::parse(text).unwrap();
        let attributes = attributes(item.clone()).unwrap();
        assert_eq!(attributes.at("/m/M/k/M/j/N").unwrap().as_text(), Some("18446744073709551615"));
        assert_eq!(attributes.at("/z/NULL").unwrap().as_boolean(), Some(true));
        assert_eq!(item_of(attributes).unwrap(), Some(item));
    }

    #[test]
    fn item_of_reads_sets_large_numbers_and_bytes() {
        let attributes =
            Json::parse(r#"{"ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"b":{"B":"AQI="},"n":{"N":"123456789012345678901234567890"}}"#)
                .unwrap();
        let item = item_of(attributes).unwrap().unwrap();
        assert_eq!(item.to_string(), r#"{"ss":["a","b"],"ns":[1,2],"b":"AQI=","n":123456789012345678901234567890}"#);
        assert!(item_of(Json::parse(r#"{"a":{"X":1}}"#).unwrap()).is_err());
    }

    #[test]
    fn placeholders_get_names_and_values() {
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
