//! Commands that a test waits for: one that does not end fails its test, with what it has printed,
//! and does not keep the program. A module of several test programs.

use rustix::process::{Pid, Signal, kill_process_group};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Several times what the slowest command needs on a loaded machine: a link from the beginning.
const COMMAND_MAX: Duration = Duration::from_secs(900);

/// Kills the process group of a child that runs for longer than `max`.
pub struct Watchdog {
    stop: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Watchdog {
    /// Watches `child`, the leader of a process group.
    pub fn of(child: &Child) -> Self {
        Self::within(child, COMMAND_MAX)
    }

    fn within(child: &Child, max: Duration) -> Self {
        let group = Pid::from_raw(child.id().cast_signed()).unwrap();
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let is_late = stopped.recv_timeout(max) == Err(RecvTimeoutError::Timeout);
            is_late && kill_process_group(group, Signal::KILL).is_ok()
        });
        Self { stop, thread }
    }

    /// Ends the watch. Returns true if the child was killed.
    pub fn has_killed(self) -> bool {
        self.stop.send(()).ok();
        self.thread.join().unwrap()
    }
}

/// Runs `command` to its end, without input.
#[track_caller]
pub fn output(command: &mut Command) -> Output {
    output_within(command, COMMAND_MAX).unwrap_or_else(|output| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        panic!("{command:?} did not end within {COMMAND_MAX:?}: {}{}", text(&output.stdout), text(&output.stderr))
    })
}

/// The output so far is the error of a command that did not end within `max`.
pub fn output_within(command: &mut Command, max: Duration) -> Result<Output, Output> {
    let child = command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let watchdog = Watchdog::within(&child, max);
    let output = child.wait_with_output().unwrap();
    if watchdog.has_killed() { Err(output) } else { Ok(output) }
}
