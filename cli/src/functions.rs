//! The folders of functions and of their fixtures: a folder `fixtures` next to the folder of
//! functions.

use crate::environment::Function;
use crate::{Error, process};
use handlers_build::function::{self, Function as Source};
use handlers_build::register::FUNCTIONS;
use std::path::{Path, PathBuf};

/// The default folder of functions.
pub const FOLDER: &str = "handlers/functions";
/// Lambda's first region, where the developer's environment names none.
pub const DEFAULT_REGION: &str = "us-east-1";
/// The name of a folder of fixtures.
const FIXTURES: &str = "fixtures";

/// The folders that functions are looked for in: those that `RUCHY_LAMBDA_FUNCTIONS` names, as in a
/// build, or the project's own.
#[must_use]
pub fn folders() -> Vec<PathBuf> {
    match std::env::var_os(FUNCTIONS).filter(|value| !value.is_empty()) {
        Some(folders) => std::env::split_paths(&folders).collect(),
        None => vec![PathBuf::from(FOLDER)],
    }
}

/// The functions in `folders` that are called `names`, or all.
///
/// # Errors
/// [`Error::Functions`].
pub fn select(folders: &[PathBuf], names: &[String]) -> Result<Vec<Source>, Error> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Ok(function::select(function::find(folders)?, &names)?)
}

/// Returns the folder of fixtures for the functions in `folder`; each function's are in a
/// subfolder of its name.
#[must_use]
pub fn fixtures_folder(folder: &Path) -> PathBuf {
    folder.with_file_name(FIXTURES)
}

/// Returns the folder of fixtures of `function`.
#[must_use]
pub fn fixtures_of(function: &Source) -> PathBuf {
    fixtures_folder(function.source.parent().unwrap_or(Path::new(""))).join(&function.name)
}

/// The function called `handler` in the file `bootstrap`, in the region that the developer's
/// environment names, or Lambda's first.
///
/// # Errors
/// As [`process::executable`].
pub fn configured(handler: &str, bootstrap: &Path, memory_mb: u32) -> Result<Function, Error> {
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| std::env::var(name).ok());
    Ok(Function {
        handler: handler.to_owned(),
        bootstrap: process::executable(bootstrap)?,
        memory_mb,
        variables: std::collections::BTreeMap::new(),
        region: region.filter(|region| !region.is_empty()).unwrap_or_else(|| DEFAULT_REGION.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::fixtures_of;
    use handlers_build::function::{Function, Origin};
    use std::path::Path;

    #[test]
    fn fixtures_are_next_to_the_folder_of_functions() {
        for (source, fixtures) in [
            ("handlers/functions/hello.ruchy", "handlers/fixtures/hello"),
            ("/my/functions/hello.ruchy", "/my/fixtures/hello"),
            ("functions/hello.ruchy", "fixtures/hello"),
        ] {
            let function = Function { name: "hello".into(), source: source.into(), origin: Origin::Ruchy };
            assert_eq!(fixtures_of(&function), Path::new(fixtures));
        }
    }
}
