//! Resources that this tool did not create are not deleted. Resources that it created before a
//! failure are reported or removed.

use crate::stand_in::{FIBONACCI, MINIMAL, StandIn};
use crate::starts::peers;
use serde_json::Value;

const ROLE: &str = "arn:aws:iam::123456789012:role/service-role/theirs";

/// A function that another tool has created from another file.
fn theirs(aws: &StandIn, name: &str) -> Value {
    aws.aws(&["iam", "create-role", "--role-name", "theirs", "--path", "/service-role/", "--assume-role-policy-document", "{}"]);
    let code = format!("fileb://{}", MINIMAL.display());
    let what = ["--runtime", "nodejs20.x", "--handler", "index.handler", "--role", ROLE, "--zip-file", &code, "--tags", "team=payments"];
    aws.aws(&[&["lambda", "create-function", "--function-name", name], &what[..]].concat()).unwrap();
    aws.function(name).unwrap()["Configuration"].clone()
}

#[test]
fn deploy_does_not_overwrite_functions_of_other_tools() {
    let aws = StandIn::start();
    let before = theirs(&aws, "minimal");
    let outcome = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(outcome.contains("minimal exists already, and was not created by this tool. It is not changed."), "{outcome}");
    assert!(outcome.contains("--force overwrites it"), "{outcome}");
    let after = &aws.function("minimal").unwrap()["Configuration"];
    assert_eq!((&after["RevisionId"], &after["Runtime"]), (&before["RevisionId"], &"nodejs20.x".into()));
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());

    aws.deploy("minimal", &MINIMAL, &["--force"]).well();
    let function = aws.function("minimal").unwrap();
    assert_eq!(
        (&function["Configuration"]["Runtime"], &function["Configuration"]["Handler"]),
        (&"provided.al2023".into(), &"minimal".into())
    );
    assert_eq!((&function["Tags"]["team"], &function["Tags"]["created-by"]), (&"payments".into(), &"ruchy-lambda".into()));
    assert_eq!(aws.deploy("minimal", &MINIMAL, &[]).err, "minimal: up to date\n");
}

#[test]
fn function_with_unreadable_tags_is_not_overwritten() {
    let aws = StandIn::start();
    let unread =
        r#"{"Configuration":{"Runtime":"nodejs20.x"},"TagsError":{"ErrorCode":"AccessDeniedException","Message":"not authorized"}}"#;
    aws.interfere(&format!("*' get-function '*) echo '{unread}'; exit;;\n*) refuse UnexpectedException Any;;"));
    let outcome = aws.deploy("minimal", &MINIMAL, &[]).failed();
    assert!(outcome.contains("has tags that cannot be read") && outcome.contains("see deploy/policy.json): not authorized"), "{outcome}");
}

#[test]
fn bench_leaves_peers_of_other_tools_alone() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    crate::starts::say(&aws, "minimal", 7.5, 13);
    let before = theirs(&aws, "ruchy-lambda-peer-cpp");
    let (folder, peers) = (tempfile::tempdir().unwrap(), peers(&["cpp"]));
    let table = crate::starts::bench(&aws, &folder.path().join("aws.json"), peers.path(), &["--peers", "cpp", "--yes"]).well();
    assert!(
        table.contains("cpp: not measured, the function ruchy-lambda-peer-cpp exists already, and it was not created by this tool"),
        "{table}"
    );
    assert_eq!(aws.function("ruchy-lambda-peer-cpp").unwrap()["Configuration"]["RevisionId"], before["RevisionId"]);
}

#[test]
fn failure_does_not_suggest_deleting_existing_function() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.deploy("minimal", &MINIMAL, &["--name", "mine", "--role", "ruchy-lambda-minimal"]).well();
    aws.interfere("*' update-function-configuration '*) refuse AccessDeniedException UpdateFunctionConfiguration;;");
    let outcome = aws.deploy("minimal", &MINIMAL, &["--name", "mine", "--create-role"]).failed();
    let (_, left) =
        outcome.split_once("Left behind: the role ruchy-lambda-mine, created just now, exists. ").unwrap_or_else(|| panic!("{outcome}"));
    assert!(!outcome.contains("just destroy"), "{outcome}");
    // The suggested commands work.
    for line in left.split('`').filter(|part| part.starts_with("aws ")) {
        aws.aws(&line.split(' ').skip(1).collect::<Vec<_>>()).unwrap_or_else(|| panic!("{line}"));
    }
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-mine"]).is_none());
    assert!(aws.function("mine").is_some());
}

#[test]
fn failed_wait_names_the_created_function() {
    let aws = StandIn::start();
    aws.interfere("*' lambda wait '*) refuse ExpiredTokenException GetFunction;;");
    let outcome = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(outcome.contains("GetFunction: the credentials have expired"), "{outcome}");
    for left in [
        "Left behind: the function minimal, created just now, exists. `just destroy minimal`",
        "Left behind: the role ruchy-lambda-minimal, created",
    ] {
        assert!(outcome.contains(left), "{outcome}");
    }
    assert!(aws.function("minimal").is_some());
}

