//! A project: an ordinary Cargo package with a folder of functions, anywhere.
//!
//! [`settings`] reads its configuration, [`sources`] finds its functions. [`Package`] has cargo's
//! metadata.

pub mod settings;
pub mod sources;
pub mod test_targets;

use crate::sdk::Sdk;
use crate::shield;
use crate::{Error, process};
use handlers_build::function::Function;
use handlers_build::nearest::did_you_mean;
use serde_json::Value;
use settings::{ProjectSettings, Settings};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml_edit::{DocumentMut, Item};

/// The file that makes a folder a package.
pub const MANIFEST: &str = "Cargo.toml";
/// The folder of the project's functions.
pub const FUNCTIONS: &str = "functions";
/// The folder of the events that functions are tested with.
pub const FIXTURES: &str = "fixtures";
/// The link to the unpacked sources, through which the manifest names `events` and `lambda`.
pub const SDK_LINK: &str = ".ruchy-lambda";

/// A project's folder, and what its manifest configures.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its folder, an absolute path.
    pub root: PathBuf,
    pub settings: ProjectSettings,
}

impl Project {
    /// The project that the current folder belongs to; `None` outside of any.
    ///
    /// # Errors
    /// [`Error::Refused`] if its manifest is wrong.
    pub fn here() -> Result<Option<Self>, Error> {
        let current = std::env::current_dir().map_err(Error::system("finding the current folder"))?;
        Self::around(&current)
    }

