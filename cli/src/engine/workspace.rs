//! The workspace that a function is built in, generated in the project's `target` folder:
//!
//! ```text
//! bootstrap-NAME      the file that is linked: main.rs of the runtime
//!   handlers-NAME     the registration of the function
//!     function-NAME   the function: its source is the root file
//!       the project   its library, if the function mentions it
//! ```
//!
//! Each has the crates that its source mentions, with the versions and features of the project's
//! manifest. Each function has a workspace of its own, so that features are not unified, and a
//! crate or an error of one function does not affect another.

use super::declaration::declaration;
use super::generated::{GENERATED, text, write};
use super::mentions::{mentioned, of_files};
use super::mode::Mode;
use super::options::Purpose;
use super::registration::{Executor, registration};
use crate::Error;
use crate::project::settings::Optimize;
use crate::project::{Dependency, MANIFEST, Package, Project};
use crate::sdk::Sdk;
use handlers_build::compile::{self, Rust};
use handlers_build::function::{Function, Origin};
use handlers_build::rewrite::Passes;
use handlers_build::{modules, place};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

/// Crates that every function may use without declaring them, and where the sources have them.
const OWN_CRATES: [(&str, &str); 4] =
    [("aws", "handlers/aws"), ("events", "handlers/events"), ("lambda", "handlers/lambda"), ("outbound", "handlers/outbound")];
/// The package of the runtime's library.
const RUNTIME: &str = "ruchy-lambda-runtime";
/// The crate whose runtime runs `async` handlers, and its feature with that.
const TOKIO: &str = "tokio";
const TOKIO_FEATURE: &str = "rt";

/// The inputs that a workspace is generated from.
pub struct Inputs<'a> {
    pub project: &'a Project,
    pub package: &'a Package,
    pub sdk: &'a Sdk,
    pub function: &'a Function,
    pub mode: Mode,
    pub purpose: Purpose,
    pub optimize: Optimize,
    pub passes: Passes,
    /// Features of the runtime's library, in addition to those of the mode.
    pub runtime_features: &'a [String],
    /// The folder of everything that is generated for the project.
    pub target: &'a Path,
}

/// A generated workspace.
#[derive(Debug)]
pub struct Workspace {
    /// Its manifest.
    pub manifest: PathBuf,
    /// The name of its package, and of the file that is linked.
    pub name: String,
    /// The compiler's warnings about the function's source.
    pub warnings: String,
    /// The place of the handler, for errors in its registration: `functions/NAME.rs:LINE`.
    pub handler_place: String,
    /// Crates of the project that it uses, by their names in Rust.
    pub crates: BTreeSet<String>,
    /// The packages that are compiled at the function's level.
    pub packages: Vec<String>,
    /// The crate of the function.
    pub function_crate: String,
    /// A pass has changed the function's Rust.
    pub is_rewritten: bool,
}

/// The folder in `target` that generated Rust is written to.
#[must_use]
pub fn sources(target: &Path) -> PathBuf {
    target.join("sources")
}

