//! Getting started and the tutorials of the book, executed block by block: files are written,
//! commands run in bash, and their output is compared. AWS is the stand-in that deploying is tested
//! with.

#[path = "../support/bounded.rs"]
#[allow(dead_code, reason = "other test programs use the rest")]
mod bounded;
#[path = "../../../tests/support/links.rs"]
#[allow(dead_code, reason = "other test programs use the rest")]
mod links;
mod page;
mod reader;
#[path = "../deploy/stand_in.rs"]
#[allow(dead_code, reason = "other test programs use the rest")]
mod stand_in;

use reader::Reader;

#[test]
#[ignore = "links a project's function and its tests: a minute or more"]
fn getting_started_works_as_written() {
    Reader::new().follow("getting-started.md");
}

#[test]
#[ignore = "links functions with TLS: a minute or more"]
fn api_in_rust_works_as_written() {
    Reader::new().follow("tutorials/api-in-rust.md");
}

#[test]
#[ignore = "links functions with TLS: a minute or more"]
fn api_in_ruchy_works_as_written() {
    Reader::new().follow("tutorials/api-in-ruchy.md");
}

#[test]
#[ignore = "links functions for AWS: a minute or more"]
fn moving_from_cargo_lambda_works_as_written() {
    Reader::new().follow("tutorials/from-cargo-lambda.md");
}

#[test]
#[ignore = "links functions for AWS: a minute or more"]
fn measuring_on_aws_works_as_written() {
    Reader::new().follow("tutorials/measure-on-aws.md");
}
