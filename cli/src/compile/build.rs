//! Builds a program: calls cargo in the generated package, and copies the file that was linked.

use super::program::Program;
use super::workspace::Workspace;
use crate::architecture::Architecture;
use crate::engine::flags;
use crate::engine::messages::Report;
use crate::engine::mode::{Link, Mode};
use crate::engine::progress::with_progress;
use crate::engine::recipe::Linker;
use crate::engine::toolchain::Toolchain;
use crate::engine::{Purpose, strip, write_executable};
use crate::preset::Preset;
use crate::project::settings::Optimize;
use crate::sdk::Sdk;
use crate::{Error, shield};
use handlers_build::rewrite::Passes;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// The options of a program's build.
#[derive(Clone, Debug)]
pub struct Request {
    pub preset: Preset,
    /// The processor, as rustc names it; `None`: that of the preset.
    pub processor: Option<String>,
    /// Skip the pass that inlines recursion.
    pub as_written: bool,
    /// Compile the program again even if nothing changed, so that its flags and times are known.
    pub rebuild: bool,
}

/// A program that was built.
#[derive(Debug)]
pub struct Built {
    /// The file with symbols and section table.
    pub with_symbols: PathBuf,
    /// The file that is handed to the user.
    pub bytes: Vec<u8>,
    pub link: Link,
    pub is_rewritten: bool,
    /// The command lines of rustc for the program and for the link, as cargo ran them. Empty if
    /// nothing was compiled.
    pub commands: Vec<String>,
    pub times: Times,
}

/// The duration of each step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Times {
    /// Reading the source, compiling Ruchy, and the passes.
    pub front: Duration,
    /// cargo and rustc, the link included.
    pub rustc: Duration,
}

/// Builds `program`. If it is wrong, the messages for its author.
///
/// # Errors
/// [`Error::Refused`] if the toolchain lacks something; [`Error::File`].
pub async fn build(program: &Program, request: &Request) -> Result<Result<Built, String>, Error> {
    let begun = Instant::now();
    let sdk = Sdk::unpacked()?;
    let folder = std::env::current_dir().map_err(Error::system("reading the current folder"))?;
    let toolchain = Toolchain::of(&folder)?;
    let link = toolchain.link(Architecture::X86_64, Mode::Facade)?;
    let passes = request.preset.passes();
    let passes = if request.as_written { Passes { inline_levels: 0, ..passes } } else { passes };
    let workspace = Workspace::generate(program, passes, &sdk)?;
    let front = begun.elapsed();
    let _lock = lock(&workspace.target)?;
    if request.rebuild {
        touch(&workspace.root)?;
    }
    let begun = Instant::now();
    let output = cargo(&workspace, request, &sdk, &toolchain, link, &program.name()).await?;
    let rustc = begun.elapsed();
    let report = Report::parse(&String::from_utf8_lossy(&output.stdout));
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let mut messages = String::new();
        for message in report.of_level(true) {
            let _ = writeln!(messages, "{}\n", message.rendered.trim_end());
        }
        return Ok(Err(if messages.is_empty() { stderr.into_owned() } else { messages }));
    }
    for warning in report.of_level(false) {
        eprint!("{}", warning.rendered);
    }
    let crate_name = workspace.binary.replace('-', "_");
    let executable =
        report.artifacts.iter().filter(|artifact| artifact.name == crate_name).find_map(|artifact| artifact.executable.clone());
    let executable = executable.ok_or_else(|| Error::Refused(format!("cargo reports no file of {}", workspace.binary)))?;
    let bytes = fs::read(&executable).map_err(|error| Error::file(&executable, error))?;
    let variant = if request.as_written { "-as-written" } else { "" };
    let with_symbols = workspace.folder.join(format!("{}{variant}.symbols", request.preset.name()));
    write_executable(&with_symbols, &bytes)?;
    let bytes = if request.preset.is_stripped() {
        strip::strip(bytes).map_err(|reason| Error::Refused(format!("{}: {reason}", executable.display())))?
    } else {
        bytes
    };
    let commands = commands(&stderr, &crate_name);
    Ok(Ok(Built { with_symbols, bytes, link, is_rewritten: workspace.is_rewritten, commands, times: Times { front, rustc } }))
}

