//! `just release` refuses what cannot be released, before it builds anything. `just test-release`
//! makes the files of a release.

use crate::{read, root};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Returns the output of `cli/release.sh ARGUMENTS` in `clone`, which must fail.
fn refused(clone: &Path, arguments: &[&str]) -> String {
    let output = Command::new(clone.join("cli/release.sh")).args(arguments).env_remove("GIT_DIR").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stderr).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "safe.directory=*"];
    let output = Command::new("git").arg("-C").arg(folder).args(identity).args(arguments).env_remove("GIT_DIR").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn release_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let repository = folder.path();
    fs::create_dir(repository.join("cli")).unwrap();
    for file in ["cli/release.sh", "Cargo.toml", "CHANGELOG.md"] {
        fs::copy(root().join(file), repository.join(file)).unwrap();
    }
    git(repository, &["init", "--quiet"]);
    git(repository, &["add", "."]);
    git(repository, &["commit", "--quiet", "--message", "all"]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(refused(repository, &[]), "release: no version: expected MAJOR.MINOR.PATCH, such as 0.2.0\n");
    assert_eq!(refused(repository, &["1.2"]), "release: 1.2: expected MAJOR.MINOR.PATCH, such as 0.2.0\n");
    assert_eq!(refused(repository, &[version, "--now"]), "release: --now: expected --dry-run or nothing\n");
    assert!(refused(repository, &["9.9.9"]).starts_with(&format!("release: 9.9.9: Cargo.toml has version {version}. Set it under")));
    assert!(refused(repository, &[version]).starts_with(&format!("release: CHANGELOG.md has no heading `## [{version}] - YYYY-MM-DD`")));
    let changelog = read(&repository.join("CHANGELOG.md"));
    fs::write(repository.join("CHANGELOG.md"), changelog.replace("## [Unreleased]", &format!("## [{version}] - 2026-12-01"))).unwrap();
    assert_eq!(refused(repository, &[version]), "release: the work tree has changes that are not committed\n");
    git(repository, &["commit", "--quiet", "--all", "--message", "release"]);
    git(repository, &["tag", &format!("v{version}")]);
    assert_eq!(refused(repository, &[version]), format!("release: the tag v{version} exists\n"));
}
