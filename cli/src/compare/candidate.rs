//! One side of a comparison: a function or a program, linked, and copied to where the next link
//! does not replace it.

use crate::Error;
use crate::compile::build::{self, Request};
use crate::compile::program::Program;
use crate::engine::LinkOptions;
use crate::environment::Function;
use crate::home::Home;
use crate::measure::event::{self, Named};
use crate::measure::linked;
use crate::preset::Preset;
use handlers_build::function::{Function as Source, Origin};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A function or a program.
#[derive(Debug)]
pub struct Candidate {
    /// As the user named it.
    pub name: String,
    pub kind: Kind,
    /// The size of the file that ships.
    pub bytes: u64,
}

#[derive(Debug)]
pub enum Kind {
    /// A function, with the events of its fixtures.
    Function { function: Function, events: Vec<Named> },
    /// The file with symbols.
    Program(PathBuf),
}

impl Candidate {
    /// Links what `name` names: NAME, COMMIT:NAME, or FILE. `folder` is for its copy. For errors in
    /// the source, their messages.
    ///
    /// # Errors
    /// As [`Home::function`], [`Program::read`] and [`linked::function`].
    pub async fn link(name: &str, folder: &Path) -> Result<Result<Self, String>, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        if let Some(origin) = Origin::of(Path::new(name)) {
            let path = Path::new(name);
            let functions = match Program::without_main(path)? {
                Ok(program) => program.functions().unwrap_or_default(),
                Err(messages) => return Ok(Err(messages)),
            };
            if functions.iter().any(|function| function == "main") {
                return Self::of_program(name, folder).await;
            }
            let source = std::path::absolute(path).map_err(|error| Error::file(path, error))?;
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let source = Source { name: stem, source, origin };
            return Self::of_function(name, &Home::here()?, &source, &LinkOptions::default(), folder).await;
        }
        let home = Home::here()?;
        if let Some((commit, function)) = name.split_once(':') {
            let source = home.function(Some(function))?;
            let earlier = at_commit(commit, &source, &folder.join("functions"))?;
            return Self::of_function(name, &home, &earlier, &LinkOptions::default(), folder).await;
        }
        let source = home.function(Some(name))?;
        Self::of_function(name, &home, &source, &LinkOptions::default(), folder).await
    }

    /// Links `source` as `options` say; as [`Self::link`].
    ///
    /// # Errors
    /// As [`linked::function`].
    pub async fn of_function(
        name: &str,
        home: &Home,
        source: &Source,
        options: &LinkOptions,
        folder: &Path,
    ) -> Result<Result<Self, String>, Error> {
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        let linked = match linked::function(home, source, options).await? {
            Ok(linked) => linked,
            Err(messages) => return Ok(Err(messages)),
        };
        let bootstrap = folder.join("bootstrap");
        fs::copy(&linked.bootstrap, &bootstrap).map_err(|error| Error::file(&linked.bootstrap, error))?;
        let shipped = linked.bootstrap.with_extension("");
        let bytes = fs::metadata(&shipped).map_err(|error| Error::file(&shipped, error))?.len();
        let events = event::of_fixtures(home, source)?;
        Ok(Ok(Self { name: name.to_owned(), kind: Kind::Function { function: Function { bootstrap, ..linked }, events }, bytes }))
    }

    async fn of_program(name: &str, folder: &Path) -> Result<Result<Self, String>, Error> {
        let program = match Program::read(Path::new(name))? {
            Ok(program) => program,
            Err(messages) => return Ok(Err(messages)),
        };
        let request = Request { preset: Preset::Aggressive, processor: None, as_written: false, rebuild: false };
        let built = match build::build(&program, &request).await? {
            Ok(built) => built,
            Err(messages) => return Ok(Err(messages)),
        };
        let copy = folder.join("program");
        fs::copy(&built.with_symbols, &copy).map_err(|error| Error::file(&built.with_symbols, error))?;
        Ok(Ok(Self { name: name.to_owned(), kind: Kind::Program(copy), bytes: built.bytes.len() as u64 }))
    }
}

/// The function `source` as of `commit`: the files of its folder are written into `folder`. The
/// runtime is that of today.
fn at_commit(commit: &str, source: &Source, folder: &Path) -> Result<Source, Error> {
    // git would read it as an option, such as `--output=FILE`.
    if commit.is_empty() || commit.starts_with('-') {
        return Err(Error::Refused(format!("{commit}:{}: expected COMMIT:NAME, and a commit does not begin with a hyphen", source.name)));
    }
    let functions = source.source.parent().unwrap_or(Path::new("."));
    let mut git = Command::new("git");
    git.current_dir(if functions.as_os_str().is_empty() { Path::new(".") } else { functions });
    let output = git.args(["archive", "--format=tar", commit, "."]).output().map_err(Error::system("starting git"))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(Error::Refused(format!("{commit}:{}: git archive failed: {}", source.name, reason.trim_end())));
    }
    fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    tar::Archive::new(&*output.stdout).unpack(folder).map_err(|error| Error::file(folder, error))?;
    let file = |ending: &str| Some(folder.join(format!("{}.{ending}", source.name))).filter(|file| file.exists());
    let earlier = file("ruchy").or_else(|| file("rs"));
    let earlier = earlier.ok_or_else(|| Error::Refused(format!("{commit}:{}: this commit has no function of this name", source.name)))?;
    let origin = Origin::of(&earlier).unwrap_or(source.origin);
    Ok(Source { source: earlier, origin, name: source.name.clone() })
}

#[cfg(test)]
mod tests {
    use super::at_commit;
    use handlers_build::function::{Function, Origin};

    #[test]
    fn commit_that_git_reads_as_an_option_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let written = folder.path().join("written.tar");
        let source = Function { name: "a".into(), source: folder.path().join("functions/a.rs"), origin: Origin::Rust };
        for commit in [format!("--output={}", written.display()), "-l".to_owned(), String::new()] {
            let error = at_commit(&commit, &source, folder.path()).unwrap_err().to_string();
            assert!(error.contains("expected COMMIT:NAME"), "{error}");
        }
        assert!(!written.exists());
    }
}
