//! The actions of `deploy/policy.json` are enough for all that is done, and one that is missing is
//! named.
//!
//! moto asks whether an action is allowed, and neither on what nor under which condition: resources
//! and conditions are not shown here.

use crate::stand_in::{MINIMAL, StandIn, root};
use serde_json::Value;

/// `deploy/policy.json` without the action `without`, as far as moto understands it.
fn policy(without: &str) -> String {
    let mut policy: Value = serde_json::from_slice(&std::fs::read(root().join("deploy/policy.json")).unwrap()).unwrap();
    for statement in policy["Statement"].as_array_mut().unwrap() {
        statement["Resource"] = "*".into();
        statement.as_object_mut().unwrap().remove("Condition");
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|action| action != without);
        }
    }
    policy.to_string()
}

/// A stand-in that checks permissions, and a user with this policy.
fn guarded(policy: &str) -> StandIn {
    let mut aws = StandIn::start();
    aws.aws(&["iam", "create-user", "--user-name", "deployer"]).unwrap();
    aws.aws(&["iam", "put-user-policy", "--user-name", "deployer", "--policy-name", "deploy", "--policy-document", policy]).unwrap();
    let key = aws.aws(&["iam", "create-access-key", "--user-name", "deployer"]).unwrap();
    let part = |field: &str| key["AccessKey"][field].as_str().unwrap().to_owned();
    aws.keys = (part("AccessKeyId"), part("SecretAccessKey"));
    aws.tell("/moto-api/reset-auth", "0");
    aws
}

#[test]
fn policy_suffices_to_deploy_update_and_destroy() {
    let aws = guarded(&policy(""));
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.deploy("minimal", &MINIMAL, &["--create-role", "--memory", "256"]).well();
    assert!(aws.run(&["invoke-aws", "minimal"]).well().contains("\"ok\""));
    aws.run(&["destroy", "minimal"]).well();
}

#[test]
fn missing_permission_is_reported_with_created_resources() {
    let aws = guarded(&policy("lambda:CreateFunction"));
    let outcome = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(
        outcome.contains("CreateFunction: the credentials lack a permission: ") && outcome.contains("lambda:CreateFunction"),
        "{outcome}"
    );
    assert!(outcome.contains("deploy/policy.json lists the permissions"), "{outcome}");
    assert!(
        outcome.contains("Left behind: the role ruchy-lambda-minimal, created just now, exists. `just destroy minimal` deletes it"),
        "{outcome}"
    );
    assert!(aws.run(&["destroy", "minimal"]).well().contains("role ruchy-lambda-minimal: deleted"));
}
