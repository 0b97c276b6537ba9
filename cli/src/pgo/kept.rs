//! The profile that is kept of a function: LLVM's sparse text, and a first line that names the sources and the compiler it is of.

use super::llvm;
use crate::Error;
use crate::compile::report::sha256;
use crate::engine::LinkOptions;
use handlers_build::function::Function as Source;
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

/// Returns the key of a profile: a hash of the function's sources and the version of rustc.
///
/// # Errors
/// [`Error::File`].
pub fn key(source: &Source, rustc: &str) -> Result<String, Error> {
    let mut text = String::new();
    for file in source.files().into_iter().filter(|file| file.exists()) {
        text += &fs::read_to_string(&file).map_err(|error| Error::file(&file, error))?;
        text.push('\0');
    }
    Ok(format!("sources {} {rustc}", sha256(text.as_bytes())))
}

/// Keeps `profile`, LLVM's text, for `source`.
///
/// # Errors
/// [`Error::File`].
pub fn keep(source: &Source, key: &str, profile: &str) -> Result<PathBuf, Error> {
    let path = path(source);
    let folder = path.parent().unwrap_or(&path);
    let text = format!("{MARK}{key}\n{profile}");
    fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|error| Error::file(&path, error))?;
    Ok(path)
}

/// The profile that is kept of `source`, LLVM's text, if it is of these sources and this compiler; `Err` tells why it is not used.
///
/// # Errors
/// [`Error::File`].
pub fn read(source: &Source, key: &str) -> Result<Option<Result<String, String>>, Error> {
    let path = path(source);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let (first, profile) = text.split_once('\n').unwrap_or((&text, ""));
    if first.strip_prefix(MARK) == Some(key) {
        return Ok(Some(Ok(profile.to_owned())));
    }
    let reason = "is not of these sources or this compiler, and is not used; make it again with";
    Ok(Some(Err(format!("{}: the profile {reason} `ruchy-lambda pgo {}`", path.display(), source.name))))
}

/// The options of a link with `profile`, LLVM's text. The indexed form that rustc reads is written into `folder`, by a name that its contents decide:
/// the same profile makes the same file.
///
/// # Errors
/// As [`llvm::find`] and [`llvm::run`]; [`Error::File`].
pub fn options(profile: &str, folder: &Path) -> Result<LinkOptions, Error> {
    let hash = sha256(profile.as_bytes());
    let name = |ending: &str| folder.join(format!("{}.{ending}", &hash[..16]));
    let (text, indexed) = (name(ENDING), name("profdata"));
    if !indexed.exists() {
        fs::create_dir_all(folder).and_then(|()| fs::write(&text, profile)).map_err(|error| Error::file(&text, error))?;
        let tool = llvm::find("llvm-profdata")?;
        llvm::run(&tool, &["merge".as_ref(), "-o".as_ref(), indexed.as_ref(), text.as_ref()])?;
    }
    let indexed = std::path::absolute(&indexed).map_err(|error| Error::file(&indexed, error))?;
    let flags = [format!("-Cprofile-use={}", indexed.display()), "-Cllvm-args=-disable-vp".to_owned()];
    Ok(LinkOptions { rustc_flags: flags.to_vec(), ..LinkOptions::default() })
}

#[cfg(test)]
mod tests {
    use super::{keep, key, path, read};
    use handlers_build::function::{Function, Origin};
    use std::fs;

    #[test]
    fn profile_is_used_while_the_sources_and_the_compiler_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("functions/a.rs");
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, "pub fn one() {}").unwrap();
        let source = Function { name: "a".into(), source: file.clone(), origin: Origin::Rust };
        let of_first = key(&source, "rustc 1.95.0").unwrap();
        assert_eq!(read(&source, &of_first).unwrap(), None);
        keep(&source, &of_first, ":ir\nmain\n").unwrap();
        assert_eq!(path(&source), folder.path().join("profiles/a.proftext"));
        assert_eq!(read(&source, &of_first).unwrap(), Some(Ok(":ir\nmain\n".to_owned())));
        fs::write(&file, "pub fn two() {}").unwrap();
        for other in [key(&source, "rustc 1.95.0").unwrap(), of_first.replace("1.95", "1.96")] {
            assert!(read(&source, &other).unwrap().unwrap().unwrap_err().contains("`ruchy-lambda pgo a`"));
        }
    }
}
