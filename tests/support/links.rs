//! Linked files for tests: each different file is linked once, by the first test or test program
//! that needs it, and kept until a source changes.
//!
//! A module of several test programs, which run at the same time.

use ruchy_lambda_cli::engine::Purpose;
use ruchy_lambda_cli::engine::recipe::Recipe;
use ruchy_lambda_cli::engine::repository::Job;
use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, SystemTime};

/// The sources in the repository of the linker tool and of everything that it builds besides the
/// functions.
const SOURCES: [&str; 14] = [
    "Cargo.lock",
    "Cargo.toml",
    "bootstrap",
    "build.rs",
    "cli/src/architecture.rs",
    "cli/src/engine",
    "cli/src/engine.rs",
    "cli/src/preset.rs",
    "cli/src/project",
    "cli/src/sdk.rs",
    "cli/src/shield.rs",
    "handlers",
    "linker",
    "ruchy",
];
/// Folders below these on which no linked file depends. `functions` are part of the options of a
/// link.
const NO_SOURCES: [&str; 5] = ["fixtures", "functions", "language", "templates", "tests"];
/// The variable that lists the folders of functions.
const FUNCTIONS: &str = "RUCHY_LAMBDA_FUNCTIONS";
/// A package whose functions are linked, or `1`.
const STD: &str = "RUCHY_LAMBDA_STD";
/// The folder for counters, while `just quality coverage` runs: linked files get counters and are
/// listed there in `objects`.
pub const COVERAGE: &str = "RUCHY_LAMBDA_COVERAGE";
/// Replaces the hash of the sources, so that linked files are kept while sources change:
/// `tests/repeat.sh` sets it.
const SOURCES_KEY: &str = "RUCHY_LAMBDA_TESTS_SOURCES";
const CHANGED: &str = "changed while the tests ran: their results are about neither version; run them again";
/// The file with the output of the link. It is written last, so a folder with it is complete.
const MESSAGES: &str = "messages";
/// The time for which files of other sources are kept after their link.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Options of a link.
#[derive(Clone, Copy)]
pub struct Link<'a> {
    pub architecture: &'a str,
    /// The functions; all, if empty.
    pub names: &'a [&'a str],
    /// Variables of the recipe besides those that the tests set.
    pub variables: &'a [(&'a str, &'a str)],
}

/// Returns the files that `links` describe, in their order. The missing ones are linked in one
/// turn: if two differ only in a step after the link, the second is cheap.
pub fn linked<const COUNT: usize>(root: &Path, links: [Link<'_>; COUNT]) -> [PathBuf; COUNT] {
    let sources = root.join("target/tests/linked").join(sources_key(root));
    let folders = links.map(|link| sources.join(options_key(root, link)));
    let is_complete = |folder: &Path| folder.join(MESSAGES).exists();
    if !folders.iter().all(|folder| is_complete(folder)) {
        let _turn = turn(root, &target(links[0]));
        for (link, folder) in links.iter().zip(&folders).filter(|(_, folder)| !is_complete(folder)) {
            remove_outdated(&sources);
            // Files that an interrupted run left.
            fs::remove_dir_all(folder).ok();
            fs::create_dir_all(folder).unwrap();
            let result = write(root, *link, &folder.join("bootstrap"));
            assert_unchanged(root);
            let warnings = result.unwrap_or_else(|messages| panic!("the link failed:\n{messages}"));
            let now = options_key(root, *link);
            assert!(folder.ends_with(&now), "the functions or packages of a link {CHANGED}");
            fs::write(folder.join(MESSAGES), warnings).unwrap();
        }
    }
    let files = folders.map(|folder| folder.join("bootstrap"));
    list(&files);
    files
}

/// Returns the output of the link of `bootstrap`.
pub fn messages(bootstrap: &Path) -> String {
    fs::read_to_string(bootstrap.with_file_name(MESSAGES)).unwrap()
}

/// Returns the variables of the recipe for `link`. The linked file can be started on this machine.
pub fn recipe(link: Link<'_>) -> Result<Recipe, ruchy_lambda_cli::Error> {
    let own = [("RUCHY_LAMBDA_ARCH", link.architecture), ("RUCHY_LAMBDA_LOCAL", "1")];
    let mut recipe = Recipe::parse(|name| {
        let name = format!("RUCHY_LAMBDA_{name}");
        // If a variable is set twice, the last value counts.
        let set = own.iter().chain(link.variables).rfind(|(set, _)| *set == name);
        set.map(|(_, value)| (*value).to_owned()).or_else(|| env::var(name).ok())
    })?;
    if env::var_os(COVERAGE).is_some() && recipe.std.is_none() {
        recipe.options.purpose = Purpose::Quick;
        recipe.options.runtime_features.push("instrument".to_owned());
        recipe.options.rustc_flags.push("-Cinstrument-coverage".to_owned());
        recipe.keeps_symbols = true;
    }
    Ok(recipe)
}

/// Lists linked files for `just quality coverage`, which reads their tables of counters.
fn list(files: &[PathBuf]) {
    let Some(folder) = env::var_os(COVERAGE) else { return };
    let mut list = File::options().create(true).append(true).open(Path::new(&folder).join("objects")).unwrap();
    for file in files {
        writeln!(list, "{}", file.display()).unwrap();
    }
}

/// Links `out` again, while no other test links into the same target folder. Returns the warnings,
/// or the error.
pub fn try_link(root: &Path, link: Link<'_>, out: &Path) -> Result<String, String> {
    let _turn = turn(root, &target(link));
    let result = write(root, link, out);
    assert_unchanged(root);
    result
}

fn write(root: &Path, link: Link<'_>, out: &Path) -> Result<String, String> {
    let text = |error: ruchy_lambda_cli::Error| format!("{error}\n");
    let recipe = recipe(link).map_err(text)?;
    Job { root, names: link.names, recipe: &recipe }.write_blocking(out).map_err(text)?
}

/// Writes a program by another process. If this process had the file open for writing, processes
/// that other threads start would inherit the descriptor for a moment, and the file could not be
/// executed.
pub fn write_program(path: &Path, bytes: &[u8]) {
    let mut install = Command::new("install").args(["-D", "-m", "755", "/dev/stdin"]).arg(path).stdin(Stdio::piped()).spawn().unwrap();
    install.stdin.take().unwrap().write_all(bytes).unwrap();
    assert!(install.wait().unwrap().success());
}

/// Returns the name of the target folder, which similar links share.
fn target(link: Link<'_>) -> String {
    let has_std = link.variables.iter().any(|(name, _)| *name == STD);
    link.architecture.to_owned() + if has_std { "-std" } else { "" }
}

/// Waits until no other test of any program links for `target`. Dropping the result ends the turn.
fn turn(root: &Path, target: &str) -> File {
    let folder = root.join("target/tests");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join(format!("link-{target}.lock"))).unwrap();
    lock.lock().unwrap();
    lock
}

