//! The ruchy compiler: where it is, which version it must be, and what to say when it refuses a source.

mod cut;
mod hint;

use crate::{Error, mark, mend, source};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// The environment variable that names the compiler when it is not on the PATH.
pub const VARIABLE: &str = "RUCHY";

/// How long ruchy may take over a file.
const TRANSPILING_SECONDS_MAX: u32 = 20;
/// How long the line of a mistake may be looked for.
const LOCATING_SECONDS_MAX: u64 = 10;
/// How much of a complaint is shown: some have all of ruchy's tree of the expression in them.
const COMPLAINT_LETTERS_MAX: usize = 200;
/// How ruchy's complaint about a block begins, whatever is wrong in it.
const OF_A_BLOCK: &str = "Expected RightBrace, found";
/// What `timeout`, of coreutils, ends with when it had to stop ruchy.
const STOPPED: i32 = 124;

/// Where there are parentheses that ruchy would lose, and it does not take them in the form that it keeps.
const LOST_PARENTHESES: &str = "ruchy would lose parentheses in this file, as those of `a - (b - c)` or `(a - b).abs()`, and could not be kept \
    from it. Give what stands in them a name: `let difference = b - c`.";

/// A ruchy of the pinned version.
#[derive(Clone, Debug)]
pub struct Compiler {
    program: PathBuf,
}

