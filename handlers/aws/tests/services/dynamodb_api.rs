//! The template `dynamodb-api` with its fixtures, in the order of their names.

use crate::dynalite::{self, Dynalite};
use crate::{support, turn};
use ruchy_std::lambda::{FromEvent, IntoAnswer};
use serde_json::Value;
use std::fs;

#[path = "../../../templates/services/functions/dynamodb-api.rs"]
mod template;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/services/fixtures/dynamodb-api");

/// Returns the response of the function, as Lambda receives it.
fn answer(event: &str) -> Value {
    let request = events::http::Request::from_event(event).unwrap_or_else(|failure| panic!("{}", failure.message()));
    let answer = template::lambda_handler(&request).into_answer(&request).or_else(|failure| request.answer_failure(failure));
    serde_json::from_str(&answer.unwrap_or_else(|failure| panic!("{}: {}", failure.error_type(), failure.message()))).unwrap()
}

#[test]
fn dynamodb_api_answers_its_fixtures() {
    let _turn = support::alone();
    // SAFETY: only Rust's std reads the environment in this process, and it has a lock for it.
    unsafe { std::env::set_var("TABLE", "shop") };
    let mut moto = turn::lock();
    answer_fixtures(|operation, input| moto.boto3("dynamodb", operation, input));
    if let Some(_server) = Dynalite::start() {
        answer_fixtures(dynalite::call);
    }
}

/// Plays the fixtures with a new table, which `call` creates.
fn answer_fixtures(mut call: impl FnMut(&str, &str) -> Value) {
    let table = r#"{"TableName":"shop","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#;
    call("create_table", table);
    let mut names: Vec<String> = fs::read_dir(FIXTURES).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let cases: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".event.json")).collect();
    assert!(cases.len() > 9, "{names:?}");
    for case in cases {
        let read = |ending: &str| fs::read_to_string(format!("{FIXTURES}/{case}.{ending}")).unwrap();
        let expected: Value = serde_json::from_str(&read("response.json")).unwrap();
        assert_eq!(support::with_an_hour(|| answer(&read("event.json"))), expected, "{case}");
    }
}
