//! `logs-aws`: the addresses in the log of a function of a project are explained by the file that was built last.

use crate::stand_in::{PROGRAM, Said, StandIn};
use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

const SOURCE: &str = "int add(int n) { return n + 1; }\nint main(int n, char **arguments) { return add(n); }\n";
const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[package.metadata.ruchy-lambda]\n";

#[test]
fn logs_aws_names_the_function_and_the_line_of_an_address() {
    let (aws, folder) = (StandIn::start(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("Cargo.toml"), MANIFEST).unwrap();
    fs::write(folder.path().join("orders.c"), SOURCE).unwrap();
    // The file that `package` leaves.
    let built = folder.path().join("target/ruchy-lambda/built/x86_64/orders/shipped");
    fs::create_dir_all(&built).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder.path()).output().unwrap();
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

    let logs = |folder| Said::of(aws.command(PROGRAM).args(["logs-aws", "orders"]).current_dir(folder).output().unwrap()).well();
    let (first, explained) = (format!("{line}\n"), logs(folder.path()));
    let explanation = explained.strip_prefix(&first).expect(&explained);
    assert!(explanation.starts_with(&format!("  0x{address}: add (")) && explanation.contains("orders.c:1:"), "{explained}");
    // Elsewhere nothing is known of the function.
    assert_eq!(logs(std::path::Path::new("/")), first);
}
