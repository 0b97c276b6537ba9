//! A function's process: started as Lambda starts it, its output collected, and always ended.

use super::PATIENCE;
use super::links::COVERAGE;
use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use std::env;
use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The time that a process has to write its counters; one that does not handle SIGTERM writes none.
const COUNTERS_MAX: Duration = Duration::from_secs(2);

/// A running bootstrap.
pub struct Function {
    child: Child,
    output: Option<JoinHandle<String>>,
    error: Option<JoinHandle<String>>,
}

/// The status and output of a function that has ended.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub output: String,
    pub error: String,
}

impl Function {
    /// Starts `bootstrap` with nothing but `environment`.
    pub fn start<K: AsRef<OsStr>, V: AsRef<OsStr>>(bootstrap: &Path, environment: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::run(Command::new(bootstrap).env_clear().envs(environment))
    }

    /// Starts `command`.
    pub fn run(command: &mut Command) -> Self {
        Self::run_with_streams(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    /// Starts `command` with the streams that it names. Only piped streams are collected.
    pub fn run_with_streams(command: &mut Command) -> Self {
        if let Some(folder) = env::var_os(COVERAGE) {
            command.env("RUCHY_LAMBDA_COUNTERS", Path::new(&folder).join(""));
        }
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let (output, error) = (child.stdout.take().map(collect), child.stderr.take().map(collect));
        Self { child, output, error }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    pub fn signal(&self, signal: Signal) {
        signal::kill(Pid::from_raw(self.id().cast_signed()), signal).unwrap();
    }

    /// Returns its CPU time, in ticks of the kernel (mostly hundredths of a second).
    pub fn cpu_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap();
        let behind_name = stat.rsplit_once(')').unwrap().1;
        behind_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
    }

    /// Returns the number of its page faults that needed no disk.
    pub fn minor_faults(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap();
        let after_name = stat.rsplit_once(')').unwrap().1;
        after_name.split_whitespace().nth(7).unwrap().parse().unwrap()
    }

    /// Returns the number of its open descriptors.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).unwrap().count()
    }

    /// Stops it with SIGSTOP, as a sandbox is frozen.
    pub fn freeze(&self) {
        self.asleep();
        self.signal(Signal::SIGSTOP);
        let start = Instant::now();
        while !self.status("State").starts_with('T') {
            assert!(start.elapsed() < PATIENCE, "it does not stop");
            thread::yield_now();
        }
    }

    /// Continues it with SIGCONT.
    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// Sends SIGKILL.
    pub fn kill(&self) {
        signal::kill(Pid::from_raw(self.id().cast_signed()), Signal::SIGKILL).unwrap();
    }

    /// Returns the value of `name` in `/proc/PID/status`.
    pub fn status(&self, name: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap().trim().to_owned()
    }

    /// Returns its peak memory in KiB, without pages of its file: how many of those a fault maps
    /// depends on how the file was written.
    pub fn peak_memory_kib(&self) -> u64 {
        self.memory_kib("VmHWM") - self.memory_kib("RssFile")
    }

    /// Returns [`Self::status`] of a size, in KiB.
    pub fn memory_kib(&self, name: &str) -> u64 {
        self.status(name).strip_suffix(" kB").unwrap().parse().unwrap()
    }

    /// Waits until it sleeps in an interruptible call. Returns how often it has gone to sleep.
    pub fn asleep(&self) -> u64 {
        let start = Instant::now();
        while !self.status("State").starts_with('S') {
            assert!(start.elapsed() < PATIENCE, "it does not go to sleep");
            thread::yield_now();
        }
        self.status("voluntary_ctxt_switches").parse().unwrap()
    }

    /// Waits until it has gone to sleep again since [`Self::asleep`] returned `before`: it has
    /// handled the event that woke it.
    pub fn asleep_since(&self, before: u64) {
        let start = Instant::now();
        while self.asleep() == before {
            assert!(start.elapsed() < PATIENCE, "it does not wake");
            thread::yield_now();
        }
    }

    /// Sends SIGTERM, at which a file with counters writes them, and waits for the end for a while.
    fn write_counters(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let id = Pid::from_raw(self.id().cast_signed());
        signal::kill(id, Signal::SIGTERM).ok();
        let (ended, has_ended) = mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            if has_ended.recv_timeout(COUNTERS_MAX) == Err(RecvTimeoutError::Timeout) {
                signal::kill(id, Signal::SIGKILL).ok();
            }
        });
        self.child.wait().ok();
        drop(ended);
        watchdog.join().ok();
    }

    /// Waits until the process has ended by itself. Fails if it does not.
    pub fn end(mut self) -> Ended {
        // A process that does not end is killed after a while.
        let (ended, has_ended) = mpsc::channel::<()>();
        let id = Pid::from_raw(self.id().cast_signed());
        let watchdog = thread::spawn(move || {
            let is_late = has_ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
            if is_late {
                signal::kill(id, Signal::SIGKILL).ok();
            }
            is_late
        });
        let status = self.child.wait().unwrap();
        drop(ended);
        assert!(!watchdog.join().unwrap(), "it does not end: {status}");
        let join = |collected: &mut Option<JoinHandle<String>>| collected.take().map(|text| text.join().unwrap()).unwrap_or_default();
        Ended { status, output: join(&mut self.output), error: join(&mut self.error) }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        if env::var_os(COVERAGE).is_some() {
            self.write_counters();
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
