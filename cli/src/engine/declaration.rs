//! The dependencies of a project's manifest, as generated manifests declare them. Pure.

use super::generated::text;
use crate::Error;
use crate::project::Dependency;
use toml_edit::{Array, InlineTable};

/// `dependency` as a manifest elsewhere declares it.
///
/// # Errors
/// [`Error::Refused`] for a path that is not UTF-8.
pub fn declaration(dependency: &Dependency) -> Result<InlineTable, Error> {
    let mut table = InlineTable::new();
    if dependency.package != dependency.name {
        table.insert("package", dependency.package.as_str().into());
    }
    match (&dependency.path, dependency.source.as_deref()) {
        (Some(path), _) => drop(table.insert("path", text(path)?.into())),
        (None, Some(source)) if source.starts_with("git+") => git(&mut table, source),
        (None, source) => {
            table.insert("version", dependency.requirement.as_str().into());
            let registry = source.and_then(|source| source.strip_prefix("registry+").or(Some(source)));
            if let Some(index) = registry.filter(|index| !is_crates_io(index)) {
                table.insert("registry-index", index.into());
            }
        }
    }
    if !dependency.has_default_features {
        table.insert("default-features", false.into());
    }
    if !dependency.features.is_empty() {
        table.insert("features", dependency.features.iter().map(String::as_str).collect::<Array>().into());
    }
    Ok(table)
}

fn is_crates_io(index: &str) -> bool {
    index == "https://github.com/rust-lang/crates.io-index"
}

/// `git+URL?branch=NAME`, or with a tag or a revision.
fn git(table: &mut InlineTable, source: &str) {
    let source = source.trim_start_matches("git+");
    let (url, query) = source.split_once('?').unwrap_or((source, ""));
    table.insert("git", url.into());
    if let Some((key, value)) = query.split_once('=') {
        table.insert(key, value.split('#').next().unwrap_or(value).into());
    }
}

#[cfg(test)]
mod tests {
    use super::declaration;
    use crate::project::Dependency;

    #[test]
    fn workspace_declares_dependencies_as_the_project_does() {
        let base = Dependency {
            name: "uuid".into(),
            package: "uuid".into(),
            requirement: "^1".into(),
            path: None,
            source: Some("registry+https://github.com/rust-lang/crates.io-index".into()),
            features: vec!["v4".into()],
            has_default_features: false,
            target: None,
        };
        let shown = |dependency: &Dependency| declaration(dependency).unwrap().to_string();
        assert_eq!(shown(&base), "{ version = \"^1\", default-features = false, features = [\"v4\"] }");
        let renamed = Dependency { name: "id".into(), features: vec![], has_default_features: true, ..base.clone() };
        assert_eq!(shown(&renamed), "{ package = \"uuid\", version = \"^1\" }");
        let path = Dependency { path: Some("/a b/c".into()), source: None, features: vec![], ..base.clone() };
        assert_eq!(shown(&path), "{ path = \"/a b/c\", default-features = false }");
        let git =
            Dependency { source: Some("git+https://example.org/x?tag=v1".into()), features: vec![], has_default_features: true, ..base };
        assert_eq!(shown(&git), "{ git = \"https://example.org/x\", tag = \"v1\" }");
    }
}