/// Generates or updates the workspace. Unchanged files are not written.
///
/// # Errors
/// [`Error::Functions`] if the function is wrong in a way that needs no rustc to find;
/// [`Error::Refused`], [`Error::File`].
pub fn generate(inputs: &Inputs<'_>) -> Result<Workspace, Error> {
    let Inputs { project, package, sdk, function, mode, target, .. } = *inputs;
    if package.edition != "2024" {
        return Err(Error::Refused(format!(
            "{}: edition = \"{}\": functions are compiled as edition 2024. Write edition = \"2024\".",
            project.root.join(MANIFEST).display(),
            package.edition
        )));
    }
    let compiled = compile::check(function, mode == Mode::Std)?;
    let warnings = compiled.rendered();
    let Some(rust) = compiled.rust else { return Err(Error::Refused(warnings)) };
    let folder = target.join("functions").join(&function.name);
    let name = format!("bootstrap-{}", function.name);

    let mut mentions = mentioned(&rust.text);
    if function.origin == Origin::Rust {
        mentions.extend(of_files(&modules::of(&function.source)));
    }
    let uses_library = package.library.as_ref().filter(|(library, _)| mentions.contains(library));
    let shared = uses_library.map(|(library, path)| shared(inputs, library, path)).transpose()?;

    // The function.
    let mut manifest = package_manifest(&format!("function-{}", function.name));
    let function_crate = format!("function_{}", handlers_build::function::identifier(&function.name));
    let (root_file, is_rewritten) = root_file(inputs, &rust)?;
    library(&mut manifest, &function_crate, &root_file);
    let mut crates = dependencies(&mut manifest, inputs, &mentions, function.origin == Origin::Ruchy)?;
    if let Some(Shared { folder, crates: of_shared, .. }) = &shared {
        set(&mut manifest, &package.name, InlineTable::from_iter([("path", text(folder)?)]));
        crates.extend(of_shared.iter().cloned());
    }
    write(&folder.join("function").join(MANIFEST), &generated(&manifest))?;

    // Its registration.
    let mut manifest = package_manifest(&format!("handlers-{}", function.name));
    library(&mut manifest, "handlers", Path::new("lib.rs"));
    set(&mut manifest, "registry", own(sdk, "handlers/registry")?);
    set(
        &mut manifest,
        "function",
        InlineTable::from_iter([("package", format!("function-{}", function.name)), ("path", "../function".to_owned())]),
    );
    let handler_place =
        format!("{}:{}", function.source.strip_prefix(&project.root).unwrap_or(&function.source).display(), rust.handler.line);
    let tokio = package.dependencies.iter().find(|dependency| dependency.name == TOKIO);
    let executor = match tokio {
        _ if !rust.handler.is_async => Executor::None,
        _ if rust.has_executor => Executor::Own,
        Some(tokio) => {
            set(&mut manifest, TOKIO, declaration(&Dependency { features: vec![TOKIO_FEATURE.to_owned()], ..tokio.clone() })?);
            crates.insert(TOKIO.to_owned());
            Executor::Tokio
        }
        None => Executor::Park,
    };
    write(&folder.join("handlers/lib.rs"), &registration(&function.name, &rust, &handler_place, mode, executor))?;
    write(&folder.join("handlers").join(MANIFEST), &generated(&manifest))?;

    // The file that is linked.
    let mut manifest = package_manifest(&name);
    let mut binary = Table::new();
    binary["name"] = value(&name);
    binary["path"] = value(text(&sdk.path(mode.main_file()))?);
    manifest["bin"] = Item::ArrayOfTables([binary].into_iter().collect());
    set(
        &mut manifest,
        "handlers",
        InlineTable::from_iter([("package", format!("handlers-{}", function.name)), ("path", "handlers".to_owned())]),
    );
    set(&mut manifest, "registry", own(sdk, "handlers/registry")?);
    let mut runtime = own(sdk, "")?;
    let features = mode.runtime_features().iter().copied().chain(inputs.runtime_features.iter().map(String::as_str));
    runtime.insert("features", features.collect::<Array>().into());
    set(&mut manifest, RUNTIME, runtime);
    let mut workspace = Table::new();
    workspace["resolver"] = value("3");
    manifest["workspace"] = Item::Table(workspace);
    let own: BTreeSet<&str> = OWN_CRATES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| mentions.contains(*name) || shared.as_ref().is_some_and(|shared| shared.mentions.contains(*name)))
        .collect();
    let mut packages = vec![format!("function-{}", function.name), format!("handlers-{}", function.name)];
    packages.extend(shared.map(|_| inputs.package.name.clone()));
    profiles(&mut manifest, inputs, &packages, &own)?;
    patches(&mut manifest, package)?;
    let path = folder.join(MANIFEST);
    write(&path, &generated(&manifest))?;
    Ok(Workspace { manifest: path, name, warnings, handler_place, crates, packages, function_crate, is_rewritten })
}

/// The project's library, as the functions of one mode use it.
struct Shared {
    folder: PathBuf,
    crates: BTreeSet<String>,
    mentions: BTreeSet<String>,
}

fn shared(inputs: &Inputs<'_>, name: &str, root: &Path) -> Result<Shared, Error> {
    let Inputs { package, mode, target, .. } = *inputs;
    let mentions = of_files(&[vec![root.to_owned()], modules::of(root)].concat());
    let folder = target.join("shared").join(mode.name());
    let mut manifest = package_manifest(&package.name);
    library(&mut manifest, name, root);
    let crates = dependencies(&mut manifest, inputs, &mentions, false)?;
    write(&folder.join(MANIFEST), &generated(&manifest))?;
    Ok(Shared { folder, crates, mentions })
}

/// The file that rustc reads for the function: its source, or a generated file in a folder without
/// its modules. Also returns whether a pass has changed it.
fn root_file(inputs: &Inputs<'_>, rust: &Rust) -> Result<(PathBuf, bool), Error> {
    let Inputs { project, function, target, passes, .. } = *inputs;
    let places = place::Places { project: project.root.clone(), written: sources(target) };
    let changed = passes.run(&rust.text);
    let file = match &changed {
        Some(changed) => places.write_inlined(&function.source, &allowed(function, changed))?,
        None if function.origin == Origin::Rust => function.source.clone(),
        None => places.write(&function.source, &allowed(function, &rust.text))?,
    };
    Ok((file, changed.is_some()))
}

/// `rust` without lints if it was generated from Ruchy. Its lines stay where they are.
fn allowed(function: &Function, rust: &str) -> String {
    if function.origin == Origin::Ruchy { format!("#![allow(warnings)] {rust}") } else { rust.to_owned() }
}

