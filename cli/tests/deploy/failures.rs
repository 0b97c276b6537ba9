//! Each failure has its own message, which also lists the resources that exist nevertheless.

use crate::bounded::output;
use crate::refusing::Refusing;
use crate::stand_in::{MINIMAL, PROGRAM, StandIn, build};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// An archive that is wrong in one way: `change` is given the bootstrap's mode and its bytes.
pub fn wrong(folder: &TempDir, name: &str, change: impl Fn(&mut u32, &mut [u8])) -> PathBuf {
    use std::io::{Cursor, Write as _};
    let mut bytes = fs::read(build("minimal")).unwrap();
    let mut mode = 0o755;
    change(&mut mode, &mut bytes);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).unix_permissions(mode);
    archive.start_file("bootstrap", options).unwrap();
    archive.write_all(&bytes).unwrap();
    let path = folder.path().join(name);
    fs::write(&path, archive.finish().unwrap().into_inner()).unwrap();
    path
}

/// The two bytes of an ELF header that name the machine.
pub fn for_arm64(_: &mut u32, bytes: &mut [u8]) {
    bytes[18..20].copy_from_slice(&183_u16.to_le_bytes());
}

#[test]
fn deploy_rejects_archive_that_cannot_start() {
    let aws = StandIn::start();
    let folder = tempfile::tempdir().unwrap();
    let not_run = wrong(&folder, "not-run.zip", |mode, _| *mode = 0o644);
    let other_machine = wrong(&folder, "arm64.zip", for_arm64);
    let crashes = wrong(&folder, "crashes.zip", |_, bytes| bytes[0x300..].fill(0xCC));
    for (archive, handler, expected) in [
        (&not_run, "minimal", "not-run.zip: its `bootstrap` is not executable (mode 644; expected 755)"),
        (&other_machine, "minimal", "it is for arm64; expected x86_64"),
        (&crashes, "minimal", "no handler `minimal` in this file (it exited before it requested an event)"),
        (&*MINIMAL, "fibonacci", "no handler `fibonacci` in this file (_HANDLER=fibonacci; set it to: minimal)"),
        (
            &folder.path().join("none.zip"),
            "minimal",
            "none.zip: it cannot be read (No such file or directory (os error 2)). `just package` writes a valid one.",
        ),
    ] {
        let outcome = aws.deploy(handler, archive, &["--create-role"]).failed();
        assert!(outcome.contains(expected), "{expected}: {outcome}");
    }
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());
}

#[test]
fn names_and_numbers_that_lambda_would_not_take() {
    let aws = StandIn::start();
    let long = "x".repeat(65);
    for (arguments, expected) in [
        (["--name", &long], "expected at most 64 characters, found 65"),
        (["--name", "a.b"], "letters, digits, `-` and `_`"),
        (["--memory", "127"], "expected a whole number from 128 to 32768"),
        (["--timeout", "5401"], "expected a whole number from 1 to 5400"),
        (["--arch", "mips"], "x86_64"),
    ] {
        let outcome = aws.deploy("minimal", &MINIMAL, &arguments);
        assert!(outcome.code == 2 && outcome.err.contains(expected), "{expected}: {}", outcome.err);
    }
    // Long enough for a function, too long for the role that would be named after it.
    let outcome = aws.deploy("minimal", &MINIMAL, &["--name", &"x".repeat(60), "--create-role"]).failed();
    assert!(outcome.contains("the role's name would have more than 64 characters"), "{outcome}");
}

#[test]
fn deploy_reports_missing_cli_credentials_or_network() {
    let (aws, refusing) = (StandIn::start(), Refusing::bind());
    let url = refusing.url();
    let outcome = |change: &dyn Fn(&mut Command) -> &mut Command| {
        let mut command = aws.command(PROGRAM);
        command.args(["deploy", "minimal", "--create-role", "--archive"]).arg(&*MINIMAL);
        change(&mut command);
        String::from_utf8(output(&mut command).stderr).unwrap()
    };
    for (message, expected) in [
        (outcome(&|command| command.env("PATH", "/nowhere")), "the AWS CLI is missing"),
        (outcome(&|command| command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY")), "no AWS credentials found"),
        (outcome(&|command| command.env_remove("AWS_SECRET_ACCESS_KEY")), "no AWS credentials found"),
        (outcome(&|command| command.env_remove("AWS_REGION")), "no AWS region is set"),
        (outcome(&|command| command.env("AWS_REGION", "Frankfurt")), "Frankfurt: not an AWS region"),
        (outcome(&|command| command.env("AWS_PROFILE", "unheard-of")), "the AWS CLI has no profile unheard-of"),
        // A region that does not exist fails the same way: its name has no address.
        (outcome(&|command| command.env("AWS_ENDPOINT_URL", &url).env("AWS_MAX_ATTEMPTS", "1")), &format!("no answer from {url}/")),
    ] {
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn deploy_rejects_missing_and_foreign_roles() {
    let aws = StandIn::start();
    for (arguments, expected) in [
        (
            &[][..],
            "needs a role. Specify one with --role (or RUCHY_LAMBDA_ROLE, or `role` in Cargo.toml), or create one with --create-role.",
        ),
        (&["--role", "unknown"], "the role unknown does not exist"),
        (
            &["--role", "arn:aws:iam::123456789012:role/unknown", "--role-wait", "0"],
            "Lambda cannot assume the role arn:aws:iam::123456789012:role/unknown",
        ),
    ] {
        let outcome = aws.deploy("minimal", &MINIMAL, arguments).failed();
        assert!(outcome.contains(expected), "{expected}: {outcome}");
    }
    aws.aws(&["iam", "create-role", "--role-name", "ruchy-lambda-minimal", "--assume-role-policy-document", "{}"]).unwrap();
    let outcome = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(outcome.contains("the role ruchy-lambda-minimal exists and was not created by this tool"), "{outcome}");
}

#[test]
fn destroy_keeps_functions_of_other_tools() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let arn = "arn:aws:lambda:eu-central-1:123456789012:function:minimal";
    aws.aws(&["lambda", "untag-resource", "--resource", arn, "--tag-keys", "created-by"]).unwrap();
    let outcome = aws.run(&["destroy", "minimal"]).failed();
    assert!(outcome.contains("minimal was not created by this tool and was not deleted. --force deletes it"), "{outcome}");
    assert!(aws.function("minimal").is_some());
    aws.run(&["destroy", "minimal", "--force"]).well();
    assert!(aws.function("minimal").is_none());
}

#[test]
fn deploy_does_not_replace_image_with_archive() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let image = ["--package-type", "Image", "--code", "ImageUri=123456789012.dkr.ecr.eu-central-1.amazonaws.com/other:latest"];
    let role = ["--role", "arn:aws:iam::123456789012:role/ruchy-lambda-minimal"];
    aws.aws(&[&["lambda", "create-function", "--function-name", "other"], &image[..], &role[..]].concat()).unwrap();
    let outcome = aws.deploy("minimal", &MINIMAL, &["--name", "other"]).failed();
    assert!(outcome.contains("other exists as a container image, which an archive cannot replace"), "{outcome}");
}
