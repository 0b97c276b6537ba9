//! `watch` in a separate folder for each test, with a stand-in for cargo, and a client of it.

use crate::{gate, toolchain};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda");
/// The time limit of every wait in these tests.
const PATIENCE: Duration = Duration::from_secs(60);
/// Links, unless the source of a function named is broken; and notes what it is asked for.
const LINK: &str = concat!(
    "echo \"$RUCHY_LAMBDA_HANDLERS\" >> linked\n",
    "for name in $RUCHY_LAMBDA_HANDLERS; do grep -H broken handlers/functions/$name.rs >&2 && exit 1; done\n",
);
pub const SOURCE: &str = "pub fn lambda_handler(event: &str) -> &str { event }";

/// A folder with functions, in which the tool runs.
pub struct Place {
    pub folder: TempDir,
    programs: OsString,
}

impl Place {
    /// One in which `cargo rustc` runs `link` first.
    pub fn new(link: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = toolchain::install(folder.path(), link, "exit 1");
        gate::create(&folder.path().join("gate"));
        Self { folder, programs }
    }

    /// One laid out as the repository, with these functions.
    pub fn with(functions: &[&str]) -> Self {
        let place = Self::new(LINK);
        for name in functions {
            place.write(&format!("handlers/functions/{name}.rs"), SOURCE);
        }
        place
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The tool in it.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env_remove("RUCHY_LAMBDA_FUNCTIONS").env("PATH", &self.programs);
        command
    }
}

/// `watch` in a place; ended and waited for when dropped.
pub struct Watch {
    pub place: Place,
    pub child: Child,
    pub address: String,
    _out: BufReader<ChildStdout>,
}

impl Watch {
    pub fn start(functions: &[&str], options: &[&str]) -> Self {
        Self::start_in(Place::with(functions), options)
    }

    pub fn start_in(place: Place, options: &[&str]) -> Self {
        let mut command = place.command(PROGRAM);
        command.args(["watch", "0", "--timeout", "60"]).args(options);
        Self::of(place, command)
    }

    /// The server that `command` starts.
    pub fn of(place: Place, mut command: Command) -> Self {
        let log = fs::File::create(place.path("log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).expect(&line).to_owned();
        Self { place, child, address, _out: out }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.place.path(path)
    }

    /// A request, sent.
    pub fn send(&self, request: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    /// The status line and the headers in small letters, and the body.
    pub fn get(&self, path: &str) -> (Vec<String>, Vec<u8>) {
        let mut stream = self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: a=1; b=2\r\nConnection: close\r\n\r\n"));
        let head = head(&mut stream);
        let mut body = Vec::new();
        stream.read_to_end(&mut body).unwrap();
        (head, body)
    }

    pub fn invoke(&self, function: &str, event: &str) -> String {
        invoke(&self.address, function, event).unwrap()
    }

    /// The FIFO `gate`, once a function has opened it.
    pub fn gate(&self) -> fs::File {
        gate::open(&self.path("gate"), PATIENCE)
    }

    /// Lets the function go on that waits.
    pub fn release(&self, line: &str) {
        self.gate().write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Returns the requests to the recipe.
    pub fn linked(&self) -> String {
        fs::read_to_string(self.path("linked")).unwrap_or_default()
    }

    /// Saves the source of a function.
    pub fn save(&self, name: &str, text: &str) {
        self.save_file(&format!("handlers/functions/{name}.rs"), text);
    }

    /// Saves a file as editors do: another file, then renamed.
    pub fn save_file(&self, path: &str, text: &str) {
        let path = self.path(path);
        let new = path.with_file_name(".new.swp");
        fs::write(&new, text).unwrap();
        fs::rename(new, path).unwrap();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let id = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        let _ = kill_process(id, Signal::TERM);
        let _ = self.child.wait();
    }
}

/// The body of the answer of the function; an error if the server ends.
pub fn invoke(address: &str, function: &str, event: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = format!("POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{event}", event.len()).as_bytes())?;
    let mut stream = BufReader::new(stream);
    head_of(&mut stream)?;
    let mut body = String::new();
    stream.read_to_string(&mut body)?;
    Ok(body)
}

/// Waits until `is_so`.
pub fn wait(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn head(stream: &mut impl io::BufRead) -> Vec<String> {
    head_of(stream).unwrap()
}

fn head_of(stream: &mut impl io::BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        match line.trim_end() {
            "" => return Ok(lines),
            line => lines.push(line.to_lowercase()),
        }
    }
}

/// One chunk of a body, as it arrives.
pub fn chunk(stream: &mut impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut size = String::new();
    stream.read_line(&mut size)?;
    let size = usize::from_str_radix(size.trim(), 16).map_err(|_| io::ErrorKind::UnexpectedEof)?;
    let mut bytes = vec![0; size + 2];
    stream.read_exact(&mut bytes)?;
    bytes.truncate(size);
    Ok(bytes)
}
