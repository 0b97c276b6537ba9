//! `watch --inspect` says how a debugger is attached to each process. With `--debug` the process
//! also stops before its first instruction until a debugger, or here a signal, continues it.

use crate::server::{Watch, invoke, wait};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;

#[test]
fn watch_prints_debugger_commands() {
    let watch = Watch::start(&["todo"], &["--inspect"]);
    let process = watch.invoke("todo", "\"process\"");
    let hint = format!("process {process} can be debugged: gdb -p {process}\n");
    wait("it says how to attach", || fs::read_to_string(watch.path("log")).unwrap().contains(&hint));
    assert_eq!(watch.invoke("todo", "7"), "2 7");
}

#[test]
fn watch_stops_processes_until_a_debugger_continues_them() {
    let watch = Watch::start(&["todo"], &["--debug"]);
    let address = watch.address.clone();
    let waiting = std::thread::spawn(move || invoke(&address, "todo", "7"));
    let hint = || {
        let log = fs::read_to_string(watch.path("log")).unwrap();
        let (before, id) = log.lines().find_map(|line| line.split_once(" waits for a debugger: gdb -p "))?;
        (before == format!("process {id}")).then(|| id.to_owned())
    };
    wait("it says how to attach", || hint().is_some());
    let id = hint().unwrap();
    // The process is sent SIGSTOP before the hint, and stops when it is next scheduled.
    wait("it stops", || {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        stat.rsplit(") ").next().is_some_and(|after| after.starts_with('T'))
    });
    kill_process(Pid::from_raw(id.parse().unwrap()).unwrap(), Signal::CONT).unwrap();
    assert_eq!(waiting.join().unwrap().unwrap(), "1 7");
}
