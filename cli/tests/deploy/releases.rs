//! Versions and aliases: published, moved, rolled back.

use crate::stand_in::{FIBONACCI, MINIMAL, StandIn};

fn version(aws: &StandIn) -> String {
    let alias = aws.aws(&["lambda", "get-alias", "--function-name", "minimal", "--name", "live"]).unwrap();
    alias["FunctionVersion"].as_str().unwrap().to_owned()
}

/// The answer of the version that the alias is at.
fn answer(aws: &StandIn) -> String {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("answer").display().to_string();
    aws.aws(&["lambda", "invoke", "--function-name", "minimal", "--qualifier", "live", &out]).unwrap();
    std::fs::read_to_string(out).unwrap()
}

#[test]
fn alias_is_moved_by_deploying_and_rolled_back() {
    let aws = StandIn::start();
    let none = aws.run(&["rollback", "minimal"]).failed();
    assert!(none.contains("ListAliases: "), "the function does not exist: {none}");
    aws.deploy("minimal", &MINIMAL, &["--create-role", "--alias", "live", "--url", "public"]).well();
    assert_eq!((version(&aws).as_str(), aws.call_url("minimal:live")), ("1", 200));
    assert!(answer(&aws).contains("\"ok\""));
    // Nothing has changed, so Lambda publishes nothing.
    assert!(aws.deploy("minimal", &MINIMAL, &["--alias", "live"]).err.starts_with("minimal: up to date\nminimal: version 1, alias live\n"));

    let moved = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal", "--alias", "live"]);
    assert!(moved.err.ends_with("minimal: version 2, alias live moved from version 1\n"), "{}", moved.err);
    assert!(answer(&aws).contains("9227465"));

    let dry = aws.run(&["rollback", "minimal", "--dry-run"]).well();
    assert!(dry.contains("aws lambda update-alias ") && dry.ends_with("alias live would be moved from version 2 to version 1\n"), "{dry}");
    assert_eq!(version(&aws), "2");
    let moved = aws.run(&["rollback", "minimal"]);
    assert_eq!(moved.err, "", "the move is printed once");
    assert_eq!(moved.well(), "minimal: alias live moved from version 2 to version 1\n");
    assert!(answer(&aws).contains("\"ok\"") && aws.call_url("minimal:live") == 200);
    let outcome = aws.run(&["rollback", "minimal"]).failed();
    assert!(outcome.contains("alias live is at version 1: no earlier version exists; specify one of these with --to: 1, 2"), "{outcome}");

    // Version 2 was rolled back from: what is deployed next has version 1 before it.
    aws.deploy("minimal", &MINIMAL, &["--alias", "live"]).well();
    assert_eq!(version(&aws), "3");
    aws.run(&["rollback", "minimal"]).well();
    assert_eq!(version(&aws), "1");
    assert!(aws.run(&["rollback", "minimal", "--to", "9"]).failed().contains("version 9 does not exist; expected one of: 1, 2, 3"));
    aws.run(&["rollback", "minimal", "--to", "2"]).well();
    assert!(answer(&aws).contains("9227465"));

    // A version alone, which moves no alias.
    let published = aws.deploy("fibonacci", &FIBONACCI, &["--name", "minimal", "--publish"]);
    assert!(published.err.ends_with("minimal: version 4\n") && version(&aws) == "2", "{}", published.err);

    let outcome = aws.run(&["rollback", "minimal", "--alias", "beta"]).failed();
    assert!(outcome.contains("minimal has no alias beta. `just deploy minimal --alias beta` creates it."), "{outcome}");
    aws.aws(&["lambda", "create-alias", "--function-name", "minimal", "--name", "beta", "--function-version", "1"]).unwrap();
    assert!(aws.run(&["rollback", "minimal"]).failed().contains("minimal has several aliases. Specify one with --alias: beta, live"));
}
