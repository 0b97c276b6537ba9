//! A function's life: created, found to be right, changed, invoked, deleted.

use crate::bounded::{Watchdog, output, output_within};
use crate::failures::{for_arm64, wrong};
use crate::stand_in::{FIBONACCI, MINIMAL, StandIn};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The recipes themselves, as a user types them, with the toolchain of this machine.
#[test]
#[ignore = "runs recipes, which build into dist/; `just ci` runs it"]
fn recipes_deploy_update_and_destroy() {
    let aws = StandIn::start();
    let just = |arguments: &[&str]| aws.just(arguments).well();
    let symbols = crate::stand_in::root().join("target/functions/x86_64/minimal/shipped/bootstrap.symbols");
    std::fs::remove_file(&symbols).ok();
    assert_eq!(just(&["deploy", "minimal", "--create-role"]), ARN);
    assert!(symbols.exists(), "`logs-aws` explains addresses by it");
    assert_eq!(just(&["deploy", "minimal", "--memory", "256"]), ARN);
    assert_eq!(aws.function("minimal").unwrap()["Configuration"]["MemorySize"], 256);
    assert_eq!(just(&["invoke-aws", "minimal", "{\"any\": 1}"]), "{\"statusCode\":200,\"body\":\"ok\"}\n");
    assert_eq!(just(&["invoke-aws", "minimal", "--region", "eu-central-1"]), "{\"statusCode\":200,\"body\":\"ok\"}\n");
    for arguments in [&["deploy", "minimal", "--create-role", "--arch", "sparc"][..], &["image", "minimal", "--arch=sparc"]] {
        let refused = aws.just(arguments);
        assert!(refused.code == 2 && refused.err.contains("[possible values: x86_64, arm64]"), "{}", refused.err);
    }
    assert!(just(&["destroy", "minimal"]).contains("function minimal: deleted\n"));
    assert!(aws.function("minimal").is_none());
}

const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:minimal\n";

#[test]
fn created_found_right_changed_and_deleted() {
    let aws = StandIn::start();
    let created = aws.deploy("minimal", &MINIMAL, &["--create-role"]);
    assert!(
        created.err.contains("role ruchy-lambda-minimal: creating it") && created.err.contains("minimal: creating the function"),
        "{}",
        created.err
    );
    assert_eq!(created.well(), ARN);
    let function = aws.function("minimal").unwrap();
    let configuration = &function["Configuration"];
    for (field, expected) in [
        ("Runtime", "provided.al2023"),
        ("Handler", "minimal"),
        ("Role", "arn:aws:iam::123456789012:role/ruchy-lambda-minimal"),
        ("PackageType", "Zip"),
    ] {
        assert_eq!(configuration[field], expected);
    }
    assert_eq!((&configuration["MemorySize"], &configuration["Timeout"]), (&128.into(), &3.into()));
    assert_eq!(configuration["Architectures"], serde_json::json!(["x86_64"]));
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(MINIMAL.with_extension("manifest.json")).unwrap()).unwrap();
    assert_eq!(configuration["CodeSha256"], manifest["code_sha256"]);
    assert_eq!(function["Tags"]["created-by"], "ruchy-lambda");

    let again = aws.deploy("minimal", &MINIMAL, &["--create-role"]);
    assert_eq!(again.err, "minimal: up to date\n");
    assert_eq!(again.well(), ARN);

    let changed = aws.deploy("minimal", &MINIMAL, &["--memory", "256"]);
    let list = "minimal: these settings change:\n  memory  128 MB -> 256 MB\nminimal: updating the configuration\n";
    assert_eq!(changed.err, list);
    assert_eq!(changed.well(), ARN);
    // Settings that are not named stay.
    assert_eq!(aws.deploy("minimal", &MINIMAL, &[]).err, "minimal: up to date\n");

    let other = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal"]);
    assert!(other.err.contains("updating the code") && other.err.contains("handler  minimal -> fibonacci\n"), "{}", other.err);
    assert_eq!(other.well(), ARN);
    let configuration = &aws.function("minimal").unwrap()["Configuration"];
    assert_eq!((&configuration["MemorySize"], &configuration["Handler"]), (&256.into(), &"fibonacci".into()));

    let destroyed = aws.run(&["destroy", "minimal"]).well();
    assert!(destroyed.contains("function minimal: deleted\n") && destroyed.contains("role ruchy-lambda-minimal: deleted\n"), "{destroyed}");
    assert!(aws.function("minimal").is_none());
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());
    let nothing = aws.run(&["destroy", "minimal"]).well();
    assert_eq!(nothing.matches(": does not exist\n").count(), 2, "{nothing}");
}

