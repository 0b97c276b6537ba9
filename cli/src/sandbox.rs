//! A sandbox: one bootstrap's process and the Runtime API it talks to. It handles one invocation at
//! a time, and reports its outcome.
//!
//! Its users, `invoke.rs` and `serve/instance.rs`, decide when a process is started, ended and
//! restarted.

use crate::Error;
use crate::environment::Function;
use crate::locate::stopped;
use crate::outcome::Outcome;
use crate::process::{Process, Start};
use crate::runtime_api::{Event, Invocation, Post, RuntimeApi};
use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

/// The time limit for a process to ask for its first event.
pub const INIT_MAX: Duration = Duration::from_secs(10);

/// The time-out of invocations, and of the start, where a debugger may stop the process: a day.
pub const DEBUGGED_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// The use of a debugger with the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Debugger {
    /// There is none.
    #[default]
    None,
    /// One may be attached at any time.
    Attaches,
    /// The process waits for one before its first instruction.
    Waits,
}

/// The time that a process has to end after it reported that it cannot start.
const INIT_ERROR_EXIT_MAX: Duration = Duration::from_millis(500);

/// The time that the last messages of an ended process may take to arrive through its socket.
const LAST_WORDS_MAX: Duration = Duration::from_millis(100);

/// See the module's text.
#[derive(Debug)]
pub struct Sandbox {
    process: Process,
    api: RuntimeApi,
    events: UnboundedReceiver<Event>,
    function_arn: String,
    has_initialized: bool,
    debugger: Debugger,
    /// The file with symbols of the bootstrap, by which stacks are read.
    symbols: Option<Arc<PathBuf>>,
}

/// The result of an invocation, and its cost.
#[derive(Debug)]
pub struct Record {
    pub outcome: Outcome,
    pub duration: Duration,
    /// Only for the first invocation of a process.
    pub init: Option<Duration>,
    pub peak_memory_kb: Option<u64>,
    /// Until when the process may take to ask for its next event.
    pub deadline: Instant,
    /// The stack of a process that crashed or timed out, the innermost function first;
    /// empty if unknown.
    pub stack: Vec<String>,
}

impl Record {
    /// The stack in lines, if it is known.
    #[must_use]
    pub fn stack_lines(&self) -> Option<String> {
        let lines: Vec<String> = self.stack.iter().map(|frame| format!("    at {frame}")).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// Whichever comes first.
enum Happening {
    Event(Event),
    Exited { at: Instant, status: ExitStatus },
    Deadline,
}

impl Sandbox {
    /// Starts the process; its output is written to `output`. It initializes in the background,
    /// as on Lambda.
    ///
    /// # Errors
    /// [`Error::NotStarted`], [`Error::System`].
    pub async fn start(function: &Function, output: OwnedFd) -> Result<Self, Error> {
        Self::start_for(function, Debugger::None, output).await
    }

    /// [`Self::start`], for a debugger.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_for(function: &Function, debugger: Debugger, output: OwnedFd) -> Result<Self, Error> {
        let (api, events) = RuntimeApi::start().await?;
        let log_stream_id = Uuid::new_v4().simple().to_string();
        let variables = function.variables(api.address, &log_stream_id, now_ms());
        let memory_mb = (!is_interpreted(&function.bootstrap)).then_some(function.memory_mb);
        let start = Start { memory_mb, is_stopped: debugger == Debugger::Waits };
        let process = Process::start(&function.bootstrap, &variables, start, output)?;
        Ok(Self { process, api, events, function_arn: function.arn(), has_initialized: false, debugger, symbols: None })
    }

    /// From now on records have the stack of a process that crashes or is timed out, by the file
    /// with symbols that it was linked with.
    pub fn read_stacks(&mut self, symbols: Option<Arc<PathBuf>>) {
        self.symbols = symbols;
    }

    /// Hands the event over, once the process has asked for one, and waits for what comes of it.
    pub async fn invoke(&mut self, mut invocation: Invocation, timeout: Duration) -> Record {
        let mut init = None;
        if !self.has_initialized {
            let (took, failure) = self.initialized().await;
            init = Some(took);
            if let Some((outcome, peak_memory_kb)) = failure {
                return Record {
                    outcome,
                    duration: Duration::ZERO,
                    init,
                    peak_memory_kb,
                    deadline: Instant::now() + INIT_ERROR_EXIT_MAX,
                    stack: Vec::new(),
                };
            }
        }
        invocation.deadline_ms = now_ms() + u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX / 2);
        invocation.function_arn.clone_from(&self.function_arn);
        let mut delivered = Instant::now();
        let deadline = delivered + timeout;
        self.api.offer(invocation);
        let mut stack = Vec::new();
        let (ended, outcome, peak_memory_kb) = loop {
            match self.happening(deadline).await {
                Happening::Event(Event::Ready { .. }) => {}
                Happening::Event(Event::Delivered { at }) => delivered = at,
                Happening::Event(Event::Posted { at, post, hold }) => {
                    let peak_memory_kb = self.process.peak_memory_kb();
                    if matches!(post, Post::Error { .. }) {
                        stack = self.stack(stopped::crashed_stack_of);
                    }
                    drop(hold);
                    break (at, outcome(post), peak_memory_kb);
                }
                Happening::Exited { at, status } => break (at, Outcome::Exited(status), None),
                Happening::Deadline => {
                    stack = self.stack(stopped::stack_of);
                    break (delivered + timeout, Outcome::TimedOut(timeout), self.process.peak_memory_kb());
                }
            }
        };
        Record { outcome, duration: ended.duration_since(delivered), init, peak_memory_kb, deadline, stack }
    }

