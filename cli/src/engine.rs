//! Builds one function of a project: generates its workspace, calls cargo, and reports errors in terms of what the author wrote.
//!
//! - [`toolchain`]: which Rust and which musl. [`mode`]: the flags of rustc and of the linker. [`crate::shield`]: the environment.
//! - [`workspace`]: the generated packages; [`mentions`]: which crates a source needs; [`lock`]: their versions.
//! - [`messages`]: what cargo reports. [`std_users`]: who brought std. [`strip`]: the last step.

pub mod lock;
pub mod mentions;
pub mod messages;
pub mod mode;
pub mod std_users;
pub mod strip;
pub mod toolchain;
pub mod workspace;

use crate::Error;
use crate::architecture::Architecture;
use crate::link::with_progress;
use crate::package::write_whole;
use crate::project::settings::Optimize;
use crate::project::{MANIFEST, Package, Project};
use crate::sdk::Sdk;
use crate::shield;
use handlers_build::function::Function;
use handlers_build::inline;
use handlers_build::rewrite::Passes;
use messages::Report;
use mode::{Flags, Link, Mode};
use rustix::process::{Pid, Signal, kill_process_group};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use toolchain::Toolchain;
use workspace::{PROFILE, Workspace};

/// rustc's code for a second panic handler: std's beside the runtime's.
const DUPLICATE_LANG_ITEM: &str = "E0152";

/// The builder of a project's functions for one processor.
#[derive(Debug)]
pub struct Engine<'a> {
    project: &'a Project,
    sdk: Sdk,
    toolchain: Toolchain,
    architecture: Architecture,
    package: Package,
    target: PathBuf,
}

/// A function that was built.
#[derive(Clone, Debug)]
pub struct Built {
    /// The file that is deployed.
    pub bootstrap: PathBuf,
    /// The same file with symbols and section table.
    pub with_symbols: PathBuf,
    pub link: Link,
}

impl<'a> Engine<'a> {
    /// The builder of `project` for `architecture`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the toolchain lacks something, or cargo refuses the manifest.
    pub fn new(project: &'a Project, architecture: Architecture) -> Result<Self, Error> {
        let sdk = Sdk::unpacked()?;
        let toolchain = Toolchain::of(&project.root)?;
        let link = toolchain.link(architecture, Mode::Facade)?;
        let package = project.package(&sdk, link.triple(architecture))?;
        let target = project.target()?;
        Ok(Self { project, sdk, toolchain, architecture, package, target })
    }

    /// What cargo knows of the project.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// Builds `function`. If it is wrong, the messages for its author.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is not the function's fault; [`Error::File`].
    pub async fn build(&self, function: &Function) -> Result<Result<Built, String>, Error> {
        let settings = self.project.settings_of(&function.name);
        let mode = Mode::of(settings);
        let link = self.toolchain.link(self.architecture, mode)?;
        let triple = link.triple(self.architecture);
        let flags = self.flags(mode, link, settings.optimize);
        // Until this is dropped: another build would generate and link in the same folder.
        let _lock = self.lock()?;
        let inputs = workspace::Inputs {
            project: self.project,
            package: &self.package,
            sdk: &self.sdk,
            function,
            mode,
            passes: Passes::for_level(if settings.optimize == Optimize::Size { "z" } else { "3" }, true, inline::LEVELS),
            target: &self.target,
        };
        let workspace = match workspace::generate(&inputs) {
            Ok(workspace) => workspace,
            Err(Error::Functions(error)) => return Ok(Err(self.relative(&error.to_string()) + "\n")),
            Err(error) => return Err(error),
        };
        self.resolve(&workspace, triple)?;
        let what = format!("building {}", function.name);
        let output = self.cargo(&workspace, triple, &flags, &what).await?;
        let report = Report::parse(&String::from_utf8_lossy(&output.stdout));
        if !output.status.success() {
            let messages = self.refused(function, &workspace, triple, &report);
            let stderr = String::from_utf8_lossy(&output.stderr);
            // Without a message of rustc's it was cargo that failed.
            return Ok(Err(if messages.is_empty() { self.relative(&stderr) } else { messages }));
        }
        eprint!("{}", self.relative(&workspace.warnings));
        for warning in report.of_level(false) {
            eprint!("{}", warning.rendered);
        }
        let linked = report
            .artifacts
            .iter()
            .filter(|artifact| artifact.name == workspace.name.replace('-', "_"))
            .find_map(|artifact| artifact.executable.clone());
        let linked = linked.ok_or_else(|| Error::Refused(format!("cargo reports no file of {}", workspace.name)))?;
        let bytes = fs::read(&linked).map_err(|error| Error::file(&linked, error))?;
        let stripped = strip::strip(bytes).map_err(|reason| Error::Refused(format!("{}: {reason}", linked.display())))?;
        let folder = self.target.join("built").join(self.architecture.name()).join(&function.name);
        let (bootstrap, with_symbols) = (folder.join("bootstrap"), folder.join("bootstrap.symbols"));
        write_executable(&bootstrap, &stripped)?;
        fs::copy(&linked, &with_symbols).map_err(|error| Error::file(&with_symbols, error))?;
        Ok(Ok(Built { bootstrap, with_symbols, link }))
    }

