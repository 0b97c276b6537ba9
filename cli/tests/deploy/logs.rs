//! `logs-aws`: the addresses in a function's log are explained by the file that was built last.

use crate::bounded::output;
use crate::stand_in::{Outcome, PROGRAM, StandIn};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

const SOURCE: &str = "int add(int n) { return n + 1; }\nint main(int n, char **arguments) { return add(n); }\n";
const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[package.metadata.ruchy-lambda]\n";

/// The addresses of the log are explained in `folder`, whose build has left the file with symbols
/// in `built`, and not elsewhere.
fn is_explained(folder: &Path, built: &str) {
    let aws = StandIn::start();
    fs::write(folder.join("orders.c"), SOURCE).unwrap();
    let built = folder.join(built);
    fs::create_dir_all(&built).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let symbols = built.join("bootstrap.symbols").display().to_string();
    run("cc", &["-O0", "-g", "-no-pie", "-fno-pie", "-o", &symbols, "orders.c"]);
    let listed = run("nm", &[&symbols]);
    let address = listed.lines().find_map(|line| line.strip_suffix(" T add")).expect(&listed).trim_start_matches('0');

    let group = ["--log-group-name", "/aws/lambda/orders"];
    aws.aws(&[&["logs", "create-log-group"], &group[..]].concat()).unwrap();
    aws.aws(&[&["logs", "create-log-stream", "--log-stream-name", "one"], &group[..]].concat()).unwrap();
    let line = format!("ruchy-lambda: RequestId: 1 the deadline passes in 100 ms, and the handler is still running, at 0x{address}");
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let events = serde_json::json!([{ "timestamp": u64::try_from(now_ms).unwrap(), "message": line }]).to_string();
    aws.aws(&[&["logs", "put-log-events", "--log-stream-name", "one", "--log-events", &events], &group[..]].concat()).unwrap();

    let logs = |folder| Outcome::of(output(aws.command(PROGRAM).args(["logs-aws", "orders"]).current_dir(folder))).well();
    let (first, explained) = (format!("{line}\n"), logs(folder));
    let explanation = explained.strip_prefix(&first).expect(&explained);
    assert!(explanation.starts_with(&format!("  0x{address}: add (")) && explanation.contains("orders.c:1:"), "{explained}");
    // Elsewhere nothing is known of the function.
    assert_eq!(logs(Path::new("/")), first);
}

#[test]
fn logs_aws_explains_addresses_in_a_project() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Cargo.toml"), MANIFEST).unwrap();
    is_explained(folder.path(), "target/ruchy-lambda/built/x86_64/orders/shipped");
}

/// `recipes_deploy_update_and_destroy` checks that a deployment leaves the file there.
#[test]
fn logs_aws_explains_addresses_in_this_repository() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("handlers/functions")).unwrap();
    is_explained(folder.path(), "target/functions/x86_64/orders/shipped");
}
