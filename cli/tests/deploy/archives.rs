//! The archive, its checksum and its manifest, as other programs read them.

use crate::stand_in::{FIBONACCI, MINIMAL, PROGRAM, build, root};
use ruchy_lambda_cli::architecture::Architecture;
use ruchy_lambda_cli::package::{self, manifest::Origin};
use std::path::Path;
use std::process::Command;

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn sha256sum_takes_the_checksum() {
    let folder = MINIMAL.parent().unwrap();
    let output = Command::new("sha256sum").args(["--check", "minimal.zip.sha256"]).current_dir(folder).output().unwrap();
    assert_eq!((output.status.success(), String::from_utf8_lossy(&output.stdout).as_ref()), (true, "minimal.zip: OK\n"));
}

#[test]
fn manifest_describes_the_archive() {
    let manifest: serde_json::Value = serde_json::from_str(&text(&FIBONACCI.with_extension("manifest.json"))).unwrap();
    assert_eq!(manifest["handlers"], serde_json::json!(["fibonacci"]));
    assert_eq!(manifest["archive_bytes"].as_u64(), Some(std::fs::metadata(&*FIBONACCI).unwrap().len()));
    assert_eq!(manifest["bootstrap_bytes"].as_u64(), Some(std::fs::metadata(build("fibonacci")).unwrap().len()));
    let line = text(&FIBONACCI.with_extension("zip.sha256"));
    assert_eq!(line.split(' ').next(), manifest["archive_sha256"].as_str());
}

/// The file for `x86_64` stands in for the emulated one.
#[test]
fn manifest_has_handlers_of_another_processor_if_emulated() {
    let folder = tempfile::tempdir().unwrap();
    let arm64 = folder.path().join("bootstrap");
    let mut bytes = std::fs::read(build("minimal")).unwrap();
    crate::failures::for_arm64(&mut 0, &mut bytes);
    std::fs::copy(build("minimal"), &arm64).unwrap();
    std::fs::write(&arm64, bytes).unwrap();
    let handlers = |emulated: Option<&Path>| {
        let out = folder.path().join("minimal.zip");
        package::run(&arm64, &out, Architecture::Arm64, emulated, &Origin::default()).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text(&out.with_extension("manifest.json"))).unwrap();
        assert_eq!(manifest["architecture"], "arm64");
        manifest["handlers"].clone()
    };
    assert_eq!(handlers(None), serde_json::Value::Null);
    assert_eq!(handlers(Some(&build("minimal"))), serde_json::json!(["minimal"]));
}

/// Python's zipfile checks the entry: regular, mode 755, deflated, without extra fields.
#[test]
fn another_reader_finds_one_regular_file_that_can_be_run() {
    let script = "import sys, zipfile\nfor e in zipfile.ZipFile(sys.argv[1]).infolist(): print(e.filename, oct(e.external_attr >> 16), e.compress_type, len(e.extra), e.create_system, len(e.comment))";
    let output = Command::new("python3").args(["-c", script]).arg(&*MINIMAL).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "bootstrap 0o100755 8 0 3 0\n");
}

#[test]
fn archive_is_reproducible() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("minimal.zip");
    let output = Command::new(PROGRAM).arg("package").arg("--bootstrap").arg(build("minimal")).arg("--out").arg(&out).output().unwrap();
    assert!(output.status.success());
    for name in ["minimal.zip", "minimal.zip.sha256", "minimal.manifest.json"] {
        assert_eq!(std::fs::read(folder.path().join(name)).unwrap(), std::fs::read(MINIMAL.with_file_name(name)).unwrap(), "{name}");
    }
}

#[test]
#[ignore = "links everything again, which takes a minute; `just ci` runs it"]
fn archive_does_not_depend_on_folder() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("a copy, elsewhere");
    std::fs::create_dir(&copy).unwrap();
    for entry in std::fs::read_dir(root()).unwrap().map(Result::unwrap) {
        // Built and installed files are not part of a clone.
        if !["target", "dist", ".venv", ".git"].iter().any(|name| entry.file_name() == *name) {
            assert!(Command::new("cp").arg("-a").arg(entry.path()).arg(&copy).status().unwrap().success());
        }
    }
    let bootstrap = copy.join("bootstrap-of-the-copy/bootstrap");
    let output = Command::new(copy.join("linker/build.sh")).arg(&bootstrap).arg("minimal").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let out = copy.join("minimal.zip");
    let packed = Command::new(PROGRAM).arg("package").arg("--bootstrap").arg(bootstrap).arg("--out").arg(&out).output().unwrap();
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    assert!(std::fs::read(out).unwrap() == std::fs::read(&*MINIMAL).unwrap(), "another archive");
}
