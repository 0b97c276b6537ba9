//! The functions that a command works on: those of the project around the current folder, or of
//! this repository.

use crate::architecture::Architecture;
use crate::engine::project::Engine;
use crate::engine::recipe::architecture_of_environment;
use crate::engine::{LinkOptions, Linked, Purpose, write_executable};
use crate::link::Local;
use crate::project::settings::Settings;
use crate::project::{MANIFEST, Project};
use crate::sdk::Sdk;
use crate::{Error, emulation, functions, interrupted, link, recipe};
use handlers_build::Error as FunctionError;
use handlers_build::function::{self, Function as Source};
use handlers_build::modules;
use std::fs;
use std::path::{Path, PathBuf};

/// The location of the functions.
#[derive(Debug)]
pub enum Home {
    /// A project.
    Project(Project),
    /// The repository of Ruchy Lambda, in whose root folder `just` runs this tool; or folders that
    /// `RUCHY_LAMBDA_FUNCTIONS` names.
    Repository,
}

impl Home {
    /// The home of the current folder.
    ///
    /// # Errors
    /// [`Error::Refused`] outside of any project.
    pub fn here() -> Result<Self, Error> {
        if Self::is_repository() {
            return Ok(Self::Repository);
        }
        let none = || {
            Error::Refused(
                "no project found: no Cargo.toml with [package.metadata.ruchy-lambda] in this folder or one above it.\n\
                 Create one with `ruchy-lambda new NAME`, or add that table to the Cargo.toml of a package."
                    .to_owned(),
            )
        };
        Project::here()?.map(Self::Project).ok_or_else(none)
    }

    /// Returns true for the repository of the tool itself.
    #[must_use]
    pub fn is_repository() -> bool {
        recipe::is_repository()
    }

