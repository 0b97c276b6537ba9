//! Packs the sources of the runtime and of what functions import, for the installed tool to carry,
//! and looks up the commit that it is built from.
//!
//! A tool that is built for development (`debug`) carries nothing: it reads the sources where they
//! are, and so needs no rebuild after a change.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files and folders of the repository that a build of a function reads.
const CARRIED: [&str; 14] = [
    "Cargo.toml",
    "Cargo.lock",
    "bootstrap",
    "handlers/aws",
    "handlers/events",
    "handlers/lambda",
    "handlers/outbound",
    "handlers/registry",
    "handlers/std",
    "handlers/templates",
    "linker/bootstrap.ld",
    "linker/emulated.sh",
    "linker/std.ld",
    "ruchy/support",
];

fn main() {
    let manifest = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for build scripts"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    let repository = manifest.parent().expect("the package is in the repository");
    println!("cargo::rerun-if-changed=build.rs");
    let is_installed =
        std::env::var("PROFILE").is_ok_and(|profile| profile == "release") && std::env::var_os("CARGO_FEATURE_CARRIED").is_some();
    let text = if is_installed { carried(repository) } else { in_place(repository) };
    fs::write(out.join("carried.rs"), text).expect("OUT_DIR can be written");
}

fn in_place(repository: &Path) -> String {
    format!(
        "pub const IN_PLACE: Option<&str> = Some({:?});\npub const KEY: &str = \"\";\npub const FILES: &[(&str, &[u8])] = &[];\npub const COMMIT: &str = \"development build\";\n",
        repository.to_str().expect("the repository's path is UTF-8")
    )
}

fn carried(repository: &Path) -> String {
    let mut files = Vec::new();
    for name in CARRIED {
        println!("cargo::rerun-if-changed={}", repository.join(name).display());
        add(&repository.join(name), &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    let mut list = String::new();
    for file in &files {
        let name = file.strip_prefix(repository).expect("a file of the repository").to_str().expect("a name in UTF-8");
        (name, fs::read(file).expect("a readable source")).hash(&mut hasher);
        let path = file.to_str().expect("a path in UTF-8");
        let _ = writeln!(list, "    ({name:?}, include_bytes!({path:?})),");
    }
    let key = hasher.finish();
    let commit = commit(repository).unwrap_or_else(|| "commit unknown".to_owned());
    format!(
        "pub const IN_PLACE: Option<&str> = None;\npub const KEY: &str = \"{key:016x}\";\npub const FILES: &[(&str, &[u8])] = &[\n{list}];\npub const COMMIT: &str = {commit:?};\n"
    )
}

/// Adds the files at `path`, a file or a folder. A missing path is ignored.
fn add(path: &Path, files: &mut Vec<PathBuf>) {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    if path.is_file() && !is_hidden {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).expect("a readable folder") {
            add(&entry.expect("a readable folder").path(), files);
        }
    }
}

/// The commit that is checked out, as git abbreviates it.
fn commit(repository: &Path) -> Option<String> {
    let git = |arguments: &[&str]| {
        let output =
            Command::new("git").arg("-C").arg(repository).args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
    };
    // The log of HEAD changes with each commit and checkout, in a worktree as well.
    if let Some(folder) = git(&["rev-parse", "--absolute-git-dir"]) {
        println!("cargo::rerun-if-changed={folder}/logs/HEAD");
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}
