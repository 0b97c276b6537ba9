//! dynalite: an implementation of DynamoDB that shares no code with moto.

use crate::support;
use aws::{Call, service};
use events_json::Json;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/dynalite/node_modules/dynalite");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dynalite_server.js");

/// A running server. It ends when the value is dropped.
pub struct Dynalite {
    process: Child,
}

impl Dynalite {
    /// Starts a server and sets the environment of functions for it. Returns `None`, and prints the
    /// reason, if it is not installed.
    pub fn start() -> Option<Self> {
        if !Path::new(MODULE).exists() {
            eprintln!("not run: dynalite is missing; `just dynalite` installs it, and needs Node.js with npm");
            return None;
        }
        let mut process = Command::new("node")
            .args([SCRIPT, MODULE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node, which npm needs");
        let mut url = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
        support::set_environment(&[
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL_DYNAMODB", url.trim()),
        ]);
        Some(Self { process })
    }
}

impl Drop for Dynalite {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Calls an operation, by its name in boto3, without the helpers of `aws::dynamodb`.
pub fn call(operation: &str, input: &str) -> Value {
    let name: String = operation.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
    let call = |name: &str, input: &str| {
        let output = Call::new(&service::DYNAMODB, name, &Json::parse(input).unwrap()).json().unwrap();
        serde_json::from_str::<Value>(&output.to_string()).unwrap()
    };
    let output = call(&name, input);
    // A new table becomes active shortly after the reply, as in DynamoDB.
    if operation == "create_table" {
        let input: Value = serde_json::from_str(input).unwrap();
        let table = serde_json::json!({ "TableName": input["TableName"] }).to_string();
        while call("DescribeTable", &table)["Table"]["TableStatus"] != "ACTIVE" {}
    }
    output
}