    fn flags(&self, mode: Mode, link: Link, optimize: Optimize) -> Flags {
        let registry = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let registry = registry.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default().join("registry/src");
        let sources = workspace::sources(&self.target);
        let (plain, inlined, functions) = (sources.join("plain"), sources.join("inlined"), self.target.join("functions"));
        let hidden: [&Path; 6] = [&self.project.root, &self.sdk.root, &registry, &functions, &plain, &inlined];
        mode::flags(&mode::Inputs {
            sdk: &self.sdk,
            link,
            architecture: self.architecture,
            mode,
            optimize,
            hidden_folders: &hidden,
            lld_folder: &self.toolchain.lld_folder(),
        })
    }

    fn lock(&self) -> Result<fs::File, Error> {
        let path = self.target.join("lock");
        let lock = fs::File::create(&path).map_err(|error| Error::file(&path, error))?;
        lock.lock().map_err(|error| Error::file(&path, error))?;
        Ok(lock)
    }

    /// Writes the workspace's Cargo.lock, if the project's or a manifest has changed: the versions are the project's. Without the network, if the
    /// crates are there.
    fn resolve(&self, workspace: &Workspace, triple: &str) -> Result<(), Error> {
        let folder = workspace.manifest.parent().unwrap_or(&self.target);
        let read = |path: &Path| fs::read_to_string(path).map_err(|error| Error::file(path, error));
        let (project, tool) = (read(&self.package.workspace.join("Cargo.lock"))?, read(&self.sdk.path("Cargo.lock"))?);
        let manifests = [
            workspace.manifest.clone(),
            folder.join("function").join(MANIFEST),
            self.target.join("shared/facade").join(MANIFEST),
            self.target.join("shared/std").join(MANIFEST),
        ];
        let key = manifests.iter().fold(format!("{}\n{project}\n{tool}\n", self.sdk.root.display()), |key, path| {
            key + &fs::read_to_string(path).unwrap_or_default()
        });
        let (lock, key_file) = (folder.join("Cargo.lock"), folder.join("resolved"));
        if lock.exists() && fs::read_to_string(&key_file).is_ok_and(|old| old == key) {
            return Ok(());
        }
        let merged = lock::merged(&project, &tool)
            .ok_or_else(|| Error::Refused("Cargo.lock is not TOML. Delete it: cargo writes another.".to_owned()))?;
        let mut failure = String::new();
        for offline in [&["--offline"][..], &[]] {
            fs::write(&lock, &merged).map_err(|error| Error::file(&lock, error))?;
            let mut command = Command::new("cargo");
            shield::apply(&mut command);
            command.current_dir(&self.project.root).args([
                "metadata",
                "--quiet",
                "--color",
                "never",
                "--format-version",
                "1",
                "--filter-platform",
                triple,
            ]);
            command.arg("--manifest-path").arg(&workspace.manifest).args(offline).stdout(Stdio::null());
            let output = command.output().map_err(|error| shield::not_started("cargo", &error))?;
            if !output.status.success() {
                failure = String::from_utf8_lossy(&output.stderr).into_owned();
                continue;
            }
            let added = lock::added(&read(&lock)?, &project, &tool);
            if added.is_empty() {
                return fs::write(&key_file, key).map_err(|error| Error::file(&key_file, error));
            }
            failure = format!("cargo chose versions that are not in Cargo.lock: {}", added.join(", "));
        }
        Err(Error::Refused(self.relative(failure.trim_end())))
    }

