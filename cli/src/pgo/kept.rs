//! The stored profile of a function: LLVM's sparse text, and a first line that identifies the
//! sources and the compiler.
//!
//! Files are written atomically: an interrupted command leaves no partial file for a later build.

use super::llvm;
use crate::Error;
use crate::compile::report::sha256;
use crate::engine::LinkOptions;
use crate::package::write_whole;
use handlers_build::function::Function as Source;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of profiles, next to that of functions.
const FOLDER: &str = "profiles";
const ENDING: &str = "proftext";
/// The first line begins with this. LLVM ignores lines that begin with `#`.
const MARK: &str = "# ruchy-lambda pgo ";

/// Returns the path of the kept profile of `source`.
#[must_use]
pub fn path(source: &Source) -> PathBuf {
    let functions = source.source.parent().unwrap_or(Path::new(""));
    functions.with_file_name(FOLDER).join(&source.name).with_extension(ENDING)
}

/// Returns the key of a profile: a hash of the function's sources and the versions of rustc and its
/// LLVM.
///
/// # Errors
/// [`Error::File`].
pub fn key(source: &Source, compiler: &str) -> Result<String, Error> {
    let mut text = String::new();
    for file in source.files().into_iter().filter(|file| file.exists()) {
        text += &fs::read_to_string(&file).map_err(|error| Error::file(&file, error))?;
        text.push('\0');
    }
    Ok(format!("sources {} {compiler}", sha256(text.as_bytes())))
}

/// Keeps `profile`, LLVM's text, for `source`.
///
/// # Errors
/// [`Error::File`].
pub fn keep(source: &Source, key: &str, profile: &str) -> Result<PathBuf, Error> {
    let path = path(source);
    write_whole(&path, format!("{MARK}{key}\n{profile}").as_bytes())?;
    Ok(path)
}

/// Returns true if LLVM's text has the counters of a function. That of an empty profile, which
/// LLVM's tools accept, has at most its kind.
#[must_use]
pub fn has_counters(profile: &str) -> bool {
    profile.lines().any(|line| !line.trim().is_empty() && !line.starts_with([':', '#']))
}

/// The profile that is kept of `source`, LLVM's text, if it is of these sources and this compiler;
/// `Err` has the reason why it is not used.
///
/// # Errors
/// [`Error::File`].
pub fn read(source: &Source, key: &str) -> Result<Option<Result<String, String>>, Error> {
    let path = path(source);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let (first, profile) = text.split_once('\n').unwrap_or((&text, ""));
    let reason = if first.strip_prefix(MARK) != Some(key) {
        "was made from other sources or by another compiler and is not used; recreate it with"
    } else if has_counters(profile) {
        return Ok(Some(Ok(profile.to_owned())));
    } else {
        "has no counters and is not used; recreate it with"
    };
    Ok(Some(Err(format!("{}: the profile {reason} `ruchy-lambda pgo {}`", path.display(), source.name))))
}

/// The options of a link with `profile`, LLVM's text. The indexed form that rustc reads is written
/// into `folder`, by a name that its contents decide: the same profile makes the same file. `tool`
/// finds llvm-profdata.
///
/// # Errors
/// Those of `tool`; as [`llvm::run`]; [`Error::File`].
pub fn options(profile: &str, folder: &Path, tool: impl FnOnce() -> Result<PathBuf, Error>) -> Result<LinkOptions, Error> {
    let indexed = folder.join(format!("{}.profdata", &sha256(profile.as_bytes())[..16]));
    if !indexed.exists() {
        let tool = tool()?;
        let failed = |error| Error::file(&indexed, error);
        fs::create_dir_all(folder).map_err(failed)?;
        let temporary = tempfile::tempdir_in(folder).map_err(failed)?;
        let (text, merged) = (temporary.path().join("profile.proftext"), temporary.path().join("profile.profdata"));
        fs::write(&text, profile).map_err(failed)?;
        llvm::run(&tool, [OsStr::new("merge"), OsStr::new("-o"), merged.as_os_str(), text.as_os_str()])?;
        fs::rename(&merged, &indexed).map_err(failed)?;
    }
    let indexed = std::path::absolute(&indexed).map_err(|error| Error::file(&indexed, error))?;
    let flags = [format!("-Cprofile-use={}", indexed.display()), "-Cllvm-args=-disable-vp".to_owned()];
    Ok(LinkOptions { rustc_flags: flags.to_vec(), ..LinkOptions::default() })
}

#[cfg(test)]
mod tests {
    use super::{keep, key, options, path, read};
    use crate::Error;
    use handlers_build::function::{Function, Origin};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// The files in `folder`.
    fn files(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn failed_merge_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let fails = |tool: &'static str| options(":ir\n", folder.path(), move || Ok(PathBuf::from(tool))).unwrap_err();
        assert!(matches!(fails("/bin/false"), Error::Refused(_)));
        // It succeeds, and writes nothing.
        assert!(matches!(fails("/bin/true"), Error::File { .. }));
        assert_eq!(files(folder.path()), [""; 0]);
    }

    #[test]
    fn profile_requires_same_sources_and_compiler() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("functions/a.rs");
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, "pub fn one() {}").unwrap();
        let source = Function { name: "a".into(), source: file.clone(), origin: Origin::Rust };
        let of_first = key(&source, "rustc 1.95.0").unwrap();
        assert_eq!(read(&source, &of_first).unwrap(), None);
        for empty in ["", ":ir\n", ":ir\n\n# no function\n"] {
            keep(&source, &of_first, empty).unwrap();
            assert!(read(&source, &of_first).unwrap().unwrap().unwrap_err().contains("has no counters and is not used"), "{empty}");
        }
        keep(&source, &of_first, ":ir\nmain\n").unwrap();
        assert_eq!(path(&source), folder.path().join("profiles/a.proftext"));
        assert_eq!(files(&folder.path().join("profiles")), ["a.proftext"], "no temporary file is left");
        assert_eq!(read(&source, &of_first).unwrap(), Some(Ok(":ir\nmain\n".to_owned())));
        fs::write(&file, "pub fn two() {}").unwrap();
        for other in [key(&source, "rustc 1.95.0").unwrap(), of_first.replace("1.95", "1.96")] {
            assert!(read(&source, &other).unwrap().unwrap().unwrap_err().contains("`ruchy-lambda pgo a`"));
        }
    }
}
