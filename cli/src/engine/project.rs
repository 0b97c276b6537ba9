//! Builds one function of a project: generates its workspace, resolves it and links it, and reports
//! errors at lines of the author's source.

use super::cargo::{Call, Outcome};
use super::flags::{self, Flags};
use super::mode::{Link, Mode};
use super::options::{LinkOptions, Linked, Purpose};
use super::passes::{self, Attempt};
use super::recipe::Linker;
use super::toolchain::Toolchain;
use super::workspace::{self, Workspace};
use super::{columns, dep_info, lock, refusal, std_users, write_linked};
use crate::Error;
use crate::architecture::Architecture;
use crate::package::write_whole;
use crate::project::settings::Optimize;
use crate::project::{MANIFEST, Package, Project};
use crate::sdk::Sdk;
use crate::shield;
use handlers_build::function::Function;
use handlers_build::rewrite::Passes;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Crates of the runtime of which later versions make every file larger: they check bounds, and the
/// panic brings `core::fmt`.
const PINNED: &[&str] = &["itoa"];

/// The feature of the runtime that reports the stack of a crash.
const STACK_TRACE: &str = "stack-trace";

/// The input of one link, without the passes.
struct Job<'a> {
    function: &'a Function,
    options: &'a LinkOptions,
    runtime_features: Vec<String>,
    mode: Mode,
    purpose: Purpose,
    optimize: Optimize,
    triple: &'static str,
    flags: Flags,
}

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

impl<'a> Engine<'a> {
    /// The builder of `project` for `architecture`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the toolchain lacks something, or cargo refuses the manifest.
    pub fn new(project: &'a Project, architecture: Architecture) -> Result<Self, Error> {
        let sdk = Sdk::unpacked()?;
        let toolchain = Toolchain::of(&project.root)?;
        let link = toolchain.link_or_install(None, architecture, Mode::Facade)?;
        let package = project.package(&sdk, link.triple(architecture))?;
        let target = project.target()?;
        Ok(Self { project, sdk, toolchain, architecture, package, target })
    }

