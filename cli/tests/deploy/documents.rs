//! The pages on deployment and deploy/policy.json match the code: messages, recipes, calls.

use crate::stand_in::root;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Placeholders in a quoted message.
const PLACEHOLDERS: [&str; 6] = ["…", "NAME", "x86_64", "arm64", "https://lambda.", ".amazonaws.com/"];
/// Lambda's own error types of a runtime.
const LAMBDAS: [&str; 2] = ["Runtime.InvalidEntrypoint", "Runtime.ExitError"];

/// All Rust in the folder, without its white space between tokens of different lines.
fn source(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            text += &source(&entry);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            text += &fs::read_to_string(entry).unwrap();
        }
    }
    text
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// Returns the text between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The first cells of the rows of the table that follows `words`.
fn first_cells<'a>(text: &'a str, words: &str) -> Vec<&'a str> {
    let table = text.split_once(words).unwrap_or_else(|| panic!("no {words}")).1;
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.split(" | ").next().unwrap()).collect()
}

/// The parts of a message that are the same whatever it is about.
fn fixed(message: &str) -> Vec<String> {
    let mut parts = vec![message.to_owned()];
    for placeholder in PLACEHOLDERS {
        parts = parts.iter().flat_map(|part| part.split(placeholder).map(str::to_owned).collect::<Vec<_>>()).collect();
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| part.len() > 2).collect()
}

#[test]
fn documented_messages_exist_in_the_source() {
    let (page, source) = (page("troubleshooting.md"), source(&root().join("cli/src")));
    let cells = first_cells(&page, "## Deploying");
    assert!(cells.len() > 15, "{cells:?}");
    for message in cells.iter().flat_map(|cell| quoted(cell)) {
        for part in fixed(message) {
            assert!(source.contains(&part), "{message}: nothing prints `{part}`");
        }
    }
}

#[test]
fn documented_error_types_are_reported_by_the_runtime() {
    let (page, source) = (page("troubleshooting.md"), source(&root().join("bootstrap")));
    let cells = first_cells(&page, "## On Lambda");
    let own: Vec<&str> =
        cells.iter().flat_map(|cell| quoted(cell)).filter(|error| error.starts_with("Runtime.") && !LAMBDAS.contains(error)).collect();
    assert!(own.len() > 3, "{own:?}");
    for error in own {
        assert!(source.contains(error), "nothing reports {error}");
    }
}

#[test]
fn documented_recipes_exist() {
    let output = Command::new("just").args(["--summary", "--unsorted"]).current_dir(root()).output().unwrap();
    let recipes: BTreeSet<String> = String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect();
    let pages = ["deploying.md", "deployment.md", "troubleshooting.md", "security.md"].map(page).concat();
    let named = pages.split("`just ").skip(1).filter_map(|rest| rest.split([' ', '`', '\n']).next());
    let named: BTreeSet<&str> = named.collect();
    assert!(named.len() > 4, "{named:?}");
    for name in named {
        assert!(recipes.contains(name), "just {name}");
    }
}

/// Returns the IAM actions of a call: `update-function-code` is `UpdateFunctionCode`. Calls
/// that the CLI composes of several, or that have another action's name, are listed.
fn actions(service: &str, call: &str) -> Vec<String> {
    let named = match call {
        "invoke" => "InvokeFunction".to_owned(),
        "wait" => "GetFunction".to_owned(),
        _ => call.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect(),
    };
    // The permissions that such a call needs in addition to its own.
    let more: &[&str] = match call {
        // Its tags and its role; its layers, its network and its image, if it has them.
        "create-function" => &[
            "lambda:TagResource",
            "iam:PassRole",
            "lambda:GetLayerVersion",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:SetRepositoryPolicy",
        ],
        "update-function-configuration" => &["iam:PassRole"],
        "get-function" => &["lambda:ListTags"],
        "create-role" => &["iam:TagRole"],
        _ => &[],
    };
    more.iter().map(|action| (*action).to_owned()).chain([format!("{service}:{named}")]).collect()
}

#[test]
fn policy_lists_exactly_the_needed_actions() {
    let source = source(&root().join("cli/src/deploy")) + &fs::read_to_string(root().join("cli/src/deploy.rs")).unwrap();
    let source: String = source.split_whitespace().collect();
    let mut expected = BTreeSet::new();
    for service in ["lambda", "iam", "logs"] {
        let begin = format!("[\"{service}\",\"");
        expected.extend(source.split(&begin).skip(1).flat_map(|rest| actions(service, rest.split('"').next().unwrap())));
    }
    let policy: Value = serde_json::from_slice(&fs::read(root().join("deploy/policy.json")).unwrap()).unwrap();
    let mut allowed = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        let actions = statement["Action"].as_array().cloned().unwrap_or_else(|| vec![statement["Action"].clone()]);
        allowed.extend(actions.iter().map(|action| action.as_str().unwrap().to_owned()));
    }
    assert_eq!(allowed, expected);
}
