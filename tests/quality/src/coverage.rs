//! The lines of code that tests run: in test programs, in the tool that these start, and in the
//! linked file, which its own runtime counts.
//!
//! Test programs have counters, in the whole workspace by `instrument.sh`. With
//! `RUCHY_LAMBDA_COVERAGE` in the environment, the tests of the linked file link it with counters
//! too, and list it and what its processes write in that folder.

pub mod lines;

use crate::Error;
use lines::Lines;
use ruchy_lambda_cli::coverage::lcov;
use ruchy_lambda_cli::pgo::llvm;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder for counters of linked files; `tests/support/links.rs` and
/// `tests/linked/support/function.rs` read it.
const LINKED: &str = "RUCHY_LAMBDA_COVERAGE";
/// The modules of `tests/linked` that run the file. The others measure or inspect the file that
/// ships, which has no counters.
const RUNNING: [&str; 18] = [
    "context::",
    "crashes::",
    "deadline::",
    "events::",
    "failures::",
    "faults::",
    "files::",
    "handler::",
    "invocations::",
    "limits::",
    "logs::",
    "outbound::",
    "output::",
    "snapshot::",
    "streaming::",
    "termination::",
    "warnings_of",
    "workers::",
];

/// The tests to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The unit tests of the runtime, and the tests of the linked file.
    Bootstrap,
    /// Every test of the workspace.
    Workspace,
}

impl Scope {
    /// The folder whose lines count; empty: all.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap/",
            Self::Workspace => "",
        }
    }

    /// The builds of the test programs, and the options of each.
    fn builds(self) -> Vec<(Build, Vec<&'static str>)> {
        let runtime = ["--package", "ruchy-lambda-runtime"];
        match self {
            // No other crate is compiled for this.
            Self::Bootstrap => vec![
                (
                    Build { options: [&["rustc", "--profile", "test"], &runtime[..], &["--lib"]].concat(), counters: Counters::Last },
                    Vec::new(),
                ),
                (
                    Build { options: [&["test", "--no-run"], &runtime[..], &["--test", "linked"]].concat(), counters: Counters::None },
                    RUNNING.to_vec(),
                ),
            ],
            Self::Workspace => {
                let all = ["test", "--no-run", "--workspace", "--exclude", "ruchy-lambda-runtime", "--lib", "--bins", "--tests"];
                let build = |options: Vec<&'static str>| Build { options, counters: Counters::Workspace };
                vec![
                    (build(all.to_vec()), Vec::new()),
                    (build([&["test", "--no-run"], &runtime[..], &["--lib"]].concat()), Vec::new()),
                    (build([&["test", "--no-run"], &runtime[..], &["--test", "linked"]].concat()), RUNNING.to_vec()),
                ]
            }
        }
    }
}

/// A call of cargo that builds test programs.
#[derive(Debug)]
struct Build {
    options: Vec<&'static str>,
    counters: Counters,
}

/// The crates with counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counters {
    None,
    /// The crate that is built last.
    Last,
    Workspace,
}

/// The result of a run.
#[derive(Debug)]
pub struct Coverage {
    pub lines: Lines,
    /// The test programs that failed. A file with counters is larger and slower than the one that
    /// ships.
    pub failed: Vec<String>,
}

