//! Resources that this tool did not create are left alone. Resources that it created before a
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
    let said = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(said.contains("minimal exists already, and was not made by this tool. It is not changed."), "{said}");
    assert!(said.contains("--force overwrites it"), "{said}");
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
fn a_function_whose_tags_may_not_be_read_is_not_overwritten() {
    let aws = StandIn::start();
    let unread =
        r#"{"Configuration":{"Runtime":"nodejs20.x"},"TagsError":{"ErrorCode":"AccessDeniedException","Message":"not authorized"}}"#;
    aws.interfere(&format!("*' get-function '*) echo '{unread}'; exit;;\n*) refuse UnexpectedException Any;;"));
    let said = aws.deploy("minimal", &MINIMAL, &[]).failed();
    assert!(said.contains("has tags that cannot be read") && said.contains("lambda:ListTags): not authorized"), "{said}");
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
        table.contains("cpp: not measured, there is a function ruchy-lambda-peer-cpp already, and it was not made by this tool"),
        "{table}"
    );
    assert_eq!(aws.function("ruchy-lambda-peer-cpp").unwrap()["Configuration"]["RevisionId"], before["RevisionId"]);
}

#[test]
fn a_failure_does_not_advise_to_delete_a_function_that_was_there_before() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.deploy("minimal", &MINIMAL, &["--name", "mine", "--role", "ruchy-lambda-minimal"]).well();
    aws.interfere("*' update-function-configuration '*) refuse AccessDeniedException UpdateFunctionConfiguration;;");
    let said = aws.deploy("minimal", &MINIMAL, &["--name", "mine", "--create-role"]).failed();
    let (_, left) =
        said.split_once("Left behind: the role ruchy-lambda-mine, created just now, exists. ").unwrap_or_else(|| panic!("{said}"));
    assert!(!said.contains("just destroy"), "{said}");
    // The suggested commands work.
    for line in left.split('`').filter(|part| part.starts_with("aws ")) {
        aws.aws(&line.split(' ').skip(1).collect::<Vec<_>>()).unwrap_or_else(|| panic!("{line}"));
    }
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-mine"]).is_none());
    assert!(aws.function("mine").is_some());
}

#[test]
fn a_function_that_is_made_and_cannot_be_waited_for_is_named() {
    let aws = StandIn::start();
    aws.interfere("*' lambda wait '*) refuse ExpiredTokenException GetFunction;;");
    let said = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(said.contains("GetFunction: the credentials have expired"), "{said}");
    for left in [
        "Left behind: the function minimal, created just now, exists. `just destroy minimal`",
        "Left behind: the role ruchy-lambda-minimal, created",
    ] {
        assert!(said.contains(left), "{said}");
    }
    assert!(aws.function("minimal").is_some());
}

#[test]
fn a_peer_that_is_made_and_cannot_be_waited_for_is_deleted() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.interfere("*' lambda wait '*) refuse ExpiredTokenException GetFunction;;");
    let (folder, peers) = (tempfile::tempdir().unwrap(), peers(&["cpp"]));
    let bench = || crate::starts::bench(&aws, &folder.path().join("aws.json"), peers.path(), &["--peers", "cpp", "--yes"]).failed();
    let said = bench();
    assert!(said.contains("the credentials have expired") && !said.contains("Left behind"), "{said}");
    assert!(aws.function("ruchy-lambda-peer-cpp").is_none());
    // If it cannot be deleted either, both failures are reported.
    aws.interfere(
        "*' lambda wait '*) refuse ExpiredTokenException GetFunction;;\n*' delete-function '*) refuse ServiceException DeleteFunction;;",
    );
    let said = bench();
    let left =
        "Left behind: ruchy-lambda-peer-cpp (DeleteFunction: no (ServiceException)); `just destroy ruchy-lambda-peer-cpp` deletes it";
    assert!(said.contains("the credentials have expired") && said.contains(left), "{said}");
    assert!(aws.function("ruchy-lambda-peer-cpp").is_some());
}