#[test]
fn options_can_be_set_by_variables() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let mut command = aws.command(crate::stand_in::PROGRAM);
    command.args(["deploy", "minimal", "--archive"]).arg(&*MINIMAL);
    command.env("RUCHY_LAMBDA_FUNCTION", "named-otherwise").env("RUCHY_LAMBDA_ROLE", "ruchy-lambda-minimal");
    command.env("RUCHY_LAMBDA_MEMORY", "192").env("RUCHY_LAMBDA_TIMEOUT", "7");
    let output = output(&mut command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let configuration = &aws.function("named-otherwise").unwrap()["Configuration"];
    assert_eq!((&configuration["MemorySize"], &configuration["Timeout"]), (&192.into(), &7.into()));
    // A role that was made for another function is left to that one.
    let destroyed = aws.run(&["destroy", "named-otherwise"]).well();
    assert!(destroyed.contains("role ruchy-lambda-minimal: not deleted, because it was not created for this function"), "{destroyed}");
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_some());
}

#[test]
fn empty_variable_counts_as_unset() {
    let aws = StandIn::start();
    let mut command = aws.command(crate::stand_in::PROGRAM);
    command.args(["deploy", "minimal", "--create-role", "--archive"]).arg(&*MINIMAL);
    for variable in ["FUNCTION", "ARCH", "MEMORY", "TIMEOUT", "ROLE"] {
        command.env(format!("RUCHY_LAMBDA_{variable}"), "");
    }
    let output = output(&mut command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), ARN);
}

#[test]
fn invoke_aws_prints_response_and_log_tail() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let invoked = aws.run(&["invoke-aws", "minimal", "{\"any\":1}"]);
    assert!(invoked.err.starts_with("START RequestId: ") && invoked.err.contains("\tInit Duration: "), "{}", invoked.err);
    assert_eq!(invoked.well(), "{\"statusCode\":200,\"body\":\"ok\"}\n");
    // Options may precede or follow an event, and an event may begin with a hyphen.
    aws.run(&["invoke-aws", "minimal", "-1", "--region", "eu-central-1"]).well();
    let outcome = aws.run(&["invoke-aws", "minimal", "--region", "eu-west-1"]).failed();
    assert!(outcome.contains("Invoke: Function not found"), "{outcome}");
    let outcome = aws.run(&["invoke-aws", "--profile", "unheard-of", "minimal", "{}"]).failed();
    assert!(outcome.contains("the AWS CLI has no profile unheard-of"), "{outcome}");
    let warm = aws.run(&["invoke-aws", "minimal"]);
    assert!(warm.err.contains("REPORT RequestId: ") && !warm.err.contains("Init Duration: "), "{}", warm.err);
    aws.tell("/stand-in/answer/minimal", "{\"errorType\":\"Function.Error\"}");
    let failed = aws.run(&["invoke-aws", "minimal"]);
    assert_eq!((failed.code, failed.out.as_str()), (1, "{\"errorType\":\"Function.Error\"}\n"));
}

/// `tests/run.sh` ends the process groups of test programs, and the emulators are in sessions of
/// their own.
#[test]
fn stand_in_that_is_ended_ends_its_emulators() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.run(&["invoke-aws", "minimal"]).well();
    let processes = aws.processes();
    let &[server, emulator] = &processes[..] else { panic!("{processes:?}") };
    let is_there = |id: i32| Path::new("/proc").join(id.to_string()).join("exe").exists();
    assert!(is_there(server) && is_there(emulator));
    kill_process(Pid::from_raw(server).unwrap(), Signal::TERM).unwrap();
    aws.wait_for_end();
    assert!(!is_there(emulator), "the emulator is left");
}

#[test]
fn command_that_does_not_end_is_killed_with_its_children() {
    // The child holds the pipes, too.
    let mut command = Command::new("sh");
    command.args(["-c", "mkfifo \"$0/gate\"; cat \"$0/gate\" & cat \"$0/gate\""]);
    let folder = tempfile::tempdir().unwrap();
    let killed = output_within(command.arg(folder.path()), Duration::from_millis(500)).unwrap_err();
    assert!(!killed.status.success());
    assert_eq!(output(Command::new("sh").args(["-c", "echo done"])).stdout, b"done\n");
}

/// A user presses Ctrl-C during a call: `PPID` is the tool, and the call outlives it.
fn interrupt(call: &str) -> String {
    format!("*' {call} '*) kill -INT $PPID; while kill -0 $PPID 2>/dev/null; do :; done; exit 1;;")
}

