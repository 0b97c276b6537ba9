//! The Ruchy programs of the repository, and what tests do with them.

use std::path::{Path, PathBuf};

/// Every `.ruchy` file of the repository that has no mistakes by intention, in order.
pub fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a folder of the repository");
    let mut found = Vec::new();
    for folder in ["handlers", "tests", "ruchy/tests"] {
        collect(&root.join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 100, "{} programs below {}", found.len(), root.display());
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder's entries can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["mistakes", "rendering", "semantics", "refused", "target"].contains(&name.as_str()) {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "ruchy") {
            found.push(path);
        }
    }
}