impl Compiler {
    /// The ruchy that `RUCHY` names, or the one on the PATH.
    ///
    /// # Errors
    /// [`Error::NoCompiler`], [`Error::WrongVersion`].
    pub fn find() -> Result<Self, Error> {
        let program = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).unwrap_or_else(|| "ruchy".into());
        let compiler = Self { program: program.into() };
        let missing = Error::NoCompiler { stale: None, version: mark::RUCHY_VERSION };
        let Ok(output) = compiler.run("--version".as_ref(), None) else {
            return Err(missing);
        };
        let said = String::from_utf8_lossy(&output.stdout);
        let found = said.trim().strip_prefix("ruchy ").ok_or(missing)?;
        if found == mark::RUCHY_VERSION {
            return Ok(compiler);
        }
        Err(Error::WrongVersion { compiler: compiler.program, found: found.to_owned(), version: mark::RUCHY_VERSION })
    }

    /// The program itself, for what it can do beside transpiling.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The marked Rust of the function in `source`.
    ///
    /// # Errors
    /// [`Error::Refused`] with ruchy's message and the line, as well as it can be told; [`Error::File`].
    pub fn transpile(&self, source: &Path) -> Result<String, Error> {
        let text = source::read(source)?;
        let prepared = mend::prepare(&text);
        let output = self.transpile_text(&prepared)?;
        if !output.status.success() {
            let lost = prepared != text && self.transpile_text(&text)?.status.success();
            let message = LOST_PARENTHESES.to_owned();
            // Its lines are those of the source.
            let refused = || self.refused(source, &text, &prepared, &output);
            return Err(if lost { Error::Refused { line: None, source: source.to_owned(), message } } else { refused() });
        }
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        let rust = mend::mend(&text, &String::from_utf8_lossy(&output.stdout));
        if !mend::is_whole(&text, &rust) {
            return Err(Error::Refused { line: None, source: source.to_owned(), message: LOST_PARENTHESES.to_owned() });
        }
        Ok(format!("{}\n{}\n", mark::line(&name, &text), rust.trim_end()))
    }

    /// The Rust that ruchy makes of `source`, without a mend.
    ///
    /// # Errors
    /// As [`Self::transpile`].
    pub fn emit(&self, source: &Path) -> Result<String, Error> {
        let text = source::read(source)?;
        let output = self.transpile_text(&text)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(self.refused(source, &text, &text, &output))
    }

    fn refused(&self, source: &Path, text: &str, prepared: &str, output: &Output) -> Error {
        let source = source.to_owned();
        if output.status.code() == Some(STOPPED) {
            let message = format!(
                "ruchy does not come to an end on this file within {TRANSPILING_SECONDS_MAX} seconds. \
                 Take parts of it away until it does, and write those in another way."
            );
            return Error::Refused { line: None, source, message };
        }
        let mut message = complaint(output);
        let found = cut::unmatched(text).or_else(|| self.line_of_mistake(prepared));
        let line = found.or_else(|| self.line_of(prepared, &message));
        // Of a function's blocks ruchy says no more than that it does not take them; of the statement alone it says why.
        if let Some(line) = found
            && message.starts_with(OF_A_BLOCK)
            && let Ok(output) = self.transpile_text(cut::statement(prepared, line))
            && !output.status.success()
            && !complaint(&output).starts_with(OF_A_BLOCK)
        {
            message = complaint(&output);
        }
        if let Some((end, _)) = message.char_indices().nth(COMPLAINT_LETTERS_MAX) {
            message.truncate(end);
            message += "…";
        }
        message.truncate(message.find("\n\nStack backtrace").unwrap_or(message.len()));
        if let Some(hint) = hint::hint(text, line, &message) {
            message = format!("{}\n{hint}", message.lines().next().unwrap_or_default());
        }
        Error::Refused { line, source, message }
    }

    /// What ruchy makes of `text`, which is in no file.
    fn transpile_text(&self, text: &str) -> Result<Output, Error> {
        let file = std::env::temp_dir().join(format!("ruchy-lambda-{}-{:?}.ruchy", std::process::id(), std::thread::current().id()));
        fs::write(&file, text).map_err(|error| Error::file(&file, error))?;
        let output = self.run("transpile".as_ref(), Some(&file));
        fs::remove_file(&file).ok(); // it is temporary, and there may be something else that clears such files away
        output
    }

    /// The first line of the statement that ruchy does not take. Its complaint is often about the whole function, so the file is cut short, line by
    /// line, and closed, until it is taken: the mistake begins behind that line. Nothing where the mistake is that something is never closed.
    fn line_of_mistake(&self, text: &str) -> Option<usize> {
        let deadline = Instant::now() + Duration::from_secs(LOCATING_SECONDS_MAX);
        let is_taken = |line: usize| self.transpile_text(&cut::cut(text, line)).is_ok_and(|output| output.status.success());
        let ends = cut::ends_of_items(text);
        let taken = ends.partition_point(|end| Instant::now() < deadline && is_taken(*end));
        let first = taken.checked_sub(1).map_or(0, |index| ends[index]);
        let last = *ends.get(taken)?;
        let line = (first..last).rev().find(|line| *line == first || Instant::now() < deadline && is_taken(*line))?;
        if Instant::now() < deadline { cut::next_line(text, line) } else { None }
    }

    /// The line at which ruchy gave up. Its own line numbers name the last line of the file, so the file is cut shorter, line by
    /// line, for as long as the complaint stays the same: the last line that is needed for it is the one it is about.
    fn line_of(&self, text: &str, message: &str) -> Option<usize> {
        let lines: Vec<&str> = text.lines().collect();
        let folder = std::env::temp_dir().join(format!("ruchy-lambda-{}", std::process::id()));
        fs::create_dir_all(&folder).ok()?;
        let shorter = folder.join("shorter.ruchy");
        let same = |count: &usize| {
            fs::write(&shorter, lines[..*count].join("\n")).is_ok()
                && self.run("transpile".as_ref(), Some(&shorter)).is_ok_and(|output| complaint(&output) == message)
        };
        let line = (0..lines.len()).rev().find(|count| !same(count)).map(|count| count + 1);
        fs::remove_dir_all(&folder).ok();
        line
    }

    fn run(&self, verb: &OsStr, file: Option<&Path>) -> Result<Output, Error> {
        // There are sources on which ruchy does not come to an end.
        Command::new("timeout")
            .arg(TRANSPILING_SECONDS_MAX.to_string())
            .arg(&self.program)
            .arg(verb)
            .args(file)
            .env("RUST_BACKTRACE", "0") // with a backtrace its complaint is different each time
            .output()
            .map_err(|error| Error::file(&self.program, error))
    }
}

/// What ruchy said, without its preamble: the innermost cause, or what it panicked with.
fn complaint(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    if let Some((_, panic)) = said.split_once(" panicked at ") {
        // The place is one in ruchy's own source.
        let what = panic.lines().nth(1).unwrap_or_default();
        return format!("ruchy itself panicked on this file: {}. Write what stands there in another way.", what.trim());
    }
    let cause = said.split_once("Caused by:").map_or(said.as_ref(), |(_, cause)| cause);
    cause.trim().trim_start_matches("Error: ").to_owned()
}