#[test]
fn destroy_keeps_the_role_of_a_function_it_cannot_delete() {
    let aws = StandIn::start();
    let group = ["--log-group-name", "/aws/lambda/minimal"];
    aws.aws(&[&["logs", "create-log-group"], &group[..]].concat()).unwrap();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let role = || aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]);
    let left = "`just destroy minimal` goes on from there";
    aws.interfere("*' delete-function '*) refuse AccessDeniedException DeleteFunction;;");
    let said = aws.run(&["destroy", "minimal"]).failed();
    assert!(said.contains("Left behind: what there is of: function minimal, log group /aws/lambda/minimal, role ruchy-"), "{said}");
    assert!(said.contains(left) && aws.function("minimal").is_some() && role().is_some(), "{said}");
    assert_eq!(aws.run(&["logs-aws", "minimal"]).code, 0);
    aws.interfere("*' delete-log-group '*) refuse AccessDeniedException DeleteLogGroup;;");
    let said = aws.run(&["destroy", "minimal"]).failed();
    assert!(
        said.contains("function minimal: deleted") && said.contains("there is of: log group /aws/lambda/minimal, role ruchy-"),
        "{said}"
    );
    assert!(role().is_some());
    // It does go on.
    aws.interfere("");
    let said = aws.run(&["destroy", "minimal"]).well();
    assert!(said.contains("log group /aws/lambda/minimal: deleted") && said.contains("role ruchy-lambda-minimal: deleted"), "{said}");
    assert!(role().is_none());
}

#[test]
fn destroy_keeps_roles_of_other_tools_with_any_name() {
    let aws = StandIn::start();
    aws.aws(&["iam", "create-role", "--role-name", "ruchy-lambda-minimal", "--assume-role-policy-document", "{}"]).unwrap();
    for arguments in [&["destroy", "minimal"][..], &["destroy", "minimal", "--force"]] {
        let said = aws.run(arguments).well();
        assert!(said.contains("role ruchy-lambda-minimal: left alone, for this tool has not made it"), "{said}");
    }
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_some());
}

#[test]
fn deploy_reports_a_function_with_only_new_code() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let left = "Left behind: the function has the new code, and its configuration as it was. Deploying again goes on from there.";
    for branch in ["*' lambda wait function-updated-v2 '*)", "*' update-function-configuration '*)"] {
        aws.interfere(&format!(
            "{branch} echo 'Waiter FunctionUpdatedV2 failed: An error occurred (ExpiredTokenException): no' >&2; exit 255;;"
        ));
        aws.deploy("minimal", &MINIMAL, &[]).well();
        let said = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal"]).failed();
        assert!(said.contains("FunctionUpdatedV2: the credentials have expired") && said.contains(left), "{branch}: {said}");
        // It does go on.
        aws.interfere("");
        let again = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal"]);
        assert_eq!(again.err, "minimal: these settings change:\n  handler  minimal -> fibonacci\nminimal: updating the configuration\n");
        aws.deploy("minimal", &MINIMAL, &[]).well();
    }
}

#[test]
fn a_log_whose_function_is_gone_is_deleted_only_where_its_role_is_ours() {
    let aws = StandIn::start();
    let group = ["--log-group-name", "/aws/lambda/minimal"];
    let create = || aws.aws(&[&["logs", "create-log-group"], &group[..]].concat()).unwrap();
    create();
    let said = aws.run(&["destroy", "minimal"]).well();
    assert!(said.contains("log group /aws/lambda/minimal: left alone"), "{said}");
    assert!(aws.run(&["logs-aws", "minimal"]).code == 0);
    assert!(aws.run(&["destroy", "minimal", "--force"]).well().contains("log group /aws/lambda/minimal: deleted\n"));
    // An interrupted run has left the role.
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.aws(&["lambda", "delete-function", "--function-name", "minimal"]).unwrap();
    create();
    let said = aws.run(&["destroy", "minimal"]).well();
    assert!(said.contains("log group /aws/lambda/minimal: deleted\n") && said.contains("role ruchy-lambda-minimal: deleted\n"), "{said}");
}
