//! The Cargo.lock of a generated workspace: the versions of the project's Cargo.lock, and those of
//! this tool for other crates. Pure.

use std::collections::BTreeSet;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

/// The lock file to begin with: all of `project` but `pinned`, and the packages of `tool` that are
/// missing then, by compatible versions. cargo removes what is not needed.
#[must_use]
pub fn merged(project: &str, tool: &str, pinned: &[&str]) -> Option<String> {
    let mut merged: DocumentMut = project.parse().ok()?;
    let tool: DocumentMut = tool.parse().ok()?;
    let of_tool: BTreeSet<(String, String)> =
        tool.get("package").and_then(Item::as_array_of_tables)?.iter().filter_map(compatible).collect();
    let packages = merged.entry("package").or_insert(Item::ArrayOfTables(ArrayOfTables::new())).as_array_of_tables_mut()?;
    packages.retain(|package| {
        let package = compatible(package);
        !package.is_some_and(|package| pinned.contains(&package.0.as_str()) && of_tool.contains(&package))
    });
    let known: BTreeSet<(String, String)> = packages.iter().filter_map(compatible).collect();
    for package in tool.get("package").and_then(Item::as_array_of_tables)? {
        if package.contains_key("source") && compatible(package).is_some_and(|package| !known.contains(&package)) {
            packages.push(package.clone());
        }
    }
    Some(merged.to_string())
}

/// Packages of registries in `workspace` that are in neither of the lock files: `name version`.
#[must_use]
pub fn added(workspace: &str, project: &str, tool: &str) -> Vec<String> {
    let packages = |text: &str| -> BTreeSet<String> {
        let document = text.parse::<DocumentMut>().ok();
        let packages = document.as_ref().and_then(|document| document.get("package")).and_then(Item::as_array_of_tables);
        packages
            .into_iter()
            .flatten()
            .filter(|package| package.contains_key("source"))
            .filter_map(|package| Some(format!("{} {}", package.get("name")?.as_str()?, package.get("version")?.as_str()?)))
            .collect()
    };
    let known: BTreeSet<String> = packages(project).union(&packages(tool)).cloned().collect();
    packages(workspace).difference(&known).cloned().collect()
}

/// The name of a package, and the part of its version that compatible ones share: cargo has one of
/// these at most.
fn compatible(package: &Table) -> Option<(String, String)> {
    let version = package.get("version")?.as_str()?;
    let mut parts = version.split(['.', '-', '+']);
    let (major, minor, patch) = (parts.next()?, parts.next()?, parts.next()?);
    let part = if major != "0" {
        major.to_owned()
    } else if minor != "0" {
        format!("0.{minor}")
    } else {
        format!("0.0.{patch}")
    };
    Some((package.get("name")?.as_str()?.to_owned(), part))
}

#[cfg(test)]
mod tests {
    use super::{added, merged};

    fn lock(packages: &[(&str, &str)]) -> String {
        packages.iter().fold("version = 4\n".to_owned(), |text, (name, version)| {
            text + &format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n")
        })
    }

    #[test]
    fn lock_keeps_the_projects_versions_and_adds_the_tools() {
        let project = lock(&[("serde", "1.0.200"), ("rand", "0.8.5")]);
        let tool = lock(&[("serde", "1.0.219"), ("rand", "0.9.1"), ("itoa", "1.0.15")])
            + "\n[[package]]\nname = \"handlers\"\nversion = \"0.1.0\"\n";
        let text = merged(&project, &tool, &[]).unwrap();
        for present in ["1.0.200", "0.8.5", "0.9.1", "1.0.15"] {
            assert!(text.contains(present), "{present}: {text}");
        }
        assert!(!text.contains("1.0.219") && !text.contains("handlers"), "{text}");
        let pinned = merged(&project, &tool, &["serde"]).unwrap();
        assert!(pinned.contains("1.0.219") && !pinned.contains("1.0.200"), "{pinned}");
    }

    #[test]
    fn lock_names_versions_that_are_in_no_other() {
        let (project, tool) = (lock(&[("serde", "1.0.200")]), lock(&[("itoa", "1.0.15")]));
        assert_eq!(added(&lock(&[("serde", "1.0.200"), ("itoa", "1.0.15")]), &project, &tool), [""; 0]);
        assert_eq!(added(&lock(&[("serde", "1.0.219")]), &project, &tool), ["serde 1.0.219"]);
    }
}
