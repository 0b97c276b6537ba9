//! The files that a linked file is made of: cargo lists them next to it, as a rule of make.

use std::fs;
use std::path::{Path, PathBuf};

/// The inputs of `linked` that are in none of the folders `made`. Those that cargo did not write
/// down are missing.
#[must_use]
pub fn inputs(linked: &Path, made: &[&Path]) -> Vec<PathBuf> {
    all(linked).into_iter().filter(|path| !made.iter().any(|folder| path.starts_with(folder))).collect()
}

/// All inputs of `linked`. Those that cargo did not write down are missing.
#[must_use]
pub fn all(linked: &Path) -> Vec<PathBuf> {
    parse(&fs::read_to_string(linked.with_extension("d")).unwrap_or_default())
}

/// The prerequisites of the rules in `text`. A blank in a path has a backslash before it.
fn parse(text: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for line in text.lines() {
        let Some((_, prerequisites)) = line.split_once(": ") else { continue };
        let mut path = String::new();
        let mut characters = prerequisites.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => path.extend(characters.next()),
                ' ' => paths.push(std::mem::take(&mut path).into()),
                _ => path.push(character),
            }
        }
        paths.push(path.into());
    }
    paths.retain(|path| !path.as_os_str().is_empty());
    paths.sort();
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::path::PathBuf;

    #[test]
    fn dep_info_has_paths_with_blanks() {
        let text = "/t/bootstrap: /a\\ b/c.rs /d.rs\n\n/d.rs:\n";
        assert_eq!(parse(text), ["/a b/c.rs", "/d.rs"].map(PathBuf::from));
    }
}
