//! A corpus of functions: each is compiled, linked and invoked, and its transcript is compared.

use crate::batch::{self, Program};
use crate::compiler;
use crate::corpus::{self, Outcome};
use std::fs;
use std::path::{Path, PathBuf};

pub struct Function {
    pub name: String,
    pub source: Vec<u8>,
    pub events: Vec<String>,
    /// The transcript's lines without the events.
    pub expected: Vec<String>,
}

/// The files of `folder` with the extension `ruchy`, in order.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ruchy"));
    files.sort();
    files
}

pub fn name(source: &Path) -> String {
    source.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Compares what `differs` says of expected and actual lines, for every function, and concludes.
pub fn check(corpus: &str, functions: &[Function], differs: impl Fn(&[String], &[String]) -> Option<String>) {
    let compiled: Vec<_> = functions.iter().map(|function| compiler::compile(&function.source)).collect();
    let identifier = |function: &Function| format!("function_{}", function.name);
    let to_build = |(function, compiled): (&Function, &compiler::Compiled)| {
        Some(Program { name: identifier(function), rust: compiled.as_ref().ok()?.clone() })
    };
    let batch = batch::build(corpus, &functions.iter().zip(&compiled).filter_map(to_build).collect::<Vec<_>>());
    let outcome = |(function, compiled): (&Function, &compiler::Compiled)| {
        let name = identifier(function);
        let fault = match (compiled, batch.refused.get(&name)) {
            (Err(reports), _) => Some(format!("refused: {}", compiler::shown(reports))),
            (Ok(_), Some(error)) => Some(format!("rustc refuses it: {error}")),
            (Ok(_), None) => {
                let actual: Vec<String> = batch.run(&name, &function.events).lines().map(str::to_owned).collect();
                differs(&function.expected, &actual)
            }
        };
        Outcome { case: function.name.clone(), fault, warning: batch.warned.get(&name).cloned() }
    };
    let outcomes: Vec<Outcome> = functions.iter().zip(&compiled).map(outcome).collect();
    corpus::conclude(corpus, &outcomes);
}
