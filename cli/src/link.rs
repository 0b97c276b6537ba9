//! Links functions of this repository for the commands that run, package and measure them; and
//! `ruchy-lambda link`, which `linker/build.sh` calls.

use crate::Error;
use crate::architecture::Architecture;
use crate::engine::mode::Mode;
use crate::engine::recipe::Recipe;
use crate::engine::repository::{File, Job, link_name};
use crate::engine::toolchain::Toolchain;
use crate::engine::{LinkOptions, Linked, Purpose};
use crate::preset::Preset;
use clap::Args;
use handlers_build::function::Function as Source;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The variable that names the processor a file is for.
pub const ARCHITECTURE: &str = "RUCHY_LAMBDA_ARCH";
/// The variable that says what to optimise for.
const OPTIMIZE: &str = "RUCHY_LAMBDA_OPTIMIZE";

/// The function to link and its options.
#[derive(Debug, Args)]
#[command(override_usage = "linker/build.sh OUT [NAME…]\n       linker/build.sh --link")]
pub struct Options {
    /// The file to write
    #[arg(value_name = "OUT", required_unless_present = "link")]
    out: Option<PathBuf>,
    /// The functions; all when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print which musl is linked, and link nothing
    #[arg(long)]
    link: bool,
    /// The folder of the repository
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    root: PathBuf,
}

