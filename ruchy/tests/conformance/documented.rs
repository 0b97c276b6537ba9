//! What the documents promise: the rows of `handlers/language.md`, the example functions with their fixtures, and what the pages show.

#[path = "../../../handlers/language/src/shown.rs"]
mod documents;

use crate::corpus;
use crate::facade::root;
use crate::functions::{self, Function};
use serde_json::Value;
use std::fs;

#[test]
fn rows_answer_and_log_as_documented() {
    let row = |source: &std::path::PathBuf| {
        let text = fs::read_to_string(source).unwrap();
        let mut lines = text.lines().skip(1);
        let answer = lines.next().and_then(|line| line.strip_prefix("// = ")).expect("the second line of a row is its answer");
        let mut expected: Vec<String> = lines.map_while(|line| line.strip_prefix("// log ")).map(|line| format!("| {line}")).collect();
        expected.push(format!("< {answer}"));
        Function { name: functions::name(source), source: text.clone().into_bytes(), events: vec!["{}".to_owned()], expected }
    };
    let rows: Vec<Function> = functions::sources(&root().join("handlers/language/rows")).iter().map(row).collect();
    functions::check("rows", &rows, corpus::difference);
}

#[test]
fn examples_answer_their_fixtures() {
    let example = |source: &std::path::PathBuf| {
        let name = functions::name(source);
        let mut cases: Vec<_> =
            fs::read_dir(root().join("handlers/fixtures").join(&name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        cases.retain(|path| path.to_string_lossy().ends_with(".event.json"));
        cases.sort();
        let events = cases.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        let expected = cases.iter().map(|path| {
            let case = path.to_string_lossy().trim_end_matches(".event.json").to_owned();
            let read = |extension: &str| fs::read_to_string(format!("{case}.{extension}")).ok();
            let failure = |text: String| {
                let value: Value = serde_json::from_str(&text).unwrap();
                format!("! {}: {}", value["errorType"].as_str().unwrap(), value["errorMessage"].as_str().unwrap())
            };
            read("response.json")
                .or_else(|| read("response.txt"))
                .map(|text| format!("< {text}"))
                .or_else(|| read("error.json").map(failure))
                .unwrap()
        });
        Function { name: name.clone(), source: fs::read(source).unwrap(), events, expected: expected.collect() }
    };
    let examples: Vec<Function> = functions::sources(&root().join("handlers/functions")).iter().map(example).collect();
    functions::check("examples", &examples, entries_differ);
}

/// Compares entry by entry; the log is not part of a fixture, and JSON is the same in whatever order.
fn entries_differ(expected: &[String], actual: &[String]) -> Option<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in actual.iter().filter(|line| !line.starts_with("| ")) {
        match (line.strip_prefix("+ "), entries.last_mut()) {
            (Some(more), Some(entry)) => {
                entry.push('\n');
                entry.push_str(more);
            }
            _ => entries.push(line.clone()),
        }
    }
    let same = |(expected, actual): (&String, &String)| {
        let values = [expected, actual].map(|entry| entry.strip_prefix("< ").and_then(|text| serde_json::from_str::<Value>(text).ok()));
        match values {
            [Some(expected), Some(actual)] => matches(&expected, &actual),
            _ => expected.trim_end() == actual.trim_end() || expected == "! <any>: <any>",
        }
    };
    if expected.len() == entries.len() && expected.iter().zip(&entries).all(same) {
        return None;
    }
    Some(format!("expected {expected:?}, found {entries:?}"))
}

/// Whether the values are the same; the text `<any>` stands for any value.
fn matches(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(any), _) if any == "<any>" => true,
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected.iter().all(|(name, value)| actual.get(name).is_some_and(|other| matches(value, other)))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(expected, actual)| matches(expected, actual))
        }
        _ => expected == actual,
    }
}

/// Documents that show functions, and the templates of `just new`.
#[test]
fn shown_functions_compile() {
    let mut shown = Vec::new();
    // Functions that call AWS are built by `cargo test --test linked language`, with the crate that they need.
    let is_pure = |function: &documents::Shown| function.extension == "ruchy" && !function.source.contains("use aws");
    let in_documents = documents::functions(root()).into_iter().filter(is_pure);
    for (index, function) in in_documents.enumerate() {
        let document = function.document.file_stem().unwrap().to_string_lossy().replace('-', "_");
        shown.push((format!("{document}_{index}"), function.source));
    }
    for template in functions::sources(&root().join("handlers/templates/functions")) {
        shown.push((format!("template_{}", functions::name(&template)), fs::read_to_string(&template).unwrap()));
    }
    assert!(shown.len() > 5, "the documents show functions: {}", shown.len());
    let function =
        |(name, source): (String, String)| Function { name, source: source.into_bytes(), events: Vec::new(), expected: Vec::new() };
    functions::check("shown", &shown.into_iter().map(function).collect::<Vec<_>>(), corpus::difference);
}