#[test]
fn interrupted_commands_list_existing_resources() {
    let aws = StandIn::start();
    aws.interfere(&interrupt("create-function"));
    let outcome = aws.deploy("minimal", &MINIMAL, &["--create-role"]);
    let left = "Left behind: parts of the function minimal, and the role ruchy-lambda-minimal. Deploying again continues from there; `just destroy minimal` deletes it.\n";
    assert!(outcome.code == 130 && outcome.err.ends_with(left), "{}: {}", outcome.code, outcome.err);
    // It does go on.
    aws.interfere("");
    assert!(!aws.deploy("minimal", &MINIMAL, &["--create-role"]).err.contains("role ruchy-lambda-minimal: creating it"));
    // The message does not advise to delete resources that existed before.
    aws.interfere(&interrupt("update-function-configuration"));
    let outcome = aws.deploy("minimal", &MINIMAL, &["--memory", "256"]);
    let left = "Left behind: parts of the function minimal. Deploying again continues from there.\n";
    assert!(outcome.code == 130 && outcome.err.ends_with(left), "{}: {}", outcome.code, outcome.err);
    let outcome = aws.run(&["bench-aws", "minimal", "--peers", "go", "--yes"]);
    for left in [
        "minimal may have the variable RUCHY_LAMBDA_COLD_START in addition to its own.",
        "`just destroy ruchy-lambda-peer-go` deletes it\n",
    ] {
        assert!(outcome.code == 130 && outcome.err.contains(left), "{}: {}", outcome.code, outcome.err);
    }
    aws.interfere(&interrupt("delete-log-group"));
    let outcome = aws.run(&["destroy", "minimal"]);
    assert!(
        outcome.code == 130 && outcome.err.ends_with("`just destroy minimal` continues from there.\n"),
        "{}: {}",
        outcome.code,
        outcome.err
    );
    aws.interfere("");
    assert!(aws.run(&["destroy", "minimal"]).well().contains("role ruchy-lambda-minimal: deleted\n"));
}

/// For another processor: nothing here runs it, so its handlers are not asked for.
#[test]
fn deploy_changes_the_processor() {
    let aws = StandIn::start();
    let folder = tempfile::tempdir().unwrap();
    let arm64 = wrong(&folder, "arm64.zip", for_arm64);
    aws.deploy("minimal", &arm64, &["--arch", "arm64", "--create-role"]).well();
    let architectures = || aws.function("minimal").unwrap()["Configuration"]["Architectures"].clone();
    assert_eq!(architectures(), serde_json::json!(["arm64"]));
    assert_eq!(aws.deploy("minimal", &arm64, &["--arch", "arm64"]).err, "minimal: up to date\n");
    let changed = aws.deploy("minimal", &MINIMAL, &[]);
    assert!(changed.err.contains("minimal: updating the code, ") && changed.err.ends_with(" bytes for x86_64\n"), "{}", changed.err);
    assert_eq!(architectures(), serde_json::json!(["x86_64"]));
    let outcome = aws.deploy("minimal", &MINIMAL, &["--arch", "arm64"]).failed();
    assert!(outcome.contains("it is for x86_64; expected arm64") && outcome.contains("`just build --arch arm64`"), "{outcome}");
}

#[test]
fn invoke_aws_waits_for_long_invocation() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    // As long as Lambda lets a function run, and more. The CLI's own patience is a minute.
    aws.interfere("*' lambda invoke '*' --cli-read-timeout 960'*) ;;\n*' lambda invoke '*) refuse ReadTimeout Invoke;;");
    aws.run(&["invoke-aws", "minimal"]).well();
}

#[test]
fn logs_prints_the_log_of_a_function() {
    let aws = StandIn::start();
    let outcome = aws.run(&["logs-aws", "minimal"]).failed();
    assert!(outcome.contains("the log group /aws/lambda/minimal does not exist"), "{outcome}");
    let (group, stream) = ("/aws/lambda/minimal", "2026/11/22/[$LATEST]0");
    aws.aws(&["logs", "create-log-group", "--log-group-name", group]).unwrap();
    aws.aws(&["logs", "create-log-stream", "--log-group-name", group, "--log-stream-name", stream]).unwrap();
    let now_ms = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let events = format!("[{{\"timestamp\":{now_ms},\"message\":\"one\\n\"}},{{\"timestamp\":{now_ms},\"message\":\"two\"}}]");
    aws.aws(&["logs", "put-log-events", "--log-group-name", group, "--log-stream-name", stream, "--log-events", &events]).unwrap();
    assert_eq!(aws.run(&["logs-aws", "minimal"]).well(), "one\ntwo\n");
    assert_eq!(aws.run(&["logs-aws", "minimal", "--since", "52704000"]).well(), "one\ntwo\n");
    for since in ["400000000000000000", "x"] {
        let outcome = aws.run(&["logs-aws", "minimal", "--since", since]);
        let message = format!("'{since}' for '--since <MINUTES>': expected a whole number from 1 to 52704000");
        assert!(outcome.code == 2 && outcome.err.contains(&message), "{}", outcome.err);
    }
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    assert!(aws.run(&["destroy", "minimal"]).well().contains("log group /aws/lambda/minimal: deleted\n"));
}

