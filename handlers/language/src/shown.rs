//! The functions that documents show, in Ruchy and in Rust.

use std::fs;
use std::path::{Path, PathBuf};

/// A function in a document.
pub struct Shown {
    /// `ruchy` or `rs`.
    pub extension: &'static str,
    pub source: String,
    pub document: PathBuf,
}

/// The functions in README.md and in `docs/`, in order. A block that elides something by `…`, or
/// that is marked `rust,ignore`, is not a function. Tutorials are excluded: `cli/tests/tutorials`
/// executes them.
///
/// # Panics
/// A document cannot be read.
#[must_use]
pub fn functions(root: &Path) -> Vec<Shown> {
    let mut documents = vec![root.join("README.md")];
    pages(&root.join("docs"), &mut documents);
    documents.sort();
    let mut functions = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).expect("a document is UTF-8");
        for (fence, extension) in [("```ruchy\n", "ruchy"), ("```rust\n", "rs")] {
            let blocks = text.split(fence).skip(1).filter_map(|rest| rest.split("```").next());
            let handlers = blocks.filter(|block| ["fun", "fn"].iter().any(|word| block.contains(&format!("{word} lambda_handler"))));
            functions.extend(handlers.filter(|block| !block.contains('…')).map(|block| Shown {
                extension,
                source: block.to_owned(),
                document: document.clone(),
            }));
        }
    }
    functions
}

/// Adds the Markdown files below `folder`.
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder exists").map(|entry| entry.expect("the folder can be read").path()) {
        if entry.is_dir() && !entry.ends_with("tutorials") {
            pages(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "md") {
            found.push(entry);
        }
    }
}
