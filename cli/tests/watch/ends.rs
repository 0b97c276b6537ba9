//! The end of `watch`: no process is left, of functions or of a build.

use crate::server::{PROGRAM, Place, SOURCE, Watch, invoke, wait};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

/// Links at once, but for a source that waits: its build writes its process id, and reads the FIFO
/// `gate`.
const LINK: &str = concat!(
    "for name in $RUCHY_LAMBDA_HANDLERS; do\n",
    "if grep -q waits handlers/functions/$name.rs; then echo $$ > building.new; mv building.new building; read -r line < gate; fi\n",
    "done\n",
);

/// Ends `watch` by `end` while one process of a function is idle, another runs an invocation, and a
/// build runs. Waits until all are gone.
fn ends_with_all(command: impl FnOnce(&Place) -> Command, end: impl FnOnce(&mut Watch)) {
    let place = Place::new(LINK);
    for name in ["a", "b"] {
        place.write(&format!("handlers/functions/{name}.rs"), SOURCE);
    }
    let command = command(&place);
    let mut watch = Watch::of(place, command);
    let address = watch.address.clone();
    // It waits for the FIFO until its process is ended.
    let waiting = std::thread::spawn(move || invoke(&address, "a", "\"gate\""));
    let _gate = watch.gate();
    let mut processes = vec![watch.invoke("a", "\"process\"")];
    watch.save("b", &format!("{SOURCE} // waits\n"));
    wait("b is built", || watch.path("building").exists());
    processes.push(fs::read_to_string(watch.path("building")).unwrap().trim().to_owned());
    end(&mut watch);
    for process in processes {
        wait("a process is left", || !Path::new("/proc").join(&process).exists());
    }
    let answer = waiting.join().unwrap();
    assert!(!answer.is_ok_and(|body| body.starts_with("passed")), "the function was released");
    wait("the port is still open", || TcpStream::connect(&watch.address).is_err());
}

fn watch_of(place: &Place) -> Command {
    let mut command = place.command(PROGRAM);
    command.args(["watch", "0", "--timeout", "60"]);
    command
}

fn signal(watch: &Watch, signal: Signal) {
    kill_process(Pid::from_raw(watch.child.id().cast_signed()).unwrap(), signal).unwrap();
}

#[test]
fn watch_ends_with_all_processes_on_each_signal() {
    for sent in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        ends_with_all(watch_of, |watch| signal(watch, sent));
    }
}

#[test]
fn watch_ends_with_all_processes_when_its_parent_dies() {
    let under_a_shell = |place: &Place| {
        let mut command = place.command("sh");
        command.args(["-c", &format!("'{PROGRAM}' watch 0 --timeout 60 & wait")]);
        command
    };
    ends_with_all(under_a_shell, |watch| signal(watch, Signal::KILL));
}
