//! Events of any bytes, compared with `serde_json`: a value must be equal, be written unchanged,
//! and be found by its pointers. Invalid events must fail with a known type, and nothing may panic.

use events::http::{INVALID_RESPONSE, Request, Response};
use events::json::{DEPTH_MAX, INVALID_EVENT, INVALID_JSON};
use events::{Json, dynamodb, eventbridge, kinesis, s3, sns, sqs};
use ruchy_std::lambda::{Failure, FromEvent};
use serde_json::Value;
use serde_json::value::RawValue;
use std::hint::black_box;

pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let value = Json::parse(text);
    let other: Result<Value, _> = serde_json::from_str(text);
    match (&value, &other) {
        (Ok(value), Ok(other)) => check_value(text, value, other),
        // `serde_json` refuses unpaired surrogates and numbers beyond floats.
        (Ok(value), Err(_)) => {
            assert!(serde_json::from_str::<&RawValue>(text).is_ok(), "serde_json finds a syntax error");
            assert!(same(&Json::parse(&value.to_string()).expect("JSON"), value), "the written value is read back unchanged");
        }
        (Err(failure), Ok(_)) => panic!("serde_json accepts it: {failure:?}"),
        (Err(failure), Err(_)) => assert_eq!(failure.error_type(), INVALID_JSON),
    }
    check_events(text);
}

fn check_value(text: &str, value: &Json, other: &Value) {
    let written = value.to_string();
    assert!(same(&Json::parse(&written).expect("JSON"), value), "the written value is read back unchanged");
    check_parts(text, value, other, &mut String::new(), 0);
}

/// Returns true if two values are equal, except for the last digit of floats: one of more than
/// fifteen digits may be read as a neighbour of the nearest float.
fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Array(one), Json::Array(other)) => one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other)),
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len() && one.iter().zip(other.iter()).all(|(one, other)| one.0 == other.0 && same(one.1, other.1))
        }
        (Json::Number(one), Json::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().expect("a float"), other.as_f64().expect("a float"));
            one.to_bits().abs_diff(other.to_bits()) <= 1
        }
        _ => one == other,
    }
}

/// Checks that every part is found by its pointer.
fn check_parts(text: &str, value: &Json, other: &Value, pointer: &mut String, depth: usize) {
    /// Each pointer is looked up in the whole text.
    const LOOKED_UP_DEPTH_MAX: usize = 3;
    assert!(depth < DEPTH_MAX);
    let length = pointer.len();
    if depth < LOOKED_UP_DEPTH_MAX {
        assert_eq!(Json::pick(text, pointer).as_ref(), Ok(value), "{pointer:?}");
    }
    match other {
        Value::Object(members) => {
            for (name, member) in members {
                pointer.extend(["/", &name.replace('~', "~0").replace('/', "~1")]);
                check_parts(text, value.at(&pointer[length..]).expect("a member"), member, pointer, depth + 1);
                pointer.truncate(length);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointer.extend(["/", &index.to_string()]);
                check_parts(text, value.at(&pointer[length..]).expect("an element"), element, pointer, depth + 1);
                pointer.truncate(length);
            }
            assert_eq!(value.len(), elements.len());
        }
        _ => {}
    }
}

fn known(failure: &Failure) {
    assert!([INVALID_JSON, INVALID_EVENT, INVALID_RESPONSE].contains(&failure.error_type()), "{failure:?}");
}

/// Checks that each reader accepts an event or returns a known failure, and calls all accessors of
/// accepted events.
fn check_events(text: &str) {
    match Request::from_event(text) {
        Ok(request) => check_request(&request),
        Err(failure) => known(&failure),
    }
    match sqs::Batch::from_event(text) {
        Ok(batch) => {
            let answer = batch.each(|message| message.json().map(drop));
            assert!(answer.failed().len() <= batch.messages().len());
            batch.messages().iter().for_each(|message| {
                black_box((message.queue(), message.receive_count(), message.attribute("x")));
            });
        }
        Err(failure) => known(&failure),
    }
    match kinesis::Batch::from_event(text) {
        Ok(batch) => assert!(batch.each(|record| record.json().map(drop)).failed().len() <= 1),
        Err(failure) => known(&failure),
    }
    match dynamodb::Batch::from_event(text) {
        Ok(batch) => {
            batch.changes().iter().for_each(|change| drop((change.key(), change.new_image(), change.old_image(), change.is_expiry())));
        }
        Err(failure) => known(&failure),
    }
    match s3::Changes::from_event(text) {
        Ok(changes) => changes
            .all()
            .iter()
            .for_each(|change| assert!(!(change.is_creation() && change.is_removal()), "{:?}", (change.key(), change.size()))),
        Err(failure) => known(&failure),
    }
    match sns::Notifications::from_event(text) {
        Ok(notifications) => notifications.all().iter().for_each(|one| drop((one.topic().len(), one.json()))),
        Err(failure) => known(&failure),
    }
    match eventbridge::Event::from_event(text) {
        Ok(event) => drop((event.rule().map(str::len), event.is_scheduled(), event.resources())),
        Err(failure) => known(&failure),
    }
}

fn check_request(request: &Request) {
    let echo =
        |request: &Request| Response::bytes(200, "text/plain", request.body()).header("x", request.query("q").unwrap_or("")).cookie("a=1");
    let route =
        request.route().get("/{first}/{rest+}", echo).post("/{first}", |request| request.json().map(|body| Response::json(200, body)));
    let answer = route.answer().and_then(|response| response.answer_to(request)).or_else(|failure| request.answer_failure(failure));
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => return known(&failure),
    };
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert!(answer["statusCode"].is_u64() && answer["body"].is_string());
    drop((request.cookie("a"), request.source_address(), request.form(), request.text()));
}
