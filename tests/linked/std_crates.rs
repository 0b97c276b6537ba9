//! The error of a build whose functions depend on a crate that needs std.

use crate::shield::link_with;
use crate::support::bootstrap::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder and the version of the functions' dependency `name`.
fn dependency(name: &str) -> (PathBuf, String) {
    let arguments = ["metadata", "--format-version", "1", "--locked"];
    let output = Command::new("cargo").args(arguments).current_dir(root()).output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == name).unwrap();
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    (manifest.parent().unwrap().to_owned(), package["version"].as_str().unwrap().to_owned())
}

/// serde is one of the functions' own dependencies, and other crates of the build depend on it.
#[test]
fn build_names_the_crate_that_needs_std() {
    let (source, version) = dependency("serde");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("serde");
    assert!(Command::new("cp").arg("-r").args([&source, &copy]).status().unwrap().success());
    let library = copy.join("src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text + "\nextern crate std as needed;\n").unwrap();
    let function = "pub fn lambda_handler(event: &str) -> String {\n    serde::de::value::Error::custom(event).to_string()\n}\n";
    fs::write(folder.path().join("minimal.rs"), format!("use serde::de::Error as _;\n{function}")).unwrap();
    let configuration = format!("paths = [\"{}\"]", copy.display());
    let (output, _) = link_with("std-crate", &configuration, |command| {
        command.env("RUCHY_LAMBDA_FUNCTIONS", folder.path());
    });
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    let start = format!("error: the crate serde v{version} ");
    assert!(stderr.starts_with(&start) && stderr.contains("needs std") && stderr.contains("no_std"), "{stderr}");
    assert_eq!(stderr.matches("error").count(), 1, "{stderr}");
}