    /// Returns cargo's metadata of the project.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.package
    }

    /// Links `function`. If it is wrong, the messages for its author. `options.architecture` has no
    /// effect: it is that of the engine.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is not the function's fault; [`Error::File`].
    pub async fn link(&self, function: &Function, options: &LinkOptions) -> Result<Result<Linked, String>, Error> {
        let settings = self.project.settings_of(&function.name);
        let mode = Mode::of(settings);
        let link = self.toolchain.find_link(None, self.architecture, mode)?;
        let triple = link.triple(self.architecture);
        let purpose = options.purpose_for(self.architecture);
        let optimize = options.optimize.unwrap_or(settings.optimize);
        let flags = self.flags(mode, link, purpose, optimize, options);
        let mut runtime_features = options.runtime_features.clone();
        if settings.stack_trace && purpose == Purpose::Shipped && self.architecture == Architecture::X86_64 {
            runtime_features.push(STACK_TRACE.to_owned());
        }
        let job = Job { function, options, runtime_features, mode, purpose, optimize, triple, flags };
        let asked = options.passes(purpose, optimize);
        // Lowered macros call the facade, which is missing in the other mode.
        let asked = Passes { lower: asked.lower && mode == Mode::Facade, ..asked };
        // Until this is dropped: another build would generate and link in the same folder.
        let _lock = self.lock()?;
        let (attempt, used) = match passes::compile(asked, async |passes| self.attempt(&job, passes).await).await {
            Err(Error::Functions(error)) => return Ok(Err(self.relative(&error.to_string()) + "\n")),
            attempt => attempt?,
        };
        let Attempt { outcome, input: workspace, .. } = attempt;
        if !outcome.is_success {
            return self.refused(function, &workspace, triple, &outcome).map(Err);
        }
        eprint!("{}{}", passes::warning(asked, used), self.relative(&workspace.warnings));
        for warning in outcome.report.of_level(false) {
            eprint!("{}", warning.rendered);
        }
        let linked = outcome.report.executable(&workspace.name)?;
        let folder = self.target.join("built").join(self.architecture.name()).join(&function.name).join(options.key());
        let (bootstrap, with_symbols) = (folder.join("bootstrap"), folder.join("bootstrap.symbols"));
        write_linked(linked, &bootstrap, &with_symbols)?;
        let sources = workspace::sources(&self.target);
        let generated = [sources.join("plain"), sources.join("inlined")];
        let columns = columns::text(linked, &generated, |name| self.project.root.join(name));
        write_whole(&columns::path(&with_symbols), columns.as_bytes())?;
        let generated: [&Path; 2] = [&self.sdk.root, &self.target];
        let inputs = dep_info::inputs(linked, &generated);
        let remarks = outcome.report.remarks.clone();
        Ok(Ok(Linked { bootstrap, with_symbols, architecture: self.architecture, link, mode, inputs, remarks }))
    }

    /// Generates the function's workspace, and compiles it.
    async fn attempt(&self, job: &Job<'_>, passes: Passes) -> Result<Attempt<Workspace>, Error> {
        let Job { function, options, ref runtime_features, mode, purpose, optimize, triple, ref flags } = *job;
        let workspace = workspace::generate(&workspace::Inputs {
            project: self.project,
            package: &self.package,
            sdk: &self.sdk,
            function,
            mode,
            purpose,
            optimize,
            passes,
            runtime_features,
            target: &self.target,
        })?;
        self.resolve(&workspace, triple, mode)?;
        let packages: Vec<&str> = workspace.packages.iter().map(String::as_str).collect();
        let mut changes = options.preset.map(|preset| preset.changes(purpose.profile(), &packages, &[])).unwrap_or_default();
        changes.extend(options.changes(purpose.profile()));
        let mut selection: Vec<OsString> =
            vec!["--manifest-path".into(), workspace.manifest.clone().into(), "--bin".into(), workspace.name.clone().into()];
        selection.extend(changes.into_iter().flat_map(|change| [OsString::from("--config"), change.into()]));
        let call = Call {
            folder: &self.project.root,
            selection,
            profile: purpose.profile(),
            triple,
            target_folder: &self.target.join(format!("build{}", options.flags_key())),
            flags,
            variables: Vec::new(),
            what: format!("building {}", function.name),
        };
        let outcome = call.run().await?;
        let is_in_function = outcome.report.of_level(true).any(|message| message.target == workspace.function_crate);
        Ok(Attempt { rejects_rewritten: workspace.is_rewritten && is_in_function, outcome, input: workspace })
    }

    fn flags(&self, mode: Mode, link: Link, purpose: Purpose, optimize: Optimize, options: &LinkOptions) -> Flags {
        let sources = workspace::sources(&self.target);
        let (plain, inlined, functions) = (sources.join("plain"), sources.join("inlined"), self.target.join("functions"));
        let hidden: [&Path; 6] = [&self.project.root, &self.sdk.root, &shield::registry_sources(), &functions, &plain, &inlined];
        let mut flags = flags::flags(&flags::Inputs {
            sdk: &self.sdk,
            link,
            architecture: self.architecture,
            mode,
            purpose,
            optimize,
            preset: options.preset,
            linker: Linker::Bfd,
            hidden_folders: &hidden,
            lld_folder: &self.toolchain.lld_folder(),
            has_build_script: false,
        });
        flags.all.extend(options.rustc_flags.iter().cloned());
        flags.linked.extend(options.link_flags.iter().cloned());
        flags
    }

    fn lock(&self) -> Result<fs::File, Error> {
        let path = self.target.join("lock");
        let lock = fs::File::create(&path).map_err(|error| Error::file(&path, error))?;
        lock.lock().map_err(|error| Error::file(&path, error))?;
        Ok(lock)
    }

    /// Writes the workspace's Cargo.lock, if the project's or a manifest has changed: the versions
    /// are the project's. Without the network, if the crates are there.
    fn resolve(&self, workspace: &Workspace, triple: &str, mode: Mode) -> Result<(), Error> {
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
        // With the tool's versions of the runtime's crates, unless a crate of the project needs
        // later ones.
        let pinned = if mode == Mode::Facade { PINNED } else { &[] };
        let mut failure = String::new();
        for (offline, pinned) in [(&["--offline"][..], pinned), (&["--offline"], &[]), (&[], pinned), (&[], &[])] {
            let merged = lock::merged(&project, &tool, pinned)
                .ok_or_else(|| Error::Refused("Cargo.lock is not TOML. Delete it: cargo writes another.".to_owned()))?;
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

    /// The messages for the author of a function that was refused.
    fn refused(&self, function: &Function, workspace: &Workspace, triple: &str, outcome: &Outcome) -> Result<String, Error> {
        let Outcome { report, stderr, .. } = outcome;
        if report.needs_std()
            && let Some(hash) = self.toolchain.std_hash(triple)
        {
            let users = std_users::find(&report.artifacts, &workspace.crates, &hash);
            if !users.is_empty() {
                let source = self.relative(&function.source.display().to_string());
                return Ok(refusal::needs_std(&function.name, &source, &users, &self.package));
            }
        }
        let errors = refusal::errors(report, &workspace.handler_place);
        // No message of rustc: cargo failed.
        let messages = if errors.is_empty() { self.relative(stderr) } else { errors };
        refusal::explained(&messages, std::slice::from_ref(function), &self.target.join("compiler-faults"))
    }

    /// `text` without the project's folder before the names of its files.
    fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.project.root.display()), "")
    }
}
