//! The system calls of the file for arm64, as the emulator lists them.

use crate::support::bootstrap::{ALL, elf};
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use std::process::Command;

/// Starts `minimal` of the file with all functions in the emulator, which lists its system calls on
/// stderr.
fn start(api: &RuntimeApi) -> Function {
    let line = std::fs::read_to_string(&*ALL).unwrap();
    let emulator = line.strip_prefix("#!").unwrap().split(' ').next().unwrap();
    let mut command = Command::new(emulator);
    command.arg("-strace").arg(elf(&ALL)).env_clear().env("AWS_LAMBDA_RUNTIME_API", api.address()).env("_HANDLER", "minimal");
    Function::run(&mut command)
}

#[test]
fn start_makes_three_system_calls_and_an_invocation_four() {
    let api = RuntimeApi::listen();
    let function = start(&api);
    let mut connection = api.accept();
    for _ in 0..3 {
        connection.invoke("id", b"{}");
    }
    connection.next();
    function.terminate();
    let listed = function.end().error;
    // Each line begins with the process id.
    let calls: Vec<_> = listed.lines().filter_map(|line| line.split_once(' ')?.1.split_once('(')).map(|(name, _)| name).collect();
    assert_eq!(calls[..3], ["socket", "connect", "sendmsg"], "{listed}");
    let ends: Vec<_> = calls.iter().enumerate().filter(|(_, name)| **name == "recvfrom").map(|(at, _)| at).skip(2).take(4).collect();
    assert_eq!(calls[ends[0]..ends[3] + 2], ["recvfrom", "sendmsg"].repeat(4), "{listed}");
}