/// Links the file as the variables of the environment say.
///
/// # Errors
/// As [`Job::write`] and [`Recipe::parse`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let recipe = Recipe::of_environment()?;
    let root = std::path::absolute(&options.root).map_err(|error| Error::file(&options.root, error))?;
    let Some(out) = options.out.as_ref().filter(|_| !options.link) else {
        println!("{}", name(&root, &recipe)?);
        return Ok(ExitCode::SUCCESS);
    };
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    match (Job { root: &root, names: &names, recipe: &recipe }).write(out).await? {
        Ok(warnings) => {
            eprint!("{warnings}");
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => {
            eprint!("{refused}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Returns the name of the link mode of `recipe` in the repository `root`, as in
/// `tests/budgets.toml` and manifests.
///
/// # Errors
/// As [`Toolchain::of`] and `Toolchain::link_as`.
pub fn name(root: &Path, recipe: &Recipe) -> Result<String, Error> {
    let mode = if recipe.std.is_some() { Mode::Std } else { Mode::Facade };
    let link = Toolchain::of(root)?.find_link(recipe.link, recipe.architecture(), mode)?;
    Ok(link_name(link, recipe))
}

/// Returns the path of the bootstrap that contains only the function `name`.
#[must_use]
pub fn local(name: &str) -> PathBuf {
    PathBuf::from(format!("target/local/{name}/bootstrap"))
}

/// Links `out` with the functions called `names`, to be started here: in little time, unless the
/// user's environment says what to optimise for. If a function is wrong, the messages for its
/// author.
///
/// # Errors
/// As [`Job::link`].
pub async fn link(out: &Path, names: &[&str]) -> Result<Result<(), String>, Error> {
    write(out, names, &to_run()?).await
}

/// A function that was linked to run on this machine.
#[derive(Clone, Debug)]
pub struct Local {
    pub bootstrap: PathBuf,
    /// The same code at the same addresses, with symbols and lines; `None` if an emulator runs it.
    pub with_symbols: Option<PathBuf>,
    /// Files of authors that it was built from, those that sources include and those of crates with
    /// a path among them.
    pub inputs: Vec<PathBuf>,
}

/// [`link`] of one function to [`local`], and the file with symbols next to it.
///
/// # Errors
/// As [`link`].
pub async fn link_local(name: &str) -> Result<Result<Local, String>, Error> {
    let (recipe, root, bootstrap) = (to_run()?, here()?, local(name));
    let job = Job { root: &root, names: &[name], recipe: &recipe };
    let file = match job.link().await? {
        Ok(file) => file,
        Err(refused) => return Ok(Err(refused)),
    };
    eprint!("{}", file.warnings);
    job.write_file(&file, &bootstrap)?;
    let with_symbols = (!job.is_emulated()).then(|| bootstrap.with_extension("symbols"));
    with_symbols.as_ref().map_or(Ok(()), |path| file.write(path, true))?;
    Ok(Ok(Local { bootstrap, with_symbols, inputs: file.inputs() }))
}

/// Returns true if a file that runs here is linked in the least time, so that it differs from the
/// file that ships.
///
/// # Errors
/// As [`Recipe::of_environment`].
pub fn is_quick() -> Result<bool, Error> {
    Ok(to_run()?.purpose() == Purpose::Quick)
}

/// The options of a file that runs here.
fn to_run() -> Result<Recipe, Error> {
    let mut recipe = Recipe::of_environment()?;
    recipe.is_local = true;
    if std::env::var_os(OPTIMIZE).is_none_or(|value| value.is_empty()) {
        recipe.options.purpose = Purpose::Quick;
    }
    Ok(recipe)
}

/// [`link`], for Lambda.
///
/// # Errors
/// As [`link`].
pub async fn to_ship(out: &Path, names: &[&str], architecture: Architecture) -> Result<Result<(), String>, Error> {
    write(out, names, &shipping(architecture)?).await
}

/// [`to_ship`], with a preset and more flags of rustc.
///
/// # Errors
/// As [`link`].
pub async fn preset(
    out: &Path,
    names: &[&str],
    architecture: Architecture,
    preset: Preset,
    rustc_flags: Vec<String>,
) -> Result<Result<(), String>, Error> {
    let mut recipe = shipping(architecture)?;
    let passes = preset.passes();
    (recipe.inline_levels, recipe.lowers) = (Some(passes.inline_levels), passes.lower);
    recipe.keeps_symbols = !preset.is_stripped();
    recipe.options = LinkOptions { purpose: Purpose::Shipped, preset: Some(preset), rustc_flags, ..recipe.options };
    write(out, names, &recipe).await
}

/// [`to_ship`]. If a function is wrong, the messages are the error.
///
/// # Errors
/// [`Error::Refused`]; as [`link`].
pub async fn shipped(out: &Path, names: &[&str], architecture: Architecture) -> Result<(), Error> {
    to_ship(out, names, architecture).await?.map_err(refused)
}

/// Links `out` for Lambda, and writes `with_symbols`, the same with the symbols and the table of
/// sections that the file which ships lacks.
///
/// # Errors
/// As [`shipped`].
pub async fn with_symbols(out: &Path, with_symbols: &Path, names: &[&str], architecture: Architecture) -> Result<(), Error> {
    let file = linked_file(names, &shipping(architecture)?).await?.map_err(refused)?;
    file.write(out, false)?;
    file.write(with_symbols, true)
}

/// Links the function `source` of this repository. If it is wrong, the messages for its author.
///
/// # Errors
/// As [`link`].
pub async fn linked(source: &Source, options: &LinkOptions) -> Result<Result<Linked, String>, Error> {
    let mut recipe = Recipe::of_environment()?;
    let architecture = options.architecture.unwrap_or(recipe.architecture());
    let optimize = options.optimize.or(recipe.options.optimize);
    if let Some(passes) = options.passes {
        (recipe.inline_levels, recipe.lowers) = (Some(passes.inline_levels), passes.lower);
    }
    recipe.options = LinkOptions { architecture: Some(architecture), optimize, ..options.clone() };
    let file = match linked_file(&[&source.name], &recipe).await? {
        Ok(file) => file,
        Err(refused) => return Ok(Err(refused)),
    };
    let with_symbols = symbols_of(&source.name, architecture, options);
    let with_symbols = std::path::absolute(&with_symbols).map_err(|error| Error::file(&with_symbols, error))?;
    let bootstrap = with_symbols.with_extension("");
    file.write(&bootstrap, false)?;
    file.write(&with_symbols, true)?;
    let inputs = file.inputs();
    let remarks = file.remarks.clone();
    Ok(Ok(Linked { bootstrap, with_symbols, architecture, link: file.link, mode: Mode::Facade, inputs, remarks }))
}

/// Returns the path of the file with symbols of the function `name` of this repository, linked with
/// `options`.
#[must_use]
pub fn symbols_of(name: &str, architecture: Architecture, options: &LinkOptions) -> PathBuf {
    Path::new("target/functions").join(architecture.name()).join(name).join(options.key()).join("bootstrap.symbols")
}

/// The options of a file that ships.
fn shipping(architecture: Architecture) -> Result<Recipe, Error> {
    let mut recipe = Recipe::of_environment()?;
    recipe.options.architecture = Some(architecture);
    recipe.keeps_symbols = false;
    Ok(recipe)
}

async fn write(out: &Path, names: &[&str], recipe: &Recipe) -> Result<Result<(), String>, Error> {
    let root = here()?;
    Ok((Job { root: &root, names, recipe }).write(out).await?.map(|warnings| eprint!("{warnings}")))
}

async fn linked_file(names: &[&str], recipe: &Recipe) -> Result<Result<File, String>, Error> {
    let root = here()?;
    let linked = Job { root: &root, names, recipe }.link().await?;
    Ok(linked.inspect(|file| eprint!("{}", file.warnings)))
}

/// The folder of the repository, which is the current one.
fn here() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(Error::system("finding the current folder"))
}

#[expect(clippy::needless_pass_by_value, reason = "it maps an error")]
fn refused(messages: String) -> Error {
    Error::Refused(messages.trim_end().to_owned())
}
