//! The linked file under `cargo lambda watch`, another real Runtime API, which `just setup`
//! installs. It serves the API below a path, and sends durations as deadlines.

use crate::support::bootstrap::{ALL, root};
use crate::support::function::Function;
use crate::support::{PATIENCE, own_address};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// The function's name, and the name of the package that the emulator asks cargo for.
const NAME: &str = "emulated";

/// A running `cargo lambda watch` that starts no function itself.
struct CargoLambda {
    child: Child,
    address: String,
    _package: TempDir,
}

impl CargoLambda {
    fn start() -> Self {
        let program = root().join(".venv/cargo-lambda/bin/cargo-lambda");
        assert!(program.exists(), "cargo-lambda is missing: {}. `just setup` installs it.", program.display());
        let package = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path: PathBuf = package.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("Cargo.toml", &format!("[package]\nname = \"{NAME}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n"));
        write("src/main.rs", "fn main() {}\n");
        let address = own_address();
        let (host, port) = address.split_once(':').unwrap();
        let mut command = Command::new(program);
        command.args(["lambda", "watch", "--only-lambda-apis", "--invoke-address", host, "--invoke-port", port]);
        command.current_dir(package.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        Self { child: command.spawn().unwrap(), address, _package: package }
    }

    /// Waits until it listens.
    fn connect(&mut self) -> TcpStream {
        let start = Instant::now();
        loop {
            match TcpStream::connect(&self.address) {
                Ok(stream) => return stream,
                Err(error) => assert!(start.elapsed() < PATIENCE, "cargo-lambda does not listen: {error}"),
            }
            assert!(self.child.try_wait().unwrap().is_none(), "cargo-lambda has ended");
            std::thread::yield_now();
        }
    }

    /// Returns the answer to one invocation.
    fn invoke(&mut self, event: &str) -> String {
        let mut stream = self.connect();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = event.len();
        let request = format!(
            "POST /2015-03-31/functions/{NAME}/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{event}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for CargoLambda {
    fn drop(&mut self) {
        let group = nix::unistd::Pid::from_raw(-self.child.id().cast_signed());
        nix::sys::signal::kill(group, nix::sys::signal::Signal::SIGKILL).ok();
        self.child.wait().ok();
    }
}

#[test]
fn cargo_lambda_invokes_a_function_whose_deadline_has_passed() {
    let mut emulator = CargoLambda::start();
    emulator.connect();
    let api = format!("http://{}/.rt/{NAME}", emulator.address);
    // If the deadline counted, it would be logged and the invocation answered with an error.
    let variables = [("AWS_LAMBDA_RUNTIME_API", api.as_str()), ("_HANDLER", "echo"), ("RUCHY_LAMBDA_ON_DEADLINE", "report")];
    let function = Function::start(&ALL, variables);
    for event in ["1", "[2]"] {
        let answer = emulator.invoke(event);
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(&format!("\r\n\r\n{event}")), "{answer}");
    }
    function.terminate();
    let ended = function.end();
    assert_eq!((ended.status.code(), ended.error.as_str()), (Some(0), ""));
}
