//! One example program on its way: transpiled, compiled, run, compared.

use crate::command::Said;
use crate::{Facade, Outcome, interpreter};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use transpile::compiler::Compiler;

/// What is added to a program: its `main`, by a name that the file with all programs can call.
const ENTRY: &str = "\npub fn program() { let _ = main(); }\n";

/// A program of the examples.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its path below the examples, without `.ruchy`.
    pub name: String,
    /// Its name as a crate.
    pub crate_name: String,
    source: PathBuf,
}

impl Program {
    /// The program called `name` in `source`.
    #[must_use]
    pub fn new(name: String, source: PathBuf) -> Self {
        let letters = name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' });
        let crate_name = format!("program_{}", letters.collect::<String>());
        Self { name, crate_name, source }
    }

    /// Transpiles and compiles it, as it is emitted where `bare`, else mended; nothing when that works.
    ///
    /// # Errors
    /// That a file cannot be written, or rustc not be run.
    pub fn compile(&self, compiler: &Compiler, facade: &Facade, bare: bool) -> io::Result<Option<Outcome>> {
        let rust = match if bare { compiler.emit(&self.source) } else { compiler.transpile(&self.source) } {
            Ok(rust) => rust,
            Err(transpile::Error::Refused { line, message, .. }) => {
                let line = line.map_or(String::new(), |line| format!("line {line}: "));
                return Ok(Some(Outcome::NotTranspiled(line + &message)));
            }
            Err(other) => return Err(io::Error::other(other)),
        };
        let file = facade.folder.join(&self.crate_name).with_extension("rs");
        fs::write(&file, rust + ENTRY)?;
        let said = facade.compile(&self.crate_name, &file)?;
        if said.succeeded() {
            return Ok(None);
        }
        let error = said.errors.lines().find(|line| line.starts_with("error")).unwrap_or("rustc was stopped: it took too long");
        Ok(Some(Outcome::NotCompiled(error.to_owned())))
    }

    /// What the interpreter prints for it, in a folder of its own.
    ///
    /// # Errors
    /// That it cannot be run.
    pub fn interpret(&self, compiler: &Compiler, facade: &Facade) -> io::Result<Said> {
        interpreter::run(compiler.program(), &self.source, &self.scratch(facade, "interpreted")?)
    }

    /// Runs it, out of the file that all are linked into, and compares.
    ///
    /// # Errors
    /// That it cannot be run.
    pub fn compare(&self, programs: &Path, interpreted: &Said, facade: &Facade) -> io::Result<Outcome> {
        let said = interpreter::run_linked(programs, &self.crate_name, &self.scratch(facade, "linked")?)?;
        let wanted = &interpreted.output;
        if !interpreted.succeeded() && said.output.starts_with(wanted.as_str()) {
            return Ok(Outcome::InterpreterStops { printed: !wanted.is_empty(), reason: interpreter::reason(interpreted) });
        }
        if said.succeeded() && interpreted.succeeded() && said.output == *wanted {
            return Ok(Outcome::Same);
        }
        let (wanted, printed) = first_difference(wanted, &said.output).unwrap_or_else(|| (String::new(), said.errors.clone()));
        Ok(Outcome::Differs { wanted, printed })
    }

    /// An empty folder to run in, for programs that write files beside them.
    fn scratch(&self, facade: &Facade, kind: &str) -> io::Result<PathBuf> {
        let folder = facade.folder.join(kind).join(&self.crate_name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// The first line of each text that is not the other's.
fn first_difference(wanted: &str, printed: &str) -> Option<(String, String)> {
    let (mut wanted, mut printed) = (wanted.lines(), printed.lines());
    loop {
        match (wanted.next(), printed.next()) {
            (None, None) => return None,
            (wanted, printed) if wanted != printed => {
                return Some((wanted.unwrap_or("(nothing)").to_owned(), printed.unwrap_or("(nothing)").to_owned()));
            }
            _ => {}
        }
    }
}