/// Two looks: one that finds a change under way, and one more before it is done.
const SLOW: &str = "2";

#[test]
fn deploy_waits_for_each_change() {
    let aws = StandIn::start();
    aws.tell("/stand-in/slow/minimal", SLOW);
    let is_done = || {
        let function = aws.function("minimal").unwrap();
        assert_eq!(
            (&function["Configuration"]["State"], &function["Configuration"]["LastUpdateStatus"]),
            (&"Active".into(), &"Successful".into())
        );
    };
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    is_done();
    // The code, and then the configuration, which Lambda would refuse in between.
    let both = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal"]);
    assert!(both.err.contains("updating the code") && both.err.contains("updating the configuration"), "{}", both.err);
    both.well();
    is_done();
    // Another client has begun a change.
    aws.aws(&["lambda", "update-function-configuration", "--function-name", "minimal", "--timeout", "9"]).unwrap();
    aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal", "--memory", "256"]).well();
    is_done();
}

#[test]
fn deploy_waits_for_a_function_created_concurrently() {
    let aws = StandIn::start();
    aws.deploy("fibonacci", &FIBONACCI, &["--create-role"]).well();
    aws.tell("/stand-in/slow/minimal", SLOW);
    let (role, code) = ("arn:aws:iam::123456789012:role/ruchy-lambda-fibonacci", format!("fileb://{}", MINIMAL.display()));
    let what =
        ["--runtime", "provided.al2023", "--handler", "minimal", "--role", role, "--zip-file", &code, "--tags", "created-by=ruchy-lambda"];
    aws.aws(&[&["lambda", "create-function", "--function-name", "minimal"], &what[..]].concat()).unwrap();
    // Another client invokes it meanwhile.
    assert!(aws.run(&["invoke-aws", "minimal"]).failed().contains("Invoke: another update of the function is in progress"));
    assert_eq!(aws.deploy("minimal", &MINIMAL, &[]).err, "minimal: up to date\n");
    aws.run(&["invoke-aws", "minimal"]).well();
}

#[test]
fn deploy_waits_for_role_when_updating() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let folder = tempfile::tempdir().unwrap();
    let asked = folder.path().join("asked").display().to_string();
    let unknown = "An error occurred (InvalidParameterValueException) when calling the UpdateFunctionConfiguration operation: The role defined for the function cannot be assumed by Lambda.";
    aws.interfere(&format!(
        "*' update-function-configuration '*) [ -e {asked} ] || {{ touch {asked}; echo '{unknown}' >&2; exit 254; }};;"
    ));
    let outcome = aws.deploy("minimal", &MINIMAL, &["--role", "arn:aws:iam::123456789012:role/late"]);
    assert!(outcome.err.contains("role arn:aws:iam::123456789012:role/late: Lambda cannot assume it yet, retrying"), "{}", outcome.err);
    outcome.well();
    assert_eq!(aws.function("minimal").unwrap()["Configuration"]["Role"], "arn:aws:iam::123456789012:role/late");
}

#[test]
fn deploy_waits_for_role_propagation() {
    let aws = StandIn::start();
    let mut command = aws.command(crate::stand_in::PROGRAM);
    command.args(["deploy", "minimal", "--role", "arn:aws:iam::123456789012:role/late", "--archive"]).arg(&*MINIMAL);
    let mut child = command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let watchdog = Watchdog::of(&child);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let waits = lines.by_ref().find(|line| line.as_ref().unwrap().contains("Lambda cannot assume it yet, retrying"));
    assert!(waits.is_some(), "it did not wait");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    aws.aws(&["iam", "create-role", "--role-name", "late", "--assume-role-policy-document", trust]).unwrap();
    let rest: Vec<_> = lines.map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    assert!(!watchdog.has_killed() && aws.function("minimal").is_some());
}
