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
fn an_archive_that_lambda_could_not_start_is_not_uploaded() {
    let aws = StandIn::start();
    let folder = tempfile::tempdir().unwrap();
    let not_run = wrong(&folder, "not-run.zip", |mode, _| *mode = 0o644);
    let other_machine = wrong(&folder, "arm64.zip", for_arm64);
    let crashes = wrong(&folder, "crashes.zip", |_, bytes| bytes[0x300..].fill(0xCC));
    for (archive, handler, expected) in [
        (&not_run, "minimal", "not-run.zip: its `bootstrap` lost its run bit (mode 644; expected 755)"),
        (&other_machine, "minimal", "it is for arm64; expected x86_64"),
        (&crashes, "minimal", "there is no handler minimal in it (started for it, it ended without asking for an event)"),
        (&*MINIMAL, "fibonacci", "there is no handler fibonacci in it (_HANDLER=fibonacci; set it to: minimal)"),
        (&folder.path().join("none.zip"), "minimal", "none.zip: No such file or directory"),
    ] {
        let said = aws.deploy(handler, archive, &["--create-role"]).failed();
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(aws.aws(&["iam", "get-role", "--role-name", "ruchy-lambda-minimal"]).is_none());
}

#[test]
fn names_and_numbers_that_lambda_would_not_take() {
    let aws = StandIn::start();
    let long = "x".repeat(65);
    for (arguments, expected) in [
        (["--name", &long], "at most 64 characters, and this one has 65"),
        (["--name", "a.b"], "letters, digits, - and _"),
        (["--memory", "127"], "128..=32768"),
        (["--timeout", "5401"], "1..=5400"),
        (["--arch", "mips"], "x86_64"),
    ] {
        let said = aws.deploy("minimal", &MINIMAL, &arguments);
        assert!(said.code == 2 && said.err.contains(expected), "{expected}: {}", said.err);
    }
    // Long enough for a function, too long for the role that would be named after it.
    let said = aws.deploy("minimal", &MINIMAL, &["--name", &"x".repeat(60), "--create-role"]).failed();
    assert!(said.contains("would be the role's name, and has more than 64 characters"), "{said}");
}

#[test]
fn deploy_reports_missing_cli_credentials_or_network() {
    let (aws, refusing) = (StandIn::start(), Refusing::bind());
    let url = refusing.url();
    let said = |change: &dyn Fn(&mut Command) -> &mut Command| {
        let mut command = aws.command(PROGRAM);
        command.args(["deploy", "minimal", "--create-role", "--archive"]).arg(&*MINIMAL);
        change(&mut command);
        String::from_utf8(output(&mut command).stderr).unwrap()
    };
    for (message, expected) in [
        (said(&|command| command.env("PATH", "/nowhere")), "the AWS CLI is missing"),
        (said(&|command| command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY")), "there are no AWS credentials"),
        (said(&|command| command.env_remove("AWS_SECRET_ACCESS_KEY")), "there are no AWS credentials"),
        (said(&|command| command.env_remove("AWS_REGION")), "no region is named"),
        (said(&|command| command.env("AWS_REGION", "Frankfurt")), "Frankfurt is no region of AWS"),
        (said(&|command| command.env("AWS_PROFILE", "unheard-of")), "there is no profile unheard-of"),
        // A region that does not exist fails the same way: its name has no address.
        (said(&|command| command.env("AWS_ENDPOINT_URL", &url).env("AWS_MAX_ATTEMPTS", "1")), &format!("no answer from {url}/")),
    ] {
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn a_role_that_is_missing_or_anothers() {
    let aws = StandIn::start();
    for (arguments, expected) in [
        (
            &[][..],
            "needs a role to run as. Name one with --role (or RUCHY_LAMBDA_ROLE, or `role` in Cargo.toml), or make one with --create-role.",
        ),
        (&["--role", "unknown"], "there is no role unknown"),
        (
            &["--role", "arn:aws:iam::123456789012:role/unknown", "--role-wait", "0"],
            "Lambda may not take on the role arn:aws:iam::123456789012:role/unknown",
        ),
    ] {
        let said = aws.deploy("minimal", &MINIMAL, arguments).failed();
        assert!(said.contains(expected), "{expected}: {said}");
    }
    aws.aws(&["iam", "create-role", "--role-name", "ruchy-lambda-minimal", "--assume-role-policy-document", "{}"]).unwrap();
    let said = aws.deploy("minimal", &MINIMAL, &["--create-role"]).failed();
    assert!(said.contains("there is a role ruchy-lambda-minimal that this tool has not made"), "{said}");
}

#[test]
fn destroy_keeps_functions_of_other_tools() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let arn = "arn:aws:lambda:eu-central-1:123456789012:function:minimal";
    aws.aws(&["lambda", "untag-resource", "--resource", arn, "--tag-keys", "created-by"]).unwrap();
    let said = aws.run(&["destroy", "minimal"]).failed();
    assert!(said.contains("minimal was not made by this tool, and is left alone. --force deletes it"), "{said}");
    assert!(aws.function("minimal").is_some());
    aws.run(&["destroy", "minimal", "--force"]).well();
    assert!(aws.function("minimal").is_none());
}

#[test]
fn a_function_of_an_image_is_not_replaced() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let image = ["--package-type", "Image", "--code", "ImageUri=123456789012.dkr.ecr.eu-central-1.amazonaws.com/other:latest"];
    let role = ["--role", "arn:aws:iam::123456789012:role/ruchy-lambda-minimal"];
    aws.aws(&[&["lambda", "create-function", "--function-name", "other"], &image[..], &role[..]].concat()).unwrap();
    let said = aws.deploy("minimal", &MINIMAL, &["--name", "other"]).failed();
    assert!(said.contains("other exists as a container image, which an archive cannot replace"), "{said}");
}
