//! moto, AWS's services with TLS, and boto3, in one Python process. A module of several test
//! programs.

use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The process. It ends when the value is dropped, and with its standard input: with the process
/// that has started it.
pub struct Moto {
    process: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub url: String,
    /// The path of its root certificate.
    pub roots: String,
}

impl Moto {
    /// Starts it by the Python and the script in the repository `root`.
    pub fn start(root: &Path) -> Self {
        let python = root.join(".venv/aws/bin/python");
        let script = root.join("handlers/aws/tests/moto_server.py");
        let mut command = Command::new(&python);
        let mut process = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("{}: {error}: `just aws-cli` installs it", python.display());
        });
        let (stdin, stdout) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut moto = Self { process, stdin, stdout, url: String::new(), roots: String::new() };
        let begun = moto.line();
        begun["url"].as_str().unwrap().clone_into(&mut moto.url);
        begun["roots"].as_str().unwrap().clone_into(&mut moto.roots);
        moto
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Calls an operation with boto3.
    pub fn boto3(&mut self, service: &str, operation: &str, input: &str) -> Value {
        writeln!(self.stdin, r#"{{"service":"{service}","operation":"{operation}","input":{input}}}"#).unwrap();
        self.line()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
