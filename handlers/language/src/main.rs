//! `just language`: prints the conformance of the compiler. `--accept` first writes the table of
//! `handlers/language.md`.
//!
//! `ruchy/tests/conformance` measures. The output of Ruchy's own examples is compared with its
//! interpreter, if that is installed.

use language::rows;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The corpora in the order of the report, with their descriptions.
const CORPORA: [(&str, &str); 8] = [
    ("rows", "rows of handlers/language.md"),
    ("semantics", "constructs of the table of semantics"),
    ("lambda", "functions as authors write them"),
    ("examples", "example functions, with their fixtures"),
    ("shown", "functions in documents and templates"),
    ("mistakes", "programs with errors, reported at their places"),
    ("syntax", "programs that the parser accepts"),
    ("generated", "generated programs, compared with an evaluator"),
];
/// The version of Ruchy whose examples are measured.
const EXAMPLES: &str = "ruchy-3.212.0/examples";

fn main() -> ExitCode {
    match run(std::env::args().any(|argument| argument == "--accept")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("language: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(accept: bool) -> io::Result<bool> {
    if accept {
        write_table()?;
    }
    let mut tests = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    tests.args(["test", "--quiet", "--package", "ruchy-compiler", "--test", "conformance", "--", "--include-ignored", "--test-threads=2"]);
    // `just mutants` measures these: rustc rejects some that the compiler accepts.
    tests.args(["--skip", "mutants_that_are_accepted"]);
    match (examples(), interpreter()) {
        (Some(folder), Some(ruchy)) => {
            tests.env("CONFORMANCE_PROGRAMS_IN", folder).env("RUCHY", ruchy);
        }
        (None, _) => eprintln!("language: Ruchy's examples are not measured; `cargo info ruchy@3.212.0` downloads them"),
        (_, None) => eprintln!("language: Ruchy's examples are not measured; set RUCHY, or install `ruchy` in a folder of PATH"),
    }
    let output = tests.output()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/conformance");
    for (corpus, description) in CORPORA {
        let text = std::fs::read_to_string(folder.join(corpus).with_extension("txt")).unwrap_or_default();
        let counts = text.lines().next().and_then(|line| line.split_once(": ")).map_or("not measured", |(_, counts)| counts);
        println!("{description:<52} {counts}");
    }
    if let Ok(table) = std::fs::read_to_string(folder.join("programs_table.txt")) {
        print!("{table}");
    }
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
    }
    Ok(output.status.success())
}

/// Writes the table of supported features.
fn write_table() -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(rows::TABLE);
    let document = std::fs::read_to_string(&path)?;
    let written = rows::in_document(&document, &rows::read()?);
    std::fs::write(path, written.ok_or_else(|| io::Error::other("handlers/language.md: expected the two marks of its table"))?)
}

/// Returns the folder of Ruchy's own examples, if cargo has downloaded the package.
fn examples() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    registries.filter_map(|registry| Some(registry.ok()?.path().join(EXAMPLES))).find(|folder| folder.is_dir())
}

/// Returns Ruchy's interpreter: the value of `RUCHY`, or `ruchy` on the path.
fn interpreter() -> Option<PathBuf> {
    if let Some(ruchy) = std::env::var_os("RUCHY") {
        return Some(ruchy.into());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("ruchy")).find(|file| file.is_file())
}