fn lock(target: &Path) -> Result<fs::File, Error> {
    fs::create_dir_all(target).map_err(|error| Error::file(target, error))?;
    let path = target.join("lock");
    let lock = fs::File::create(&path).map_err(|error| Error::file(&path, error))?;
    lock.lock().map_err(|error| Error::file(&path, error))?;
    Ok(lock)
}

/// Has cargo take the file for changed.
fn touch(path: &Path) -> Result<(), Error> {
    let now = |file: fs::File| file.set_modified(SystemTime::now());
    fs::File::options().append(true).open(path).and_then(now).map_err(|error| Error::file(path, error))
}

async fn cargo(
    workspace: &Workspace,
    request: &Request,
    sdk: &Sdk,
    toolchain: &Toolchain,
    link: Link,
    name: &str,
) -> Result<std::process::Output, Error> {
    let triple = link.triple(Architecture::X86_64);
    let registry = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let registry = registry.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default().join("registry/src");
    let mut flags = flags::flags(&flags::Inputs {
        sdk,
        link,
        architecture: Architecture::X86_64,
        mode: Mode::Facade,
        purpose: Purpose::Shipped,
        optimize: Optimize::Size, // the profile has the level
        preset: None,
        linker: Linker::Bfd,
        hidden_folders: &[&sdk.root, &registry],
        lld_folder: &toolchain.lld_folder(),
        has_build_script: false,
    });
    let processor = request.processor.as_deref().unwrap_or(request.preset.processor(Architecture::X86_64));
    flags.all.extend(["-C".to_owned(), format!("target-cpu={processor}")]);
    // A program has no handlers; the linker script asserts that a function has some.
    flags.linked.extend(["-C".to_owned(), "link-arg=-Wl,--defsym=ruchy_lambda_is_program=1".to_owned()]);
    let mut command = Command::new("cargo");
    shield::apply(&mut command);
    command.current_dir(&workspace.folder);
    command.args([
        "rustc",
        "--verbose",
        "--color",
        "never",
        "--message-format",
        "json",
        "--profile",
        request.preset.name(),
        "--target",
        triple,
    ]);
    command.args(["--bin", &workspace.binary]).arg("--target-dir").arg(&workspace.target).arg("--").args(&flags.linked);
    command.env("CARGO_BUILD_BUILD_DIR", &workspace.target).env("CARGO_ENCODED_RUSTFLAGS", flags.all.join("\u{1f}"));
    command.env(format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_")), "cc");
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().map_err(|error| shield::not_started("cargo", &error))?;
    with_progress(child, &format!("compiling {name}")).await.map_err(|error| shield::not_started("cargo", &error))
}

/// The command lines for the program's two crates in what cargo printed.
fn commands(stderr: &str, binary: &str) -> Vec<String> {
    let lines = stderr.lines().filter_map(|line| line.trim_start().strip_prefix("Running `")?.strip_suffix('`'));
    // Without the variables that cargo sets for the compiler.
    let lines = lines.filter_map(|line| line.find("--crate-name ").map(|at| format!("rustc {}", &line[at..])));
    lines.filter(|line| ["program", binary].iter().any(|name| line.starts_with(&format!("rustc --crate-name {name} ")))).collect()
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn commands_are_those_of_the_program() {
        let stderr = "   Compiling libc v0.2\n     Running `CARGO=x /bin/rustc --crate-name libc a.rs -C opt-level=z`\n     \
                      Running `CARGO=x /bin/rustc --crate-name program a.ruchy -C opt-level=3`\n     Running `/bin/rustc --crate-name a_1 main.rs -Clto`\n";
        let found = commands(stderr, "a_1");
        assert_eq!(found, ["rustc --crate-name program a.ruchy -C opt-level=3", "rustc --crate-name a_1 main.rs -Clto"]);
    }
}
