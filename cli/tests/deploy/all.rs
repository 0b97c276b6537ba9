//! `deploy --all` in a project: with a stand-in for cargo, and with the stand-in for AWS.

use crate::bounded::output;
use crate::links::{Link, linked};
use crate::stand_in::{Outcome, PROGRAM, StandIn, root};
use crate::toolchain;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const NAMES: [&str; 2] = ["fibonacci", "minimal"];
const SOURCE: &str = "pub fn lambda_handler(event: &str) -> &str { event }\n";
const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n[workspace]\n\n\
                        [package.metadata.ruchy-lambda]\nmemory = 256\nenvironment = { STAGE = \"test\" }\n\n\
                        [package.metadata.ruchy-lambda.functions.fibonacci]\ntimeout = 9\n";
/// Links what the file named has, unless the source is broken.
const LINK: &str = "if grep -H broken functions/$name.rs >&2; then exit 1; fi\nbootstrap='BOTH'\n";

/// A project of two functions, which become those of one linked file.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [both] = linked(root(), [Link { architecture: "x86_64", names: &NAMES, variables: &[] }]);
        toolchain::install(folder.path(), &LINK.replace("BOTH", both.to_str().unwrap()), "exit 1");
        let project = Self(folder);
        std::fs::create_dir(project.path("functions")).unwrap();
        for (file, text) in [("Cargo.toml", MANIFEST), ("lib.rs", "")] {
            std::fs::write(project.path(file), text).unwrap();
        }
        for name in NAMES {
            project.save(name, SOURCE);
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn save(&self, name: &str, text: &str) {
        std::fs::write(self.path("functions").join(name).with_extension("rs"), text).unwrap();
    }

    fn deploy(&self, aws: &StandIn, options: &[&str]) -> Outcome {
        let mut command = aws.command(PROGRAM);
        command.args(["deploy", "--all"]).args(options).current_dir(&self.0);
        self.with_cargo(&mut command);
        Outcome::of(output(&mut command))
    }

    /// The stand-in for cargo, and what the real one needs of this machine.
    fn with_cargo(&self, command: &mut Command) {
        let path = command.get_envs().find_map(|(name, value)| value.filter(|_| name == "PATH")).unwrap().to_owned();
        let folders = std::iter::once(self.path("bin")).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).unwrap());
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let home = || std::env::home_dir().unwrap().join(folder);
            command.env(name, std::env::var_os(name).map_or_else(home, PathBuf::from));
        }
    }
}

#[test]
fn deploy_all_builds_every_function_before_it_deploys_one() {
    let (aws, project) = (StandIn::start(), Project::new());
    project.save("minimal", "pub fn lambda_handler(event: &str) -> &str { event } // broken\n");
    let outcome = project.deploy(&aws, &["--create-role"]);
    assert!(outcome.code == 1 && outcome.out.is_empty() && outcome.err.contains("functions/minimal.rs"), "{}{}", outcome.out, outcome.err);
    assert!(NAMES.iter().all(|name| aws.function(name).is_none()));

    project.save("minimal", SOURCE);
    let arns: Vec<String> = project.deploy(&aws, &["--create-role", "--env", "MINE=1"]).well().lines().map(str::to_owned).collect();
    assert_eq!(arns, NAMES.map(|name| format!("arn:aws:lambda:eu-central-1:123456789012:function:{name}")));
    for (name, timeout) in [("fibonacci", 9), ("minimal", 3)] {
        let found = aws.function(name).unwrap()["Configuration"].clone();
        assert_eq!((&found["MemorySize"], &found["Timeout"], &found["Handler"]), (&json!(256), &json!(timeout), &json!(name)));
        assert_eq!(found["Environment"]["Variables"], json!({"STAGE": "test", "MINE": "1"}));
        assert!(Path::new(&project.path("dist").join(name).with_extension("zip")).exists());
    }
    assert_eq!(project.deploy(&aws, &[]).err.matches(": up to date\n").count(), 2);
}

#[test]
fn deploy_all_deploys_the_others_if_one_cannot_be_deployed() {
    let (aws, project) = (StandIn::start(), Project::new());
    aws.deploy("minimal", &crate::stand_in::MINIMAL, &["--create-role"]).well();
    aws.aws(&[
        "lambda",
        "untag-resource",
        "--resource",
        "arn:aws:lambda:eu-central-1:123456789012:function:minimal",
        "--tag-keys",
        "created-by",
    ]);
    let outcome = project.deploy(&aws, &["--create-role"]);
    assert!(outcome.code == 1 && outcome.out.ends_with(":function:fibonacci\n"), "{}{}", outcome.out, outcome.err);
    assert!(outcome.err.contains("minimal: minimal exists already") && outcome.err.contains("It is not changed."), "{}", outcome.err);
    let dry = project.deploy(&aws, &["--dry-run", "--memory", "512"]);
    assert!(dry.out.contains("aws lambda update-function-configuration --function-name fibonacci "), "{}{}", dry.out, dry.err);
    assert_eq!(aws.function("fibonacci").unwrap()["Configuration"]["MemorySize"], 256);
}

#[test]
fn deploy_all_takes_no_name_and_no_archive() {
    let aws = StandIn::start();
    for arguments in [&["minimal"][..], &["--archive", "a.zip"], &["--image-uri", "uri"], &["--name", "other"]] {
        let outcome = aws.run(&[&["deploy", "--all"], arguments].concat());
        assert!(outcome.code == 2 && outcome.err.contains("cannot be used with"), "{}", outcome.err);
    }
}