    /// The project that `folder` belongs to.
    ///
    /// # Errors
    /// As [`Self::here`].
    pub fn around(folder: &Path) -> Result<Option<Self>, Error> {
        for root in folder.ancestors() {
            let path = root.join(MANIFEST);
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::file(&path, error)),
            };
            let document: DocumentMut =
                text.trim_start_matches('\u{feff}').parse().map_err(|error| Error::Refused(format!("{}: {error}", path.display())))?;
            let metadata = ["package", "metadata", "ruchy-lambda"];
            let table = metadata.iter().try_fold(document.as_item(), |item: &Item, key| item.get(key));
            let Some(table) = table else { continue };
            let table = table
                .as_table_like()
                .ok_or_else(|| Error::Refused(format!("{}: package.metadata.ruchy-lambda: expected a table", path.display())))?;
            let settings = ProjectSettings::parse(table).map_err(|message| Error::Refused(format!("{}: {message}", path.display())))?;
            if root.to_str().is_none() {
                return Err(Error::Refused(format!(
                    "{}: cargo cannot build in a folder whose path is not UTF-8. Move the project.",
                    root.display()
                )));
            }
            return Ok(Some(Self { root: root.to_owned(), settings }));
        }
        Ok(None)
    }

    /// Its functions, by name.
    ///
    /// # Errors
    /// As [`sources::find`]; [`Error::Refused`] if there is none, or one is configured that does
    /// not exist.
    pub fn functions(&self) -> Result<Vec<Function>, Error> {
        let functions = sources::find(&self.root.join(FUNCTIONS))?;
        let names: Vec<String> = functions.iter().map(|function| function.name.clone()).collect();
        if names.is_empty() {
            return Err(Error::Refused(format!(
                "{}: no functions found. Create one with `ruchy-lambda new NAME`.",
                self.root.join(FUNCTIONS).display()
            )));
        }
        if let Some(name) = self.settings.names().find(|name| !names.iter().any(|known| known == name)) {
            return Err(Error::Refused(format!(
                "{}: package.metadata.ruchy-lambda.functions.{name}: no such function.{} Functions: {}.",
                self.root.join(MANIFEST).display(),
                did_you_mean(name, &names),
                names.join(", ")
            )));
        }
        Ok(functions)
    }

    /// The settings of the function `name`.
    #[must_use]
    pub fn settings_of(&self, name: &str) -> &Settings {
        self.settings.of(name)
    }

    /// The folder of fixtures of the function `name`.
    #[must_use]
    pub fn fixtures_of(&self, name: &str) -> PathBuf {
        self.root.join(FIXTURES).join(name)
    }

    /// The folder that builds write to: in the project's `target`, or, if that cannot be written,
    /// in the cache.
    ///
    /// # Errors
    /// As [`crate::sdk::cache`]; [`Error::File`].
    pub fn target(&self) -> Result<PathBuf, Error> {
        writable_target(&self.root, crate::sdk::cache)
    }

    /// Makes the link in the project's folder lead to `sdk`. A read-only folder that has another
    /// link keeps it.
    ///
    /// # Errors
    /// Those of creating it.
    pub fn link_sdk(&self, sdk: &Sdk) -> io::Result<()> {
        let link = self.root.join(SDK_LINK);
        if fs::read_link(&link).is_ok_and(|target| target == sdk.root) {
            return Ok(());
        }
        // A new link is renamed over the old one, so that another process always finds one.
        let new = self.root.join(format!("{SDK_LINK}.{}", std::process::id()));
        let linked = std::os::unix::fs::symlink(&sdk.root, &new).and_then(|()| fs::rename(&new, &link));
        let _ = fs::remove_file(&new);
        linked
    }

    /// Returns cargo's metadata of the project's package and its dependencies. Like any
    /// cargo command, it writes Cargo.lock if that is missing or incomplete.
    ///
    /// # Errors
    /// [`Error::Refused`] with cargo's message, or with that of a read-only folder without the link
    /// to the sources.
    pub fn package(&self, sdk: &Sdk, triple: &str) -> Result<Package, Error> {
        self.check_test_targets()?;
        let linked = self.link_sdk(sdk);
        let lock = self.root.join("Cargo.lock");
        if !lock.exists() && !self.root.ancestors().any(|folder| folder.join("Cargo.lock").exists()) {
            // The versions that this tool was tested with; cargo removes what the project does not
            // need, and adds what is missing.
            let _ = fs::copy(sdk.path("Cargo.lock"), &lock);
        }
        let package = Package::of(&self.root, &["--filter-platform", triple]);
        let link = self.root.join(SDK_LINK);
        match (package, linked) {
            // Without the link cargo finds none of the tool's crates.
            (Err(_), Err(error)) if fs::symlink_metadata(&link).is_err() => Err(Error::Refused(format!(
                "{}: the link to the runtime's sources cannot be created: {error}. Make the folder writable, or create it: ln -s {} {SDK_LINK}",
                link.display(),
                sdk.root.display()
            ))),
            (package, _) => package,
        }
    }

    /// Refuses test targets of functions whose files are missing, which cargo would refuse without
    /// a word about functions.
    fn check_test_targets(&self) -> Result<(), Error> {
        let path = self.root.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
        let Ok(document) = text.trim_start_matches('\u{feff}').parse() else { return Ok(()) };
        let Some((name, file)) = test_targets::stale(&document, FUNCTIONS, |file| !self.root.join(file).exists()).into_iter().next() else {
            return Ok(());
        };
        Err(Error::Refused(format!(
            "{}: the test target `{name}` has the path {file}, which does not exist. Remove its [[test]] table, which only a function in Rust has, or correct the path.",
            path.display()
        )))
    }
}

/// The folder that builds of the project in `root` write to.
fn writable_target(root: &Path, cache: impl FnOnce() -> Result<PathBuf, Error>) -> Result<PathBuf, Error> {
    let folder = root.join("target/ruchy-lambda");
    if fs::create_dir_all(&folder).is_ok() && process::is_writable(&folder) {
        return Ok(folder);
    }
    let name: String = root.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let folder = cache()?.join("projects").join(name.trim_matches('-'));
    fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
    Ok(folder)
}

/// The project's package, as `cargo metadata` describes it.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    pub edition: String,
    /// The library: its name in Rust, and its file.
    pub library: Option<(String, PathBuf)>,
    /// The test targets: each Rust function is one.
    pub tests: Vec<(String, PathBuf)>,
    pub dependencies: Vec<Dependency>,
    /// The workspace's folder, which holds Cargo.lock and the patches.
    pub workspace: PathBuf,
}

/// A dependency that the project's manifest declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name in Rust.
    pub name: String,
    /// The name of the package.
    pub package: String,
    /// The version required.
    pub requirement: String,
    /// The folder of a dependency that has a path.
    pub path: Option<PathBuf>,
    /// The source, as cargo writes it; `None` of a path.
    pub source: Option<String>,
    pub features: Vec<String>,
    pub has_default_features: bool,
    /// The target that it is limited to.
    pub target: Option<String>,
}

