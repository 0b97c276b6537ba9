//! A plain program: a file of Ruchy or Rust with a `main`.

use crate::Error;
use handlers_build::function::Origin;
use handlers_build::{compile, modules, source};
use std::path::{Path, PathBuf};

/// The function that generated code calls. It is added after the last line of the program.
pub const ENTRY: &str = "#[inline(never)] pub fn ruchy_lambda_main() -> i32 { ::std::process::status(main()) }";

/// A program, as Rust.
#[derive(Clone, Debug)]
pub struct Program {
    /// The file, as the user named it.
    pub source: PathBuf,
    pub origin: Origin,
    /// The Rust, each line of it on the line of the source.
    pub rust: String,
    /// Warnings of the Ruchy compiler, as text.
    pub warnings: String,
    /// Files of modules in Rust.
    pub modules: Vec<PathBuf>,
    /// The function that generated code calls, and what it needs; it follows the program's last
    /// line.
    pub entry: String,
    /// Distinguishes programs of one source; empty for the program itself.
    pub variant: String,
}

impl Program {
    /// Reads and checks the program in `source`; for errors of the Ruchy compiler, their messages.
    ///
    /// # Errors
    /// [`Error::Refused`] for a file that is not a program; [`Error::Functions`] if it cannot be
    /// read.
    pub fn read(source: &Path) -> Result<Result<Self, String>, Error> {
        let program = match Self::without_main(source)? {
            Ok(program) => program,
            Err(messages) => return Ok(Err(messages)),
        };
        let functions = program.functions();
        let has = |name: &str| functions.as_ref().is_none_or(|functions| functions.iter().any(|function| function == name));
        if has("main") {
            return Ok(Ok(program));
        }
        let help = if has("lambda_handler") {
            "It has a `lambda_handler`: move it to functions/ of a project and build it with `ruchy-lambda build NAME`."
        } else {
            "Add `fun main() { … }` (in Rust `fn main() { … }`), where the program starts."
        };
        Err(Error::Refused(format!("{}: this file has no `main`. {help}", source.display())))
    }

    /// [`Self::read`], of a file that need not have a `main`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn without_main(source: &Path) -> Result<Result<Self, String>, Error> {
        let shown = source.display();
        let origin = Origin::of(source)
            .ok_or_else(|| Error::Refused(format!("{shown}: expected a file of Ruchy (.ruchy) or Rust (.rs) with a `main`")))?;
        let (rust, warnings) = match origin {
            Origin::Rust => (source::read(source)?, String::new()),
            Origin::Ruchy => {
                source::read(source)?; // a missing file is reported by its name
                let compiled = compile::shared(source);
                let warnings = compiled.rendered();
                let Some(rust) = compiled.rust else { return Ok(Err(warnings)) };
                (rust.text, warnings)
            }
        };
        let modules = if origin == Origin::Rust { modules::of(source) } else { Vec::new() };
        let (entry, variant) = (ENTRY.to_owned(), String::new());
        Ok(Ok(Self { source: source.to_owned(), origin, rust, warnings, modules, entry, variant }))
    }

    /// The names of its functions outside of modules; `None` if it is not Rust, which rustc
    /// reports.
    #[must_use]
    pub fn functions(&self) -> Option<Vec<String>> {
        compile::functions(&self.rust)
    }

    /// The name of the file without its ending.
    #[must_use]
    pub fn name(&self) -> String {
        self.source.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The root file that rustc reads: `rust`, which is the program's after the passes, and the
    /// entry.
    #[must_use]
    pub fn root(&self, rust: &str) -> String {
        let allowed = if self.origin == Origin::Ruchy { "#![allow(warnings)] " } else { "" };
        let newline = if rust.ends_with('\n') { "" } else { "\n" };
        format!("{allowed}{rust}{newline}{}\n", self.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::Program;
    use std::fs;

    fn program(name: &str, text: &str) -> Result<Result<Program, String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Program::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn program_has_a_main_in_either_language() {
        for (name, text) in [("a.rs", "fn main() {}"), ("a.ruchy", "fun main() { println(\"a\") }"), ("a.ruchy", "println(\"a script\")\n")]
        {
            let program = program(name, text).unwrap().unwrap();
            let root = program.root(&program.rust);
            assert!(root.ends_with("\n#[inline(never)] pub fn ruchy_lambda_main() -> i32 { ::std::process::status(main()) }\n"), "{root}");
        }
        assert!(program("a.ruchy", "fun main() { missing() }").unwrap().unwrap_err().contains("missing"));
    }

    #[test]
    fn program_without_main_is_refused_with_help() {
        let handler = "pub fun lambda_handler(event: &str) -> String { event.to_string() }";
        assert!(program("a.ruchy", handler).unwrap_err().contains("`ruchy-lambda build NAME`"));
        assert!(program("a.rs", "fn other() {}").unwrap_err().contains("this file has no `main`"));
        assert!(program("a.py", "").unwrap_err().contains("expected a file of Ruchy (.ruchy) or Rust (.rs)"));
    }
}
