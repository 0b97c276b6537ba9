//! moto: AWS's services behind TLS, in a Python process.

use super::bootstrap::root;
use super::function::Function;
use super::runtime_api::{Connection, RuntimeApi};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The process. It ends when the value is dropped.
pub struct Moto {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    url: String,
    /// The path of its root certificate.
    roots: String,
}

impl Moto {
    pub fn start() -> Self {
        let python = root().join(".venv/aws/bin/python");
        let script = root().join("handlers/aws/tests/moto_server.py");
        let mut process = Command::new(&python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("{}: {error}: `just aws-cli` installs it", python.display());
        });
        let (stdin, stdout) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut moto = Self { process, stdin, stdout, url: String::new(), roots: String::new() };
        let begun = moto.line();
        begun["url"].as_str().unwrap().clone_into(&mut moto.url);
        begun["roots"].as_str().unwrap().clone_into(&mut moto.roots);
        moto
    }

    /// A server with the table `t`, whose key is `id` and whose only item has the price 1.5.
    pub fn with_table() -> Self {
        let mut moto = Self::start();
        moto.boto3(
            "dynamodb",
            "create_table",
            r#"{"TableName":"t","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#,
        );
        moto.boto3("dynamodb", "put_item", r#"{"TableName":"t","Item":{"id":{"S":"a"},"price":{"N":"1.5"}}}"#);
        moto
    }

    fn line(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Calls an operation with boto3.
    pub fn boto3(&mut self, service: &str, operation: &str, input: &str) -> serde_json::Value {
        writeln!(self.stdin, r#"{{"service":"{service}","operation":"{operation}","input":{input}}}"#).unwrap();
        self.line()
    }

    /// Starts a function that calls this server and trusts its root if `is_trusted`.
    pub fn function(&self, bootstrap: &Path, handler: &str, is_trusted: bool) -> (Function, Connection) {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("TABLE", "t"),
        ];
        if is_trusted {
            variables.push(("AWS_CA_BUNDLE", self.roots.as_str()));
        }
        RuntimeApi::listen().start_with(&variables, bootstrap, handler)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
