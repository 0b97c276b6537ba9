//! The subject of a count: a function's handler with events of growing sizes, one function of a
//! source with an integer, or a plain program.

use super::fit::Point;
use super::inputs::Inputs;
use crate::Error;
use crate::compile::build::{self, Request};
use crate::compile::program::Program;
use crate::engine::LinkOptions;
use crate::environment::Function;
use crate::home::Home;
use crate::measure::dump::Dump;
use crate::measure::function::Running;
use crate::measure::valgrind::{Options, Valgrind};
use crate::measure::{self, linked};
use crate::preset::Preset;
use crate::profile::allocations;
use handlers_build::function::Function as Source;
use handlers_build::inline;
use handlers_build::rewrite::Passes;
use std::path::{Path, PathBuf};

/// The function that is counted of a generated program.
const COUNTED: &str = "program::ruchy_lambda_counted";

/// The subject of a count.
#[derive(Debug)]
pub enum Subject {
    /// The handler of a function.
    Handler { home: Home, source: Source },
    /// A function of one integer.
    Function { program: Program, name: String },
    /// The `main` of a program, which gets the size as its argument.
    Program(Program),
}

/// A subject that was linked.
#[derive(Debug)]
pub enum Linked {
    Handler(Function),
    Program { file: PathBuf, toggle: &'static str },
}

impl Subject {
    /// The subject called `target`: `NAME`, `NAME::FUNCTION`, `FILE::FUNCTION`, or a `FILE` with a
    /// `main`. For errors in the source, their messages.
    ///
    /// # Errors
    /// As [`Home::function`] and [`Program::read`].
    pub fn of(target: &str) -> Result<Result<Self, String>, Error> {
        if let Some((source, name)) = target.split_once("::") {
            let source = source_of(source)?;
            return Ok(
                Program::without_main(&source)?.map(|program| Self::Function { program: calling(program, name), name: name.to_owned() })
            );
        }
        if is_file(target) {
            return Ok(Program::read(Path::new(target))?.map(Self::Program));
        }
        let home = Home::here()?;
        let source = home.function(Some(target))?;
        Ok(Ok(Self::Handler { home, source }))
    }

    /// Describes the subject in words.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Handler { source, .. } => format!("the handler of {}", source.name),
            Self::Function { program, name } => format!("{name}(n) of {}", program.source.display()),
            Self::Program(program) => format!("the main of {}", program.source.display()),
        }
    }

    /// Links it: without the pass over recursion if `as_written`. For errors in the source, their
    /// messages.
    ///
    /// # Errors
    /// As [`Home::link`] and [`build::build`].
    pub async fn link(&self, as_written: bool) -> Result<Result<Linked, String>, Error> {
        let (program, toggle) = match self {
            Self::Handler { home, source } => {
                let passes = as_written.then_some(Passes { lower: true, inline_levels: 0 });
                let options = LinkOptions { passes, ..LinkOptions::default() };
                return Ok(linked::function(home, source, &options).await?.map(Linked::Handler));
            }
            Self::Function { program, .. } => (program, COUNTED),
            Self::Program(program) => (program, measure::program::ENTRY),
        };
        let request = Request { preset: Preset::Aggressive, processor: None, as_written, rebuild: false };
        Ok(build::build(program, &request).await?.map(|built| Linked::Program { file: built.with_symbols, toggle }))
    }

    /// Returns true if the recursion pass may change the subject.
    #[must_use]
    pub fn has_recursion(&self) -> bool {
        let rust = match self {
            Self::Handler { source, .. } => match Program::without_main(&source.source) {
                Ok(Ok(program)) => program.rust,
                _ => return false,
            },
            Self::Function { program, .. } | Self::Program(program) => program.rust.clone(),
        };
        inline::inline_checked(&rust, inline::LEVELS).is_some()
    }
}

/// The source file of the function or file called `name`.
fn source_of(name: &str) -> Result<PathBuf, Error> {
    if is_file(name) { Ok(PathBuf::from(name)) } else { Ok(Home::here()?.function(Some(name))?.source) }
}

fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "ruchy" || extension == "rs")
}

/// `program` as one that calls its function `name` with the integer that is its argument.
fn calling(program: Program, name: &str) -> Program {
    let entry = format!(
        "#[inline(never)] fn ruchy_lambda_counted<N, R>(function: impl Fn(N) -> R, n: N) {{ core::hint::black_box(function(core::hint::black_box(n))); }} \
         #[inline(never)] pub fn ruchy_lambda_main() -> i32 {{ \
         let n = ::std::env::args().nth(1).and_then(|n| n.parse().ok()); \
         if let Some(n) = n {{ ruchy_lambda_counted({name}, n); 0 }} else {{ 2 }} }}"
    );
    Program { entry, variant: format!("::{name}"), ..program }
}

/// The counts for one size.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    pub instructions: Point,
    pub allocations: Point,
}

impl Counted {
    fn of(n: u64, dump: &Dump) -> Self {
        Self { instructions: Point { n, count: dump.total(0) }, allocations: Point { n, count: allocations::total(dump) } }
    }
}

/// Counts a linked subject, size by size.
#[derive(Debug)]
pub struct Counter<'a> {
    valgrind: &'a Valgrind,
    folder: &'a Path,
    kind: Kind<'a>,
}

#[derive(Debug)]
enum Kind<'a> {
    Handler { running: Box<Running>, inputs: &'a Inputs, after: Vec<u8> },
    Program { file: &'a Path, toggle: &'static str },
}

impl<'a> Counter<'a> {
    /// Starts `linked`; `folder` is for files of the counts. `smallest` is the size of the events
    /// between those that are counted.
    ///
    /// # Errors
    /// As [`Running::start`] and [`Inputs::event`].
    pub async fn start(
        valgrind: &'a Valgrind,
        linked: &'a Linked,
        inputs: &'a Inputs,
        smallest: u64,
        folder: &'a Path,
    ) -> Result<Self, Error> {
        let kind = match linked {
            Linked::Handler(function) => {
                let after = inputs.event(smallest).await?;
                let mut running = Running::start(valgrind, function, &Options::default(), folder).await?;
                // The first invocation includes initialization.
                running.count(&after, &after).await?;
                Kind::Handler { running: Box::new(running), inputs, after }
            }
            Linked::Program { file, toggle } => Kind::Program { file, toggle },
        };
        Ok(Self { valgrind, folder, kind })
    }

    /// Counts the instructions and the allocations for the size `n`.
    ///
    /// # Errors
    /// [`Error::Refused`] if the subject fails: counts of failures say nothing.
    pub async fn count(&mut self, n: u64) -> Result<Counted, Error> {
        match &mut self.kind {
            Kind::Handler { running, inputs, after } => {
                let counted = running.count(&inputs.event(n).await?, after).await?;
                counted.answer.map_err(|error| Error::Refused(format!("the function fails for n = {n}: {error}")))?;
                Ok(Counted::of(n, &counted.dump))
            }
            Kind::Program { file, toggle } => {
                let options = Options { toggles: vec![(*toggle).to_owned()], ..Options::default() };
                let run = measure::program::count(self.valgrind, file, &[n.to_string()], &options, self.folder).await?;
                match run.status {
                    Some(0) => Ok(Counted::of(n, &run.dump)),
                    status => {
                        let status = status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"));
                        Err(Error::Refused(format!("the program fails for n = {n}: it ends with {status}")))
                    }
                }
            }
        }
    }
}
