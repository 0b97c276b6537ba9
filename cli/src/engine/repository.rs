//! Links functions of this repository, several in one file: the packages of its own workspace, with
//! the flags of every link.

mod build;
mod job;

use super::mode::Link;
use super::recipe::Recipe;
use super::toolchain::Toolchain;
use super::{columns, dep_info, strip, write_executable};
use crate::architecture::Architecture;
use crate::engine::remarks::Remark;
use crate::package::write_whole;
use crate::{Error, emulation};
use build::{Build, Built};
use handlers_build::compile;
use std::fs;
use std::path::{Path, PathBuf};

pub use job::Job;

/// A file that the linker made.
#[derive(Debug)]
pub struct File {
    /// It, with symbols.
    path: PathBuf,
    pub link: Link,
    /// The compiler's warnings, and rustc's.
    pub warnings: String,
    /// LLVM's, of a link that asks for them.
    pub remarks: Vec<Remark>,
    /// Until this is dropped: another link would replace the file.
    _lock: fs::File,
    /// Folders of files that no author writes.
    made: Vec<PathBuf>,
    /// The folders of generated Rust.
    generated: Vec<PathBuf>,
    /// The functions' sources, of which the generated files have the ends of the paths.
    sources: Vec<PathBuf>,
}

impl File {
    /// The files of authors that it is made of.
    #[must_use]
    pub fn inputs(&self) -> Vec<PathBuf> {
        dep_info::inputs(&self.path, &self.made.iter().map(PathBuf::as_path).collect::<Vec<_>>())
    }

    /// Writes it to `out`, stripped or with its symbols.
    ///
    /// # Errors
    /// As [`write_executable`]; [`Error::Refused`] if the linker did not write it.
    pub fn write(&self, out: &Path, with_symbols: bool) -> Result<(), Error> {
        let bytes = fs::read(&self.path).map_err(|error| Error::file(&self.path, error))?;
        let stripped = |bytes| strip::strip(bytes).map_err(|reason| Error::Refused(format!("{}: {reason}", self.path.display())));
        write_executable(out, &if with_symbols { bytes } else { stripped(bytes)? })?;
        if !with_symbols {
            return Ok(());
        }
        let source_of = |name: &Path| self.sources.iter().find(|source| source.ends_with(name)).cloned().unwrap_or_default();
        write_whole(&columns::path(out), columns::text(&self.path, &self.generated, source_of).as_bytes())
    }
}

impl Job<'_> {
    /// Links the functions into `out`. The warnings; if a function is wrong, the messages for its
    /// author.
    ///
    /// # Errors
    /// As [`Self::link`] and [`File::write`].
    pub async fn write(&self, out: &Path) -> Result<Result<String, String>, Error> {
        let file = match self.link().await? {
            Ok(file) => file,
            Err(refused) => return Ok(Err(refused)),
        };
        self.write_file(&file, out)?;
        Ok(Ok(file.warnings))
    }

    /// Writes `file`, which this job linked, so that this machine starts it if the job is a local
    /// one.
    ///
    /// # Errors
    /// As [`File::write`].
    pub fn write_file(&self, file: &File, out: &Path) -> Result<(), Error> {
        file.write(out, self.recipe.keeps_symbols)?;
        if self.is_emulated() { emulation::emulate(self.root, out) } else { Ok(()) }
    }

    /// Returns true if an emulator runs the file that is written.
    #[must_use]
    pub fn is_emulated(&self) -> bool {
        self.recipe.is_local && !self.recipe.architecture().is_this_machines()
    }

    /// [`Self::write`], in a caller that is not `async`.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_blocking(&self, out: &Path) -> Result<Result<String, String>, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::system("linking"))?;
        runtime.block_on(self.write(out))
    }

    /// Links the functions. If one is wrong, the messages for its author.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is not a function's fault; [`Error::Functions`],
    /// [`Error::File`].
    pub async fn link(&self) -> Result<Result<File, String>, Error> {
        let toolchain = Toolchain::of(self.root)?;
        let link = toolchain.link_or_install(self.recipe.link, self.recipe.architecture(), self.mode())?;
        let functions = if self.is_package() { Vec::new() } else { self.functions()? };
        // rustc needs a hundred times as long to find these errors; and so those of all functions
        // are reported.
        let errors: Vec<String> =
            functions.iter().filter_map(|function| Some(format!("{}\n", compile::check(function, false).err()?))).collect();
        if !errors.is_empty() {
            return Ok(Err(errors.join("\n")));
        }
        let target = self.root.join("target/bootstrap").join(folder_name(link, self.recipe));
        let lock = lock(&target)?;
        let build = Build { job: self, toolchain: &toolchain, link, functions: &functions, target: &target };
        let made = vec![self.root.join("target"), self.root.join("bootstrap")];
        Ok(build.run().await?.map(|Built { path, warnings, remarks }| File {
            path,
            link,
            warnings,
            remarks,
            _lock: lock,
            made,
            generated: build.rewritten_folders().into(),
            sources: functions.iter().map(|function| function.source.clone()).collect(),
        }))
    }
}

/// Returns the name of the link mode, as in `tests/budgets.toml` and manifests: `musl-target`,
/// `musl-target-arm64`, `musl-gcc`, each with `-std`.
#[must_use]
pub fn link_name(link: Link, recipe: &Recipe) -> String {
    let arm64 = if recipe.architecture() == Architecture::Arm64 { "-arm64" } else { "" };
    format!("{}{arm64}{}", link.name(), std_suffix(recipe))
}

/// The target folder of such links: build scripts, and what these are made of, are compiled once
/// for both processors.
fn folder_name(link: Link, recipe: &Recipe) -> String {
    link.name().to_owned() + std_suffix(recipe)
}

fn std_suffix(recipe: &Recipe) -> &'static str {
    if recipe.std.is_some() { "-std" } else { "" }
}

fn lock(target: &Path) -> Result<fs::File, Error> {
    let path = target.join("link.lock");
    fs::create_dir_all(target).map_err(|error| Error::file(target, error))?;
    let lock = fs::File::create(&path).map_err(|error| Error::file(&path, error))?;
    lock.lock().map_err(|error| Error::file(&path, error))?;
    Ok(lock)
}