/// Removes files that were linked a while ago from sources other than those of the folder
/// `current`.
fn remove_outdated(current: &Path) {
    let age = |path: &Path| SystemTime::now().duration_since(fs::metadata(path)?.modified()?).map_err(std::io::Error::other);
    for entry in fs::read_dir(current.parent().unwrap()).into_iter().flatten().flatten() {
        let path = entry.path();
        if path != current && age(&path).is_ok_and(|age| age > KEPT) {
            fs::remove_dir_all(path).ok();
        }
    }
}

/// Returns the folder's name for links of the sources, as they were at this program's first call.
fn sources_key(root: &Path) -> String {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| env::var(SOURCES_KEY).unwrap_or_else(|_| current_sources_key(root))).clone()
}

/// Fails if a source has changed since the first link, because the tests of this program would use
/// different sources.
fn assert_unchanged(root: &Path) {
    if env::var_os(SOURCES_KEY).is_none() {
        assert!(sources_key(root) == current_sources_key(root), "a source of the linked files {CHANGED}");
    }
}

fn current_sources_key(root: &Path) -> String {
    static TOOLS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
        // A missing tool is unused by the link, or the link reports it.
        let version = |tool: &str, option: &str| Command::new(tool).arg(option).output().map(|output| output.stdout).unwrap_or_default();
        let compiler = version(&rustc, "-vV");
        [compiler].into_iter().chain(["cc", "musl-gcc", "ld.bfd", "ld.lld"].map(|tool| version(tool, "--version"))).collect()
    });
    let mut hasher = DefaultHasher::new();
    TOOLS.hash(&mut hasher);
    for source in SOURCES {
        hash_files(&root.join(source), &NO_SOURCES, &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Returns a hash of everything on which the linked file depends, except the sources of the
/// runtime.
fn options_key(root: &Path, link: Link<'_>) -> String {
    let mut hasher = DefaultHasher::new();
    (link.architecture, link.names).hash(&mut hasher);
    // The recipe ignores other variables; its own tests check that.
    let of_the_tests = env::vars().filter(|(name, _)| name.starts_with("RUCHY_LAMBDA_") && name != SOURCES_KEY);
    let mut variables: Vec<(String, String)> =
        of_the_tests.chain(link.variables.iter().map(|(name, value)| ((*name).into(), (*value).into()))).collect();
    variables.sort();
    let mut folders = root.join("handlers/functions").into_os_string();
    for (name, value) in variables {
        if name == FUNCTIONS {
            folders = value.into();
        } else {
            if name == STD && root.join(&value).is_dir() {
                hash_files(&root.join(&value), &[], &mut hasher);
            }
            (name, value).hash(&mut hasher);
        }
    }
    for folder in env::split_paths(&folders) {
        // Messages name a folder in the repository by its path there, and another folder by its
        // last component.
        folder.strip_prefix(root).ok().or_else(|| folder.file_name().map(Path::new)).hash(&mut hasher);
        hash_files(&folder, &[], &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Hashes the names and contents of all files in `path`, a folder or a file, without folders named
/// in `except`.
fn hash_files(path: &Path, except: &[&str], hasher: &mut DefaultHasher) {
    if !path.is_dir() {
        return fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).hash(hasher);
    }
    let mut entries: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    entries.sort();
    for name in entries.into_iter().filter(|name| !except.iter().any(|except| name == except)) {
        name.hash(hasher);
        hash_files(&path.join(name), except, hasher);
    }
}
