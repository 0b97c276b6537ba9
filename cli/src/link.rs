//! Links bootstraps by the project's one recipe for that, and shows progress while it runs.

use crate::architecture::Architecture;
use crate::engine::mode::Mode;
use crate::engine::toolchain::Toolchain;
use crate::engine::{LinkOptions, Linked, Purpose};
use crate::project::settings::Optimize;
use crate::{Error, functions};
use handlers_build::function::Function as Source;
use handlers_build::{compile, refused};
use rustix::process::{Pid, Signal, kill_process_group};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::time::MissedTickBehavior;

/// The recipe, from the project's folder.
pub const RECIPE: &str = "linker/build.sh";
/// The variable by which the recipe learns which processor the file is for.
pub const ARCHITECTURE: &str = "RUCHY_LAMBDA_ARCH";
/// Where reports of faults of the compiler are written to.
const REPORTS: &str = "target/compiler-faults";
/// The variable by which the recipe learns what to optimise for, and its value for the shortest link.
const OPTIMIZE: (&str, &str) = ("RUCHY_LAMBDA_OPTIMIZE", "no");
/// When progress is shown for the first time, and how often from then on.
const PROGRESS_FIRST: Duration = Duration::from_secs(3);
const PROGRESS: Duration = Duration::from_secs(10);

/// Where the bootstrap with the function called `name` alone is.
#[must_use]
pub fn local(name: &str) -> PathBuf {
    PathBuf::from(format!("target/local/{name}/bootstrap"))
}

/// Links `out` with the functions called `names`, to be started here: in little time, unless the user's environment says what to optimise for. Where the recipe refuses, its messages.
///
/// # Errors
/// [`Error::File`] when the recipe is missing.
pub async fn link(out: &Path, names: &[&str]) -> Result<Result<(), String>, Error> {
    let is_set = std::env::var_os(OPTIMIZE.0).is_some_and(|value| !value.is_empty());
    run(out, names, &[("RUCHY_LAMBDA_LOCAL", "1"), OPTIMIZE][..if is_set { 1 } else { 2 }]).await
}

/// [`link`], for Lambda.
///
/// # Errors
/// As [`link`].
pub async fn to_ship(out: &Path, names: &[&str], architecture: Architecture) -> Result<Result<(), String>, Error> {
    run(out, names, &[(ARCHITECTURE, architecture.name())]).await
}

/// [`to_ship`]; where the recipe refuses, its messages are the error.
///
/// # Errors
/// [`Error::Refused`]; as [`link`].
pub async fn shipped(out: &Path, names: &[&str], architecture: Architecture) -> Result<(), Error> {
    to_ship(out, names, architecture).await?.map_err(refused)
}

/// [`shipped`], with the symbols and the table of sections that the file which ships lacks.
///
/// # Errors
/// As [`shipped`].
pub async fn with_symbols(out: &Path, names: &[&str], architecture: Architecture) -> Result<(), Error> {
    run(out, names, &[(ARCHITECTURE, architecture.name()), ("RUCHY_LAMBDA_SYMBOLS", "1")]).await?.map_err(refused)
}

/// Links the function `source` of this repository. If it is wrong, the messages for its author.
///
/// # Errors
/// As [`link`]; [`Error::Refused`] for options that the recipe lacks.
pub async fn linked(source: &Source, options: &LinkOptions) -> Result<Result<Linked, String>, Error> {
    let LinkOptions { runtime_features, rustc_flags, link_flags, passes, .. } = options;
    if !(runtime_features.is_empty() && rustc_flags.is_empty() && link_flags.is_empty() && passes.is_none()) {
        return Err(Error::Refused(format!("{}: other features and flags of a link: expected a function of a project", source.name)));
    }
    let architecture = options.architecture.unwrap_or(Architecture::X86_64);
    let optimize = match (options.purpose, options.optimize) {
        (Purpose::Quick, _) => "no",
        (Purpose::Shipped, Some(Optimize::Size)) => "size",
        (Purpose::Shipped, _) => "speed",
    };
    let folder = Path::new("target/functions").join(architecture.name()).join(&source.name).join(options.key());
    let (bootstrap, with_symbols) = (folder.join("bootstrap"), folder.join("bootstrap.symbols"));
    for (out, symbols) in [(&bootstrap, ""), (&with_symbols, "1")] {
        let variables = [(ARCHITECTURE, architecture.name()), (OPTIMIZE.0, optimize), ("RUCHY_LAMBDA_SYMBOLS", symbols)];
        if let Err(refused) = run(out, &[&source.name], &variables).await? {
            return Ok(Err(refused));
        }
    }
    let link = Toolchain::of(Path::new("."))?.link(architecture, Mode::Facade)?;
    Ok(Ok(Linked { bootstrap, with_symbols, architecture, link, mode: Mode::Facade }))
}

