//! The container image: made twice, it is the same; made for what is not in the bootstrap, it is
//! not made.

use crate::stand_in::{PROGRAM, build};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn image(handler: &str, out: &Path) -> Output {
    Command::new(PROGRAM).args(["image", handler, "--bootstrap"]).arg(build("minimal")).arg("--out").arg(out).output().unwrap()
}

/// Every file in the folder, by its path there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                files.insert(entry.strip_prefix(folder).unwrap().to_owned(), std::fs::read(entry).unwrap());
            }
        }
    }
    files
}

#[test]
fn image_command_is_reproducible() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    // Files of an earlier image do not matter.
    std::fs::create_dir_all(second.join("blobs/sha256")).unwrap();
    std::fs::write(second.join("blobs/sha256/old"), "old").unwrap();
    for out in [&first, &second] {
        assert!(image("minimal", out).status.success());
    }
    let [first, second] = [files(&first), files(&second)];
    assert_eq!(first, second);
    assert_eq!(first.len(), 5);
    let bytes: usize = first.values().map(Vec::len).sum();
    let bootstrap = std::fs::metadata(build("minimal")).unwrap().len();
    assert!((bytes as u64) < bootstrap, "{bytes} bytes for a bootstrap of {bootstrap}");
}

#[test]
fn image_rejects_unknown_handler() {
    let folder = tempfile::tempdir().unwrap();
    let output = image("fibonacci", &folder.path().join("out"));
    let outcome = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && outcome.contains("no handler `fibonacci` in this file (_HANDLER=fibonacci; set it to: minimal)"),
        "{outcome}"
    );
    assert!(!folder.path().join("out").exists());
}
