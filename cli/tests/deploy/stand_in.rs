//! A stand-in for AWS of a test's own, and the tool run against it; and the archives that are
//! deployed, each linked once per run.

use crate::bounded::output;
use crate::links::{Link, linked, write_program};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use tempfile::TempDir;

/// The time limit for the server to start and to end.
const PATIENCE: Duration = Duration::from_secs(60);
/// The time limit of its answer to a test: longer than its own for an invocation.
const ANSWER_MAX: Duration = Duration::from_secs(300);
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
/// The archive that `just deploy minimal` uploads.
pub static MINIMAL: LazyLock<PathBuf> = LazyLock::new(|| package("minimal"));
pub static FIBONACCI: LazyLock<PathBuf> = LazyLock::new(|| package("fibonacci"));

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The file with the function `name` alone.
pub fn build(name: &str) -> PathBuf {
    let [bootstrap] = linked(root(), [Link { architecture: "x86_64", names: &[name], variables: &[] }]);
    bootstrap
}

fn package(name: &str) -> PathBuf {
    let bootstrap = build(name);
    let out = root().join("target/tests/deploy").join(name).join(format!("{name}.zip"));
    let output = Command::new(PROGRAM).arg("package").arg("--bootstrap").arg(bootstrap).arg("--out").arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    out
}

/// Exit code, standard output, standard error.
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Outcome {
    pub fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Returns the standard output of a command that must succeed.
    #[track_caller]
    pub fn well(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self.out
    }

    /// Returns the standard error of a command that must fail.
    #[track_caller]
    pub fn failed(self) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        self.err
    }
}

/// `deploy/stand-in/forkserver.py`, which starts stand-ins and calls of the AWS CLI; it ends with
/// this process.
struct Forkserver {
    /// Its socket.
    name: String,
    _child: Child,
}

static FORKSERVER: LazyLock<Forkserver> = LazyLock::new(|| {
    let python = root().join(".venv/aws/bin/python");
    assert!(python.exists(), "the stand-in for AWS is missing: `just setup` installs it");
    let name = format!("ruchy-lambda-tests-{}", std::process::id());
    let mut command = Command::new(python);
    command.arg(root().join("deploy/stand-in/forkserver.py")).arg(&name).arg(root().join(".venv/rie/aws-lambda-rie"));
    // As the tool starts the AWS CLI.
    command.env("PYTHONUTF8", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "listening\n", "the stand-in for AWS does not start");
    Forkserver { name, _child: child }
});

/// The server; it ends with this.
pub struct StandIn {
    /// Its standard input and output.
    connection: UnixStream,
    pub url: String,
    /// A home directory without a configuration of the AWS CLI.
    home: TempDir,
    /// The AWS CLI, run by [`FORKSERVER`].
    cli: TempDir,
    /// Scripts that precede the AWS CLI in `PATH`: [`Self::interfere`].
    in_front: TempDir,
    /// The substitutes for an access key's id and its secret.
    pub keys: (String, String),
}