/// Adds the dependencies among `mentions`, and the facade. Returns those of the project by their
/// names in Rust.
fn dependencies(
    manifest: &mut DocumentMut,
    inputs: &Inputs<'_>,
    mentions: &BTreeSet<String>,
    is_ruchy: bool,
) -> Result<BTreeSet<String>, Error> {
    let Inputs { package, sdk, mode, .. } = *inputs;
    // Rust that was generated from Ruchy calls the facade in both modes.
    if mode == Mode::Facade || is_ruchy {
        let mut facade = own(sdk, "handlers/std")?;
        facade.insert("package", "ruchy-std".into());
        set(manifest, "std", facade);
    }
    for (name, path) in OWN_CRATES.iter().filter(|(name, _)| mentions.contains(*name)) {
        set(manifest, name, own(sdk, path)?);
    }
    let is_own = |dependency: &Dependency| OWN_CRATES.iter().any(|(name, _)| *name == dependency.name);
    let mut crates = BTreeSet::new();
    for dependency in package.dependencies.iter().filter(|dependency| mentions.contains(&dependency.name) && !is_own(dependency)) {
        let table = declaration(dependency)?;
        match &dependency.target {
            None => set(manifest, &dependency.name, table),
            Some(target) => manifest["target"][target]["dependencies"][&dependency.name] = value(table),
        }
        crates.insert(dependency.name.clone());
    }
    Ok(crates)
}

/// A dependency on one of this tool's own crates.
fn own(sdk: &Sdk, name: &str) -> Result<InlineTable, Error> {
    let mut table = InlineTable::from_iter([("path", text(&sdk.path(name))?)]);
    table.insert("default-features", false.into());
    Ok(table)
}

fn package_manifest(name: &str) -> DocumentMut {
    let mut manifest = DocumentMut::new();
    let mut package = Table::new();
    package["name"] = value(name);
    package["version"] = value("0.0.0");
    package["edition"] = value("2024");
    package["publish"] = value(false);
    package["build"] = value(false);
    manifest["package"] = Item::Table(package);
    manifest["dependencies"] = Item::Table(Table::new());
    manifest
}

fn library(manifest: &mut DocumentMut, name: &str, root: &Path) {
    let mut library = Table::new();
    library["name"] = value(name);
    library["path"] = value(root.to_string_lossy().as_ref());
    manifest["lib"] = Item::Table(library);
}

fn set(manifest: &mut DocumentMut, name: &str, table: InlineTable) {
    manifest["dependencies"][name] = value(table);
}

/// The profiles of the runtime's workspace, and the level that functions are compiled at.
fn profiles(manifest: &mut DocumentMut, inputs: &Inputs<'_>, of_level: &[String], own: &BTreeSet<&str>) -> Result<(), Error> {
    let path = inputs.sdk.path(MANIFEST);
    let workspace: DocumentMut = fs::read_to_string(&path)
        .map_err(|error| Error::file(&path, error))?
        .parse()
        .map_err(|error| Error::NotToml { path: path.clone(), error })?;
    let mut of_function = Table::new();
    let level = inputs.purpose.level(inputs.optimize);
    of_function["opt-level"] = level.parse::<i64>().map_or_else(|_| value(level), value);
    of_function["overflow-checks"] = value(true);
    let mut profiles = Table::new();
    profiles.set_implicit(true);
    // The second inherits from the first.
    for name in [Purpose::Shipped.profile(), Purpose::Quick.profile()] {
        let mut profile = workspace["profile"][name].clone();
        if let Some(packages) = profile.get_mut("package").and_then(Item::as_table_like_mut) {
            // cargo warns of a package that is not in the workspace.
            let names: Vec<String> = packages.iter().map(|(name, _)| name.to_owned()).collect();
            let is_present = |name: &str| name == "*" || name == RUNTIME || own.contains(name);
            for name in names.iter().filter(|name| !is_present(name)) {
                packages.remove(name);
            }
            // The handler is inlined into its registration, whose level then decides whether its
            // loops are vectorised.
            for package in of_level {
                packages.insert(package, Item::Table(of_function.clone()));
            }
        }
        profiles.insert(name, profile);
        if name == inputs.purpose.profile() {
            break;
        }
    }
    manifest["profile"] = Item::Table(profiles);
    Ok(())
}

/// Copies the patches of the project's workspace; their paths are relative to its folder.
fn patches(manifest: &mut DocumentMut, package: &Package) -> Result<(), Error> {
    let path = package.workspace.join(MANIFEST);
    let Some(document) = fs::read_to_string(&path).ok().and_then(|text| text.parse::<DocumentMut>().ok()) else { return Ok(()) };
    let Some(mut sources) = document.get("patch").cloned() else { return Ok(()) };
    for (_, source) in sources.as_table_like_mut().into_iter().flat_map(|table| table.iter_mut()) {
        for (_, dependency) in source.as_table_like_mut().into_iter().flat_map(|table| table.iter_mut()) {
            if let Some(path) = dependency.get("path").and_then(Item::as_str).map(|path| package.workspace.join(path)) {
                dependency["path"] = value(text(&path)?);
            }
        }
    }
    manifest["patch"] = sources;
    Ok(())
}

fn generated(manifest: &DocumentMut) -> String {
    format!("# {GENERATED}\n{manifest}")
}