#[test]
fn failed_wait_deletes_the_created_peer() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.interfere("*' lambda wait '*) refuse ExpiredTokenException GetFunction;;");
    let (folder, peers) = (tempfile::tempdir().unwrap(), peers(&["cpp"]));
    let bench = || crate::starts::bench(&aws, &folder.path().join("aws.json"), peers.path(), &["--peers", "cpp", "--yes"]).failed();
    let outcome = bench();
    assert!(outcome.contains("the credentials have expired") && !outcome.contains("Left behind"), "{outcome}");
    assert!(aws.function("ruchy-lambda-peer-cpp").is_none());
    // If it cannot be deleted either, both failures are reported.
    aws.interfere(
        "*' lambda wait '*) refuse ExpiredTokenException GetFunction;;\n*' delete-function '*) refuse ServiceException DeleteFunction;;",
    );
    let outcome = bench();
    let left =
        "Left behind: ruchy-lambda-peer-cpp (DeleteFunction: no (ServiceException)); `just destroy ruchy-lambda-peer-cpp` deletes it";
    assert!(outcome.contains("the credentials have expired") && outcome.contains(left), "{outcome}");
    assert!(aws.function("ruchy-lambda-peer-cpp").is_some());
}

#[test]
fn destroy_keeps_the_role_of_a_function_it_cannot_delete() {
    let aws = StandIn::start();
    let group = ["--log-group-name", "/aws/lambda/minimal"];
    aws.aws(&[&["logs", "create-log-group"], &group[..]].concat()).unwrap();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let role = || aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]);
    let left = "`just destroy minimal` continues from there";
    aws.interfere("*' delete-function '*) refuse AccessDeniedException DeleteFunction;;");
    let outcome = aws.run(&["destroy", "minimal"]).failed();
    assert!(outcome.contains("Left behind: not yet deleted: function minimal, log group /aws/lambda/minimal, role ruchy-"), "{outcome}");
    assert!(outcome.contains(left) && aws.function("minimal").is_some() && role().is_some(), "{outcome}");
    assert_eq!(aws.run(&["logs-aws", "minimal"]).code, 0);
    aws.interfere("*' delete-log-group '*) refuse AccessDeniedException DeleteLogGroup;;");
    let outcome = aws.run(&["destroy", "minimal"]).failed();
    assert!(
        outcome.contains("function minimal: deleted") && outcome.contains("not yet deleted: log group /aws/lambda/minimal, role ruchy-"),
        "{outcome}"
    );
    assert!(role().is_some());
    // It does go on.
    aws.interfere("");
    let outcome = aws.run(&["destroy", "minimal"]).well();
    assert!(
        outcome.contains("log group /aws/lambda/minimal: deleted") && outcome.contains("role ruchy-lambda-minimal: deleted"),
        "{outcome}"
    );
    assert!(role().is_none());
}

#[test]
fn destroy_keeps_roles_of_other_tools_with_any_name() {
    let aws = StandIn::start();
    aws.aws(&["iam", "create-role", "--role-name", "ruchy-lambda-minimal", "--assume-role-policy-document", "{}"]).unwrap();
    for arguments in [&["destroy", "minimal"][..], &["destroy", "minimal", "--force"]] {
        let outcome = aws.run(arguments).well();
        assert!(outcome.contains("role ruchy-lambda-minimal: not deleted, because this tool did not create it"), "{outcome}");
    }
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_some());
}

#[test]
fn deploy_reports_a_function_with_only_new_code() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let left = "Left behind: the function has the new code and the old configuration. Deploying again continues from there.";
    for branch in ["*' lambda wait function-updated-v2 '*)", "*' update-function-configuration '*)"] {
        aws.interfere(&format!(
            "{branch} echo 'Waiter FunctionUpdatedV2 failed: An error occurred (ExpiredTokenException): no' >&2; exit 255;;"
        ));
        aws.deploy("minimal", &MINIMAL, &[]).well();
        let outcome = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal"]).failed();
        assert!(outcome.contains("FunctionUpdatedV2: the credentials have expired") && outcome.contains(left), "{branch}: {outcome}");
        // It does go on.
        aws.interfere("");
        let again = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal"]);
        assert_eq!(again.err, "minimal: these settings change:\n  handler  minimal -> fibonacci\nminimal: updating the configuration\n");
        aws.deploy("minimal", &MINIMAL, &[]).well();
    }
}

#[test]
fn destroy_deletes_orphaned_log_only_with_its_role() {
    let aws = StandIn::start();
    let group = ["--log-group-name", "/aws/lambda/minimal"];
    let create = || aws.aws(&[&["logs", "create-log-group"], &group[..]].concat()).unwrap();
    create();
    let outcome = aws.run(&["destroy", "minimal"]).well();
    assert!(outcome.contains("log group /aws/lambda/minimal: not deleted"), "{outcome}");
    assert!(aws.run(&["logs-aws", "minimal"]).code == 0);
    assert!(aws.run(&["destroy", "minimal", "--force"]).well().contains("log group /aws/lambda/minimal: deleted\n"));
    // An interrupted run has left the role.
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.aws(&["lambda", "delete-function", "--function-name", "minimal"]).unwrap();
    create();
    let outcome = aws.run(&["destroy", "minimal"]).well();
    assert!(
        outcome.contains("log group /aws/lambda/minimal: deleted\n") && outcome.contains("role ruchy-lambda-minimal: deleted\n"),
        "{outcome}"
    );
}
