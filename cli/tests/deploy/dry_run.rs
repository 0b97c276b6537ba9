//! `--dry-run`: each call is printed and none changes anything, with AWS and without it.

use crate::bounded::output;
use crate::refusing::Refusing;
use crate::stand_in::{MINIMAL, StandIn};

#[test]
fn dry_run_prints_calls_and_changes_nothing() {
    let aws = StandIn::start();
    let outcome = aws.deploy("minimal", &MINIMAL, &["--create-role", "--dry-run", "--memory", "512"]).well();
    let calls: Vec<&str> = outcome.lines().filter_map(|line| line.strip_prefix("aws ")).collect();
    let beginnings = [
        "lambda get-function ",
        "iam get-role ",
        "iam create-role ",
        "iam put-role-policy ",
        "lambda create-function --function-name minimal --runtime provided.al2023 --handler minimal --role ",
        "lambda wait function-active-v2 ",
    ];
    assert_eq!(calls.len(), beginnings.len(), "{outcome}");
    for (call, beginning) in calls.iter().zip(beginnings) {
        assert!(call.starts_with(beginning) && call.ends_with(" --region eu-central-1"), "{call}");
    }
    assert!(aws.function("minimal").is_none());
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());

    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let outcome = aws.run(&["destroy", "minimal", "--dry-run"]).well();
    assert!(outcome.contains("aws lambda delete-function ") && outcome.contains("function minimal: would be deleted"), "{outcome}");
    assert!(aws.function("minimal").is_some());
}

/// The tool where AWS cannot be asked.
fn offline(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(crate::stand_in::PROGRAM);
    command
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(crate::stand_in::root());
    let output = output(command.env("PATH", crate::stand_in::root().join(".venv/aws/bin")).envs(variables.iter().copied()));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn dry_run_without_aws_reports_unknown_state() {
    let archive = MINIMAL.to_str().unwrap();
    let region = ("AWS_REGION", "eu-central-1");
    let keys = [region, ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    let refusing = Refusing::bind();
    let url = refusing.url();
    let unreachable = [&keys[..], &[("AWS_ENDPOINT_URL", &*url), ("AWS_MAX_ATTEMPTS", "1")]].concat();
    let no_answer = format!("no answer from {url}");
    for (reason, variables) in [
        ("the AWS CLI is missing", &[("PATH", "/nonexistent")][..]),
        ("no AWS region is set", &keys[1..]),
        ("no AWS credentials found", &[region]),
        (&no_answer, &unreachable),
    ] {
        let (code, out, err) = offline(&["deploy", "minimal", "--archive", archive, "--dry-run", "--create-role"], variables);
        assert!(code == 0 && err.contains("existing resources cannot be listed: ") && err.contains(reason), "{reason}: {out}{err}");
        let calls: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("aws ")).collect();
        let expected =
            ["lambda get-function", "iam get-role", "iam create-role", "iam put-role-policy", "lambda create-function", "lambda wait"];
        assert!(calls.len() == expected.len() && calls.iter().zip(expected).all(|(call, name)| call.starts_with(name)), "{out}");
    }
    let (code, out, err) = offline(&["deploy", "minimal", "--archive", archive, "--dry-run"], &[region]);
    assert!(code == 0 && out.contains("--role ARN-OF-THE-ROLE ") && err.contains("needs a role, by --role or --create-role"), "{out}{err}");
    let (code, out, err) = offline(&["destroy", "minimal", "--dry-run"], &[region]);
    assert!(code == 0 && out.contains("function minimal: would be deleted, if it exists\n"), "{out}{err}");
    let (code, out, err) = offline(&["deploy", "minimal", "--archive", archive, "--create-role"], &[region]);
    assert!(code == 1 && out.is_empty() && err.contains("no AWS credentials found"), "{out}{err}");
}

#[test]
fn dry_run_without_aws_prints_every_setting_and_no_secret() {
    let settings = [
        ["--env", "TOKEN=secret"],
        ["--url", "public"],
        ["--cors-origin", "*"],
        ["--tracing", "active"],
        ["--log-format", "json"],
        ["--log-retention", "7"],
        ["--layer", "arn:aws:lambda:eu-central-1:123456789012:layer:tools:1"],
        ["--vpc-subnet", "subnet-1"],
        ["--security-group", "sg-1"],
        ["--ephemeral-storage", "1024"],
        ["--tag", "team=shop"],
        ["--dead-letter", "arn:aws:sqs:eu-central-1:123456789012:failed"],
        ["--alias", "live"],
    ];
    let all =
        [&["deploy", "minimal", "--archive", MINIMAL.to_str().unwrap(), "--dry-run", "--create-role"], settings.as_flattened()].concat();
    let (code, out, err) = offline(&all, &[("AWS_REGION", "eu-central-1")]);
    let calls = ["lambda create-function ", "logs put-retention-policy ", "lambda create-alias ", "lambda create-function-url-config "];
    assert!(code == 0 && calls.iter().all(|call| out.contains(&format!("aws {call}"))), "{out}{err}");
    assert!(out.matches("aws lambda add-permission ").count() == 2 && !format!("{out}{err}").contains("secret"), "{out}{err}");
    for line in ["environment", "tracing", "log", "layers", "network", "ephemeral storage", "dead letter", "url", "alias"] {
        assert!(err.contains(&format!("\n  {line} ")), "{line}: {err}");
    }
}