    fn stack(&self, read: fn(u32, &Path) -> Vec<String>) -> Vec<String> {
        match (self.process.id(), &self.symbols) {
            (Some(id), Some(symbols)) => read(id, symbols),
            _ => Vec::new(),
        }
    }

    /// Waits until the process has asked for its next event, as Lambda does before an invocation
    /// counts as over. False when it has ended instead, or has not asked by the `deadline`.
    pub async fn settled(&mut self, deadline: Instant) -> bool {
        loop {
            tokio::select! {
                biased;
                Some(event) = self.events.recv() => if let Event::Ready { .. } = event {
                    return true;
                },
                _ = self.process.exited() => return false,
                () = tokio::time::sleep_until(deadline.into()) => return false,
            }
        }
    }

    /// The line that says how to debug the process, if it is to be debugged.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let id = self.process.id().filter(|_| self.debugger != Debugger::None)?;
        let waits = if self.debugger == Debugger::Waits { "waits for a debugger" } else { "can be debugged" };
        Some(format!("process {id} {waits}: gdb -p {id}"))
    }

    /// The id of the process; `None` once it has ended.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Returns true if the process has ended.
    pub fn has_exited(&mut self) -> bool {
        self.process.has_exited()
    }

    /// Ends the process.
    pub async fn stop(self) {
        self.process.stop().await;
    }

    /// Waits until the process asks for its first event or fails to, and returns the time
    /// until then.
    async fn initialized(&mut self) -> (Duration, Option<(Outcome, Option<u64>)>) {
        let started = self.process.started;
        let init_max = if self.debugger == Debugger::None { INIT_MAX } else { DEBUGGED_MAX };
        loop {
            match self.happening(started + init_max).await {
                Happening::Event(Event::Ready { at }) => {
                    self.has_initialized = true;
                    return (at.duration_since(started), None);
                }
                Happening::Event(Event::Posted { at, post, hold }) => {
                    let peak_memory_kb = self.process.peak_memory_kb();
                    drop(hold);
                    return (at.duration_since(started), Some((outcome(post), peak_memory_kb)));
                }
                Happening::Event(Event::Delivered { .. }) => {}
                Happening::Exited { at, status } => return (at.duration_since(started), Some((Outcome::Exited(status), None))),
                Happening::Deadline => return (init_max, Some((Outcome::InitTimedOut(init_max), self.process.peak_memory_kb()))),
            }
        }
    }

    async fn happening(&mut self, deadline: Instant) -> Happening {
        tokio::select! {
            biased;
            Some(event) = self.events.recv() => Happening::Event(event),
            status = self.process.exited() => {
                let at = Instant::now();
                match tokio::time::timeout(LAST_WORDS_MAX, self.events.recv()).await {
                    Ok(Some(event)) => Happening::Event(event),
                    _ => Happening::Exited { at, status },
                }
            }
            () = tokio::time::sleep_until(deadline.into()) => Happening::Deadline,
        }
    }
}

fn outcome(post: Post) -> Outcome {
    match post {
        Post::Response { content_type, body } => Outcome::Response { content_type, body },
        Post::Error { error_type, body } => Outcome::FunctionError { error_type, body },
        Post::InitError { error_type, body } => Outcome::InitError { error_type, body },
        Post::TooLarge { bytes } => Outcome::TooLarge { bytes },
    }
}

fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX / 2)
}

/// Another program runs the file, such as the emulator of `linker/emulated.sh`: that program's own
/// memory would count against the function's.
fn is_interpreted(bootstrap: &Path) -> bool {
    let mut first = [0; 2];
    File::open(bootstrap).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == *b"#!"
}