#[expect(clippy::needless_pass_by_value, reason = "it maps an error")]
fn refused(messages: String) -> Error {
    Error::Refused(messages.trim_end().to_owned())
}

/// Runs the recipe. If it lacks musl, the rustup target is added first, for which rustup needs no root.
async fn run(out: &Path, names: &[&str], variables: &[(&str, &str)]) -> Result<Result<(), String>, Error> {
    let linked = run_once(out, names, variables).await?;
    match linked.as_ref().err().and_then(|messages| missing_target(messages)) {
        Some(target) if add_target(target).await => run_once(out, names, variables).await,
        _ => Ok(linked),
    }
}

/// The rustup target of the musl that the recipe reports as missing.
fn missing_target(messages: &str) -> Option<&str> {
    let (before, after) = messages.split_once(" is missing: the bootstrap is linked against it. Install it with: rustup target add ")?;
    before.starts_with("musl").then(|| after.split_whitespace().next())?
}

async fn add_target(target: &str) -> bool {
    eprintln!("musl is missing: adding the rustup target {target}");
    let added = Command::new("rustup").args(["target", "add", target]).stdin(Stdio::null()).stdout(Stdio::null()).status().await;
    added.is_ok_and(|status| status.success())
}

async fn run_once(out: &Path, names: &[&str], variables: &[(&str, &str)]) -> Result<Result<(), String>, Error> {
    // Where functions cannot be found, the recipe says so.
    let owned: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let functions = functions::select(&functions::folders(), &owned).unwrap_or_default();
    if let Err(refused) = check(&functions) {
        return Ok(Err(refused));
    }
    let recipe = std::path::absolute(RECIPE).map_err(|error| Error::file(Path::new(RECIPE), error))?;
    let mut command = Command::new(&recipe);
    command.arg(out).args(names).envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // A group of its own, so that it can be ended together with what it has started.
    command.process_group(0);
    let child = command.spawn().map_err(|error| Error::file(&recipe, error))?;
    let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let what = if names.is_empty() { "linking all functions".to_owned() } else { format!("linking {}", names.join(", ")) };
    let output = with_progress(child, &what).await.map_err(|error| Error::file(&recipe, error))?;
    group.has_ended();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return explained(&messages, &functions).map(Err);
    }
    // Warnings.
    eprint!("{messages}");
    Ok(Ok(()))
}

/// What can be found without rustc, which takes a hundred times as long: all errors of all functions.
fn check(functions: &[Source]) -> Result<(), String> {
    let errors: Vec<String> = functions.iter().filter_map(|function| Some(format!("{}\n", compile::check(function).err()?))).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

/// The recipe's messages, in which errors of rustc in the compiler's Rust are replaced by what the author can do.
fn explained(messages: &str, functions: &[Source]) -> Result<String, Error> {
    let sorted = refused::sorted(messages);
    if sorted.refusals.is_empty() {
        return Ok(messages.to_owned());
    }
    let rustc = std::process::Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("--version").output();
    let rustc = rustc.map_or_else(|error| error.to_string(), |output| String::from_utf8_lossy(&output.stdout).into_owned());
    let faults = refused::report(&sorted.refusals, functions, &rustc, Path::new(REPORTS))?;
    Ok(sorted.others + &faults)
}

/// Waits for the recipe, and prints now and then that it still runs.
pub(crate) async fn with_progress(child: Child, what: &str) -> std::io::Result<std::process::Output> {
    let begun = Instant::now();
    let mut output = std::pin::pin!(child.wait_with_output());
    let mut ticks = tokio::time::interval_at((begun + PROGRESS_FIRST).into(), PROGRESS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            output = &mut output => return output,
            _ = ticks.tick() => {
                eprintln!("{what}: {} s so far (the first time one to several minutes, then seconds)", begun.elapsed().as_secs());
            }
        }
    }
}

/// The recipe's process group, ended when this is dropped.
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

#[cfg(test)]
mod tests {
    use super::missing_target;

    #[test]
    fn missing_target_is_what_the_recipe_names() {
        let recipe = include_str!("../../linker/build.sh");
        let targets: Vec<&str> = recipe.lines().filter_map(|line| missing_target(line.split('"').nth(1)?)).collect();
        assert_eq!(targets, ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"]);
        assert_eq!(missing_target("error: expected `;`, found `musl is missing`\n"), None);
    }
}
