//! What the emulator knows of the file beside what it does: the calls that it makes, and how it does where pages are larger.

use crate::support::bootstrap::{ALL, elf};
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use std::process::Command;

/// Starts `minimal` of the file with all functions by the emulator itself, with these `options`, which the file's own line has no room for.
fn start(api: &RuntimeApi, options: &[&str]) -> Function {
    let line = std::fs::read_to_string(&*ALL).unwrap();
    let emulator = line.strip_prefix("#!").unwrap().split(' ').next().unwrap();
    let mut command = Command::new(emulator);
    command.args(options).arg(elf(&ALL)).env_clear().env("AWS_LAMBDA_RUNTIME_API", api.address()).env("_HANDLER", "minimal");
    Function::run(&mut command)
}

#[test]
fn three_system_calls_and_no_other_lead_to_the_first_request_and_an_invocation_is_four() {
    let api = RuntimeApi::listen();
    let function = start(&api, &["-strace"]);
    let mut connection = api.accept();
    for _ in 0..3 {
        connection.invoke("id", b"{}");
    }
    connection.next();
    function.terminate();
    let listed = function.end().error;
    // Each line begins with the process's number.
    let calls: Vec<_> = listed.lines().filter_map(|line| line.split_once(' ')?.1.split_once('(')).map(|(name, _)| name).collect();
    assert_eq!(calls[..3], ["socket", "connect", "sendmsg"], "{listed}");
    let ends: Vec<_> = calls.iter().enumerate().filter(|(_, name)| **name == "recvfrom").map(|(at, _)| at).skip(2).take(4).collect();
    assert_eq!(calls[ends[0]..ends[3] + 2], ["recvfrom", "sendmsg"].repeat(4), "{listed}");
}

/// Lambda's kernel has pages of 4 KiB; there are others for this processor.
#[test]
fn it_runs_where_pages_have_16_or_64_kib() {
    for page_bytes in ["16384", "65536"] {
        let api = RuntimeApi::listen();
        let _function = start(&api, &["-p", page_bytes]);
        assert_eq!(api.accept().invoke("id", b"{}").text(), r#"{"statusCode":200,"body":"ok"}"#, "{page_bytes}");
    }
}