impl StandIn {
    pub fn start() -> Self {
        let address = SocketAddr::from_abstract_name(&FORKSERVER.name).unwrap();
        let mut connection = UnixStream::connect_addr(&address).unwrap();
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        connection.write_all(&[0; 4]).unwrap();
        let mut url = String::new();
        BufReader::new(&connection).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "the stand-in does not start: {url}");
        let [home, cli, in_front] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
        let (python, call) = (root().join(".venv/aws/bin/python"), root().join("deploy/stand-in/call.py"));
        let call = format!("exec '{}' -I -S '{}' {} \"$@\"", python.display(), call.display(), FORKSERVER.name);
        write_script(&cli.path().join("aws"), &call);
        let keys = ("a-key".to_owned(), "its-secret".to_owned());
        Self { connection, url: url.trim().to_owned(), home, cli, in_front, keys }
    }

    /// `program` with nothing of this machine's configuration, and the stand-in for AWS.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:{}:/usr/local/bin:/usr/bin:/bin", self.in_front.path().display(), self.cli.path().display());
        command.env_clear().env("PATH", path).env("HOME", self.home.path()).env("AWS_ENDPOINT_URL", &self.url);
        command.env("AWS_ACCESS_KEY_ID", &self.keys.0).env("AWS_SECRET_ACCESS_KEY", &self.keys.1).env("AWS_REGION", "eu-central-1");
        // Disables the search for credentials on the network.
        command.env("AWS_EC2_METADATA_DISABLED", "true").current_dir(root());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(output(self.command(PROGRAM).args(arguments)))
    }

    /// A recipe of the justfile. It builds, so it has all of this machine's environment, and the
    /// stand-in for AWS.
    pub fn just(&self, arguments: &[&str]) -> Outcome {
        let mut command = Command::new("just");
        command
            .args(arguments)
            .current_dir(root())
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_REGION", "eu-central-1")
            .env_remove("AWS_PROFILE");
        command.env("AWS_ACCESS_KEY_ID", &self.keys.0).env("AWS_SECRET_ACCESS_KEY", &self.keys.1).env("AWS_EC2_METADATA_DISABLED", "true");
        Outcome::of(output(&mut command))
    }

    /// [`Self::run`] with an archive to deploy.
    pub fn deploy(&self, handler: &str, archive: &Path, arguments: &[&str]) -> Outcome {
        let mut command = self.command(PROGRAM);
        Outcome::of(output(command.args(["deploy", handler, "--archive"]).arg(archive).args(arguments)))
    }

    /// [`Self::deploy`] of `minimal`'s archive in the folder of a project.
    pub fn deploy_in(&self, folder: &Path, handler: &str, arguments: &[&str]) -> Outcome {
        let mut command = self.command(PROGRAM);
        command.args(["deploy", handler, "--archive"]).arg(&*MINIMAL).args(arguments).current_dir(folder);
        Outcome::of(output(&mut command))
    }

    /// The status of an unsigned call of the URL of a function, or of `FUNCTION:ALIAS`.
    pub fn call_url(&self, function: &str) -> u16 {
        let reply = self.post(&format!("/stand-in/url/{function}"), "{}");
        reply.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The ids of its process, and of its emulators.
    pub fn processes(&self) -> Vec<i32> {
        let reply = self.post("/stand-in/processes", "");
        serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// The AWS CLI's own answer, as JSON; none when it fails.
    pub fn aws(&self, arguments: &[&str]) -> Option<serde_json::Value> {
        let mut command = self.command(self.cli.path().join("aws"));
        let output = output(command.args(["--output", "json", "--region", "eu-central-1"]).args(arguments));
        output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    pub fn function(&self, name: &str) -> Option<serde_json::Value> {
        self.aws(&["lambda", "get-function", "--function-name", name])
    }

    /// Has the tool's calls of the AWS CLI go by branches of a shell's `case "$*" in` first; what
    /// ends in none of them is called.
    pub fn interfere(&self, branches: &str) {
        let refuse = "refuse() { echo \"An error occurred ($1) when calling the $2 operation: no\" >&2; exit 254; }";
        let aws = self.cli.path().join("aws");
        let script = format!("{refuse}\ncase \"$*\" in\n{branches}\nesac\nexec '{}' \"$@\"", aws.display());
        write_script(&self.in_front.path().join("aws"), &script);
    }

    /// Tells the server itself something.
    pub fn tell(&self, path: &str, body: &str) {
        let reply = self.post(path, body);
        assert!(reply.starts_with("HTTP/1.1 20"), "{path}: {reply}");
    }

    /// Waits until the server has ended. One that does not must not keep a test that has failed:
    /// reads have a time limit.
    pub fn wait_for_end(&self) {
        let _ = (&self.connection).read_to_end(&mut Vec::new());
    }

    fn post(&self, path: &str, body: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(ANSWER_MAX)).unwrap();
        let length = body.len();
        write!(stream, "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        // It ends with its standard input, and what it has started with it.
        let _ = self.connection.shutdown(Shutdown::Write);
        self.wait_for_end();
    }
}

fn write_script(path: &Path, text: &str) {
    write_program(path, format!("#!/bin/sh\n{text}\n").as_bytes());
}