    async fn cargo(&self, workspace: &Workspace, triple: &str, flags: &Flags, what: &str) -> Result<std::process::Output, Error> {
        let build = self.target.join("build");
        let mut command = Command::new("cargo");
        shield::apply(&mut command);
        command.current_dir(&self.project.root);
        command.args([
            "rustc",
            "--quiet",
            "--color",
            "never",
            "--locked",
            "--message-format",
            "json",
            "--profile",
            PROFILE,
            "--target",
            triple,
        ]);
        command.arg("--manifest-path").arg(&workspace.manifest).args(["--bin", &workspace.name]).arg("--target-dir").arg(&build);
        command.arg("--").args(&flags.linked);
        command.env("CARGO_BUILD_BUILD_DIR", &build).env("CARGO_ENCODED_RUSTFLAGS", flags.all.join("\u{1f}"));
        // Overrides the linker of a configuration file; the flags above name it.
        command.env(format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_")), "cc");
        let mut command = tokio::process::Command::from(command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that it can be ended together with what it has started.
        command.process_group(0);
        let child = command.spawn().map_err(|error| shield::not_started("cargo", &error))?;
        let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
        let output = with_progress(child, what).await.map_err(|error| shield::not_started("cargo", &error))?;
        group.has_ended();
        Ok(output)
    }

    /// The messages for the author of a function that rustc refuses.
    fn refused(&self, function: &Function, workspace: &Workspace, triple: &str, report: &Report) -> String {
        let needs_std = report.of_level(true).any(|message| message.code.as_deref() == Some(DUPLICATE_LANG_ITEM));
        if needs_std && let Some(hash) = self.toolchain.std_hash(triple) {
            let users = std_users::find(&report.artifacts, &workspace.crates, &hash);
            if !users.is_empty() {
                return self.std_refused(function, &users);
            }
        }
        let mut text = String::new();
        for message in report.of_level(true) {
            let is_registration = message.target == "handlers";
            let rendered = if is_registration { at_handler(&message.rendered, &workspace.handler_place) } else { message.rendered.clone() };
            let _ = writeln!(text, "{}", rendered.trim_end());
            text.push('\n');
        }
        text
    }

    fn std_refused(&self, function: &Function, users: &[std_users::StdUser]) -> String {
        let mut text = String::new();
        for user in users {
            let dependency = self.package.dependencies.iter().find(|dependency| dependency.name == user.name);
            let _ = writeln!(
                text,
                "error: {}: the crate `{}` needs Rust's std, and this function is linked without it",
                self.relative(&function.source.display().to_string()),
                dependency.map_or(&user.name, |dependency| &dependency.package),
            );
            if !user.through.is_empty() {
                let _ = writeln!(text, "  = note: so do crates that it uses: {}", user.through.join(", "));
            }
            if dependency.is_some_and(|dependency| dependency.has_default_features) {
                let _ = writeln!(text, "  = help: set `default-features = false` for it in Cargo.toml, if it supports no_std");
            }
        }
        let _ = writeln!(
            text,
            "  = help: or link the function with Rust's std, which takes any crate; in Cargo.toml:\n\n    [package.metadata.ruchy-lambda.functions.{}]\n    std = true\n",
            function.name
        );
        text
    }

    /// `text` without the project's folder before the names of its files.
    fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.project.root.display()), "")
    }
}

/// `rendered`, a message about a registration, as one about the handler at `place`.
fn at_handler(rendered: &str, place: &str) -> String {
    let mut text = String::new();
    for line in rendered.lines() {
        match line.split_once("--> ") {
            Some((before, _)) if line.contains("handlers/lib.rs:") => {
                let _ = writeln!(text, "{before}--> {place}");
            }
            // The lines of generated code say nothing to the author.
            _ if line.trim_start().starts_with(|first: char| first.is_ascii_digit())
                || line.trim_start().starts_with('|')
                || line.trim_start().starts_with("...") => {}
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}

/// Writes an executable file, which appears whole or not at all, with the same permissions whatever the umask.
///
/// # Errors
/// [`Error::File`].
pub fn write_executable(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_whole(path, bytes)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| Error::file(path, error))
}

/// How long a build may be silent before progress is printed.
pub const PROGRESS_FIRST: Duration = Duration::from_secs(3);

/// The process group of a build, ended when this is dropped.
struct Group(Option<Pid>);

impl Group {
    /// There is nothing to end any more.
    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, Signal::TERM);
        }
    }
}
