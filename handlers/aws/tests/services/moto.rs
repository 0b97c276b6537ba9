//! moto and boto3, in one Python process for all tests of the program.

use crate::support;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Locks the process, and sets the environment of functions for it. It ends when its standard input
/// is closed, and so with this process.
pub fn lock() -> MutexGuard<'static, Moto> {
    static MOTO: LazyLock<Mutex<Moto>> = LazyLock::new(|| Mutex::new(Moto::start()));
    let moto = MOTO.lock().unwrap_or_else(PoisonError::into_inner);
    moto.environment(&[]);
    moto
}

/// The process with moto and boto3.
pub struct Moto {
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    pub url: String,
    /// The path of its root certificate.
    roots: String,
}

impl Moto {
    #[expect(clippy::zombie_processes, reason = "it ends with this process, whose end of its standard input is closed then")]
    fn start() -> Self {
        let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.venv/aws/bin/python");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/moto_server.py");
        let mut command = Command::new(python);
        let process = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("{python}: {error}: `just aws-cli` installs it");
        });
        let (stdin, stdout) = (process.stdin.unwrap(), BufReader::new(process.stdout.unwrap()));
        let mut moto = Self { stdin, stdout, url: String::new(), roots: String::new() };
        let begun = moto.line();
        begun["url"].as_str().unwrap().clone_into(&mut moto.url);
        begun["roots"].as_str().unwrap().clone_into(&mut moto.roots);
        moto
    }

    /// Sets the environment of functions: moto's variables, and `more`.
    pub fn environment(&self, more: &[(&str, &str)]) {
        let mut pairs = vec![
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", &self.url),
            ("AWS_CA_BUNDLE", &self.roots),
        ];
        pairs.extend(more);
        support::set_environment(&pairs);
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
}