/// Runs the tests of `scope`, and returns the lines that they ran.
///
/// # Errors
/// A tool that is missing or fails; a build that fails.
pub fn measure(root: &Path, scope: Scope) -> Result<Coverage, Error> {
    let find = |name| llvm::find(name).map_err(|error| error.to_string());
    let (merge, export) = (find("llvm-profdata")?, find("llvm-cov")?);
    let folder = root.join("target/quality/coverage");
    let (host, linked) = (folder.join("host"), folder.join("linked"));
    let _ = fs::remove_dir_all(&folder); // it may be missing
    for folder in [&host, &linked] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let (mut programs, mut failed) = (Vec::new(), Vec::new());
    for (build, options) in scope.builds() {
        let built = programs_of(root, &build, &host)?;
        for program in &built {
            let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            eprintln!("coverage: running {name}");
            if !run(root, program, &options, &host, &linked)? {
                failed.push(name.rsplit_once('-').map_or(name.clone(), |(name, _)| name.to_owned()));
            }
        }
        programs.extend(built.into_iter().filter(|_| build.counters != Counters::None));
    }
    let tool = root.join("target/debug/ruchy-lambda");
    programs.extend((scope == Scope::Workspace && tool.is_file()).then_some(tool));
    let listed = fs::read_to_string(linked.join("objects")).unwrap_or_default();
    let objects: Vec<PathBuf> = listed.lines().map(PathBuf::from).filter(|path| path.is_file()).collect();
    let mut lines = Lines::default();
    for (name, folder, objects) in [("the test programs", &host, programs), ("the linked files", &linked, objects)] {
        let counters = counters_in(folder)?;
        eprintln!("coverage: {} files of counters of {name}, {} objects", counters.len(), objects.len());
        if counters.is_empty() || objects.is_empty() {
            return Err(format!("no counters came back from {name}"));
        }
        let merged = folder.join("merged.profdata");
        let list = folder.join("counters.txt");
        fs::write(&list, counters.join("\n")).map_err(|error| format!("{}: {error}", list.display()))?;
        // A process that was killed while it wrote leaves a file that cannot be read.
        let options = ["merge", "-sparse", "-failure-mode=all", "-o"].map(OsString::from);
        let inputs = [merged.clone().into_os_string(), "-f".into(), list.into_os_string()];
        printed(&merge, options.iter().chain(&inputs))?;
        // Each file by itself: a file that ships and one with other features have different
        // counters for the same function.
        for object in &objects {
            let profile = format!("-instr-profile={}", merged.display());
            let arguments = [OsString::from("export"), "-format=lcov".into(), profile.into(), object.clone().into_os_string()];
            let Ok(report) = printed(&export, &arguments) else {
                eprintln!("coverage: {} has no counters", object.display());
                continue;
            };
            lines.add(root, &lcov::parse(&report)?);
        }
    }
    lines.without_tests(root)?;
    Ok(Coverage { lines, failed })
}

/// Runs a program, and returns what it printed.
fn printed<A: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = A>) -> Result<String, Error> {
    let output = Command::new(program).args(arguments).output().map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{}: {}", program.display(), String::from_utf8_lossy(&output.stderr).trim_end()))
}

/// Builds test programs with counters, and returns their paths.
fn programs_of(root: &Path, Build { options, counters }: &Build, folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(options).args(["--quiet", "--message-format=json"]);
    match counters {
        Counters::None => {}
        Counters::Last => _ = command.args(["--", "-Cinstrument-coverage"]),
        Counters::Workspace => {
            let wrapper = root.join("tests/quality/instrument.sh");
            command.args(["--config", &format!("build.rustc-workspace-wrapper='{}'", wrapper.display())]);
        }
    }
    // Programs that the build runs have counters too.
    let output = command.env("LLVM_PROFILE_FILE", folder.join("build-%4m.tmp")).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo {}: the build failed", options.join(" ")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(program).collect())
}

/// The test program that a line of cargo's messages names.
fn program(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let is_test = message["profile"]["test"].as_bool()?;
    message["executable"].as_str().filter(|_| is_test).map(PathBuf::from)
}

/// Runs a test program in the folder of its package, as cargo does. Returns true if all tests
/// passed.
fn run(root: &Path, program: &Path, options: &[&str], host: &Path, linked: &Path) -> Result<bool, Error> {
    let mut command = Command::new(program);
    command.current_dir(root).args(options).args(["--quiet", "--test-threads=4"]);
    command.env("LLVM_PROFILE_FILE", host.join("%4m.profraw")).stdin(Stdio::null());
    if options == RUNNING {
        command.env(LINKED, linked);
    }
    let log = host.join(program.file_stem().unwrap_or_default()).with_extension("log");
    let failed = |error| format!("{}: {error}", log.display());
    let file = fs::File::create(&log).map_err(failed)?;
    command.stdout(file.try_clone().map_err(failed)?).stderr(file);
    let status = command.status().map_err(|error| format!("{}: {error}", program.display()))?;
    Ok(status.success())
}

/// The files of counters in a folder.
fn counters_in(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_written = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "profraw") && fs::metadata(path).is_ok_and(|file| file.len() > 0)
    };
    Ok(paths.filter(is_written).map(|path| path.display().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::program;
    use std::path::PathBuf;

    #[test]
    fn test_programs_are_read_from_the_messages_of_cargo() {
        let message = |test: bool, executable: &str| {
            format!(r#"{{"reason":"compiler-artifact","profile":{{"test":{test}}},"executable":{executable}}}"#)
        };
        assert_eq!(program(&message(true, "\"/a/linked-1\"")), Some(PathBuf::from("/a/linked-1")));
        for other in [message(false, "\"/a/tool\""), message(true, "null"), r#"{"reason":"build-finished"}"#.to_owned(), "text".to_owned()]
        {
            assert_eq!(program(&other), None, "{other}");
        }
    }
}