    /// The functions called `names`, or all. Those of a project have absolute paths.
    ///
    /// # Errors
    /// [`Error::Functions`] for an unknown name.
    pub fn functions(&self, names: &[String]) -> Result<Vec<Source>, Error> {
        match self {
            Self::Repository => functions::select(&functions::folders(), names),
            Self::Project(project) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                Ok(function::select(project.functions()?, &names)?)
            }
        }
    }

    /// The function called `name`; without a name the only one.
    ///
    /// # Errors
    /// [`Error::Refused`] if there are several and none is named; as [`Self::functions`].
    pub fn function(&self, name: Option<&str>) -> Result<Source, Error> {
        let names: Vec<String> = name.into_iter().map(str::to_owned).collect();
        let mut functions = self.functions(&names)?;
        if functions.len() > 1 {
            let names: Vec<_> = functions.iter().map(|function| function.name.as_str()).collect();
            return Err(Error::Refused(format!("expected the name of a function, one of: {}", names.join(", "))));
        }
        Ok(functions.swap_remove(0))
    }

    /// Splits `words`, of which the first may be a function's name, into the function and the words
    /// after it.
    ///
    /// # Errors
    /// As [`Self::function`].
    pub fn function_and<'words>(&self, words: &'words [String]) -> Result<(Source, &'words [String]), Error> {
        let Some((first, others)) = words.split_first() else { return Ok((self.function(None)?, &[])) };
        match self.function(Some(first)) {
            Ok(function) => Ok((function, others)),
            // Not a name, then: an event or a port.
            Err(Error::Functions(FunctionError::UnknownFunction { .. })) if !function::is_name(first) || is_json_word(first) => {
                Ok((self.function(None)?, words))
            }
            Err(error) => Err(error),
        }
    }

    /// The folder that files are named from.
    #[must_use]
    pub fn root(&self) -> &Path {
        match self {
            Self::Repository => Path::new(""),
            Self::Project(project) => &project.root,
        }
    }

    /// Returns true if `function` is linked with Rust's own `std`.
    #[must_use]
    pub fn links_std(&self, function: &Source) -> bool {
        matches!(self, Self::Project(project) if project.settings_of(&function.name).std)
    }

    /// [`Self::root`], as a folder to run a program in.
    #[must_use]
    pub fn root_or_here(&self) -> &Path {
        if self.root().as_os_str().is_empty() { Path::new(".") } else { self.root() }
    }

    /// The folder of fixtures of `function`.
    #[must_use]
    pub fn fixtures_of(&self, function: &Source) -> PathBuf {
        match self {
            Self::Repository => functions::fixtures_of(function),
            Self::Project(project) => project.fixtures_of(&function.name),
        }
    }

    /// The folders in which each function has a folder of fixtures.
    #[must_use]
    pub fn fixture_folders(&self) -> Vec<PathBuf> {
        match self {
            Self::Repository => functions::folders().iter().map(|folder| functions::fixtures_folder(folder)).collect(),
            Self::Project(project) => vec![project.root.join(crate::project::FIXTURES)],
        }
    }

    /// The folders, with those below them, in which functions are looked for.
    #[must_use]
    pub fn function_folders(&self) -> Vec<PathBuf> {
        match self {
            Self::Repository => functions::folders(),
            Self::Project(project) => vec![project.root.join(crate::project::FUNCTIONS)],
        }
    }

    /// The settings of the function `name`.
    #[must_use]
    pub fn settings_of(&self, name: &str) -> Settings {
        match self {
            Self::Repository => Settings::default(),
            Self::Project(project) => project.settings_of(name).clone(),
        }
    }

    /// Returns true if a file that is built to run on this machine is linked in the least time, so
    /// that it differs from the file that ships.
    ///
    /// # Errors
    /// As [`link::is_quick`].
    pub fn links_quickly(&self) -> Result<bool, Error> {
        match self {
            Self::Repository => link::is_quick(),
            Self::Project(_) => Ok(LinkOptions::quick().purpose_for(Architecture::of_this_machine()) == Purpose::Quick),
        }
    }

    /// Builds `function` to run on this machine, with symbols where that costs nothing. If it is
    /// wrong, the messages for its author.
    ///
    /// # Errors
    /// As [`Self::link`].
    pub async fn link_local(&self, function: &Source) -> Result<Result<Local, String>, Error> {
        match self {
            Self::Repository => link::link_local(&function.name).await,
            Self::Project(_) => {
                let architecture = architecture_of_environment()?.unwrap_or_else(Architecture::of_this_machine);
                let options = LinkOptions { architecture: Some(architecture), ..LinkOptions::quick() };
                match self.link(function, &options).await? {
                    Ok(linked) => Ok(Ok(startable(linked)?)),
                    Err(refused) => Ok(Err(refused)),
                }
            }
        }
    }

    /// Builds `function` to run on this machine. If it is wrong, the messages for its author.
    ///
    /// # Errors
    /// As [`Self::link`].
    pub async fn build_local(&self, function: &Source) -> Result<Result<PathBuf, String>, Error> {
        match self {
            Self::Repository => {
                let bootstrap = link::local(&function.name);
                Ok(link::link(&bootstrap, &[&function.name]).await?.map(|()| bootstrap))
            }
            Self::Project(_) => Ok(self.link_local(function).await?.map(|local| local.bootstrap)),
        }
    }

    /// Links `function`. If it is wrong, the messages for its author.
    ///
    /// # Errors
    /// As [`link::link`] and [`Engine::link`].
    pub async fn link(&self, function: &Source, options: &LinkOptions) -> Result<Result<Linked, String>, Error> {
        match self {
            Self::Repository => link::linked(function, options).await,
            Self::Project(project) => {
                let configured = project.settings_of(&function.name).architecture;
                let engine = Engine::new(project, options.architecture.or(configured).unwrap_or(Architecture::X86_64))?;
                engine.link(function, options).await
            }
        }
    }

    /// Links the function that `names` lists, or the only one, for Lambda.
    ///
    /// # Errors
    /// [`Error::Refused`] with the messages for its author, or if several are named; as
    /// [`Self::link`].
    pub fn link_one(&self, names: &[String], architecture: Option<Architecture>) -> Result<(Source, Linked), Error> {
        if let [_, second, ..] = names {
            return Err(Error::Refused(format!("{second}: expected one function, since each function of a project has a file of its own")));
        }
        let function = self.function(names.first().map(String::as_str))?;
        let linked = interrupted::run(self.link(&function, &LinkOptions::shipped(architecture)))?;
        Ok((function, linked.map_err(|messages| Error::Refused(messages.trim_end().to_owned()))?))
    }

    /// The files that a developer writes for `function`: its source and its modules, and the
    /// library and the manifest of a project.
    #[must_use]
    pub fn files_of(&self, function: &Source) -> Vec<PathBuf> {
        let mut files = function.files();
        if let Self::Project(project) = self {
            let library = project.root.join("src/lib.rs");
            files.extend(modules::of(&library));
            files.extend([library, project.root.join(MANIFEST)].into_iter().filter(|file| file.exists()));
        }
        files
    }
}

/// The file of `linked` that this machine starts: a copy that an emulator runs if it is for another
/// processor.
fn startable(linked: Linked) -> Result<Local, Error> {
    let Linked { bootstrap, with_symbols, architecture, inputs, .. } = linked;
    if architecture.is_this_machines() {
        return Ok(Local { bootstrap, with_symbols: Some(with_symbols), inputs });
    }
    let emulated = bootstrap.with_file_name("emulated").join("bootstrap");
    write_executable(&emulated, &fs::read(&bootstrap).map_err(|error| Error::file(&bootstrap, error))?)?;
    emulation::emulate(&Sdk::unpacked()?.root, &emulated)?;
    Ok(Local { bootstrap: emulated, with_symbols: None, inputs })
}

/// Returns true if `word` is JSON although it could be a name.
fn is_json_word(word: &str) -> bool {
    matches!(word, "true" | "false" | "null")
}