impl Package {
    /// Runs `cargo metadata` with `arguments` in the folder `root`.
    ///
    /// # Errors
    /// [`Error::Refused`] with cargo's message.
    pub fn of(root: &Path, arguments: &[&str]) -> Result<Self, Error> {
        let mut command = Command::new("cargo");
        shield::apply(&mut command);
        command.current_dir(root).args(["metadata", "--quiet", "--color", "never", "--format-version", "1"]).args(arguments);
        let output = command.output().map_err(|error| shield::not_started("cargo", &error))?;
        if !output.status.success() {
            return Err(Error::Refused(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()));
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| Error::Refused(format!("cargo metadata: {error}")))?;
        Self::new(root, &metadata)
            .ok_or_else(|| Error::Refused(format!("{}: cargo metadata does not list this package", root.join(MANIFEST).display())))
    }

    fn new(root: &Path, metadata: &Value) -> Option<Self> {
        let manifest = fs::canonicalize(root.join(MANIFEST)).ok()?;
        let is_own = |package: &&Value| {
            package["manifest_path"].as_str().is_some_and(|path| fs::canonicalize(path).is_ok_and(|path| path == manifest))
        };
        let package = metadata["packages"].as_array()?.iter().find(is_own)?;
        let targets = |kind: &str| -> Vec<(String, PathBuf)> {
            let targets = package["targets"].as_array().into_iter().flatten();
            let of_kind = targets.filter(|target| target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|name| name == kind)));
            of_kind.filter_map(|target| Some((target["name"].as_str()?.to_owned(), PathBuf::from(target["src_path"].as_str()?)))).collect()
        };
        let library = targets("lib").into_iter().next().map(|(name, path)| (name.replace('-', "_"), path));
        let dependencies = package["dependencies"].as_array()?.iter().filter(|dependency| dependency["kind"].is_null());
        Some(Self {
            name: package["name"].as_str()?.to_owned(),
            edition: package["edition"].as_str()?.to_owned(),
            library,
            tests: targets("test"),
            dependencies: dependencies.filter_map(Dependency::new).collect(),
            workspace: PathBuf::from(metadata["workspace_root"].as_str()?),
        })
    }
}

impl Dependency {
    fn new(dependency: &Value) -> Option<Self> {
        let package = dependency["name"].as_str()?.to_owned();
        let name = dependency["rename"].as_str().unwrap_or(&package).replace('-', "_");
        let strings = |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        Some(Self {
            name,
            package,
            requirement: dependency["req"].as_str()?.to_owned(),
            path: dependency["path"].as_str().map(PathBuf::from),
            source: dependency["source"].as_str().map(str::to_owned),
            features: strings(&dependency["features"]),
            has_default_features: dependency["uses_default_features"].as_bool()?,
            target: dependency["target"].as_str().map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Project, writable_target};
    use std::fs;

    #[test]
    fn target_is_in_the_cache_if_the_project_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let (root, cache) = (folder.path().join("a b"), folder.path().join("cache"));
        fs::create_dir(&root).unwrap();
        let target = || writable_target(&root, || Ok(cache.clone())).unwrap();
        assert_eq!(target(), root.join("target/ruchy-lambda"));
        fs::remove_dir_all(root.join("target")).unwrap();
        // A file in its place: even root cannot make a folder there.
        fs::write(root.join("target"), "").unwrap();
        assert!(target().starts_with(cache.join("projects")) && target().to_string_lossy().ends_with("-a-b") && target().is_dir());
    }

    #[test]
    fn project_is_found_around_a_folder_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("functions/deep");
        fs::create_dir_all(&below).unwrap();
        assert!(Project::around(&below).unwrap().is_none());
        fs::write(folder.path().join("functions/Cargo.toml"), "[package]\nname = \"other\"\n").unwrap();
        fs::write(folder.path().join("Cargo.toml"), "\u{feff}[package.metadata.ruchy-lambda]\r\nmemory = 256\r\n").unwrap();
        let project = Project::around(&below).unwrap().unwrap();
        assert_eq!((project.root.as_path(), project.settings_of("any").memory_mb), (folder.path(), Some(256)));
    }
}
