//! The program itself, with a shell script as the bootstrap: its output and its exit status.

use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruchy-lambda-bench");
const BOOTSTRAP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cli/tests/bootstrap.sh");

/// Returns exit code, standard output, standard error.
fn parts(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn bench_reports_missing_files() {
    for arguments in [
        &["warm", "--floor", "no/such/file"][..],
        &["warm", "--floor", BOOTSTRAP, "--peers", "no/such/folder", "no/such/file"],
        &["cold-start", "--floor", "no/such/file"],
    ] {
        let (code, out, err) = parts(&Command::new(PROGRAM).args(arguments).output().unwrap());
        assert_eq!((code, out.as_str()), (1, ""), "{arguments:?}");
        assert!(err.starts_with("no/such/file: the file does not exist"), "{arguments:?}: {err}");
    }
}

#[test]
fn scale_bench_checks_answers_and_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("scale.json");
    let scale = |arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["scale", "--floor", BOOTSTRAP, "--peers", "no/peers", "--starts", "2", "--burst-rounds", "1", "--out"]).arg(&out);
        parts(&command.args(arguments).output().unwrap())
    };
    let (code, printed, err) = scale(&[]);
    assert_eq!((code, printed.as_str(), out.exists()), (1, "", false));
    assert!(err.contains("floor: it answered 1 {}, expected {\"statusCode\":200,\"body\":\"ok\"}."), "{err}");
    let (code, _, err) = scale(&["--linked", "many=file"]);
    assert!(code == 2 && err.contains("with N from 1 to 1,000"), "{err}");
}
