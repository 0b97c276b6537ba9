//! The compiler of Ruchy functions: source in, Rust out, with diagnostics in terms of the source.
//!
//! The passes, in order, each a module:
//! 1. [`lexer`]: text to tokens.
//! 2. [`parser`]: tokens to a [`tree`]; [`modules`] reads the files that `mod name;` names.
//! 3. names, types and ownership, which keep what they find in tables by [`tree::NodeId`].
//! 4. the emitter.
//!
//! Invariants: no pass panics, hangs, or needs more than memory proportional to its input, whatever the input is; nothing is inferred
//! from what a name is; the crate depends on nothing but `std`.

#![allow(
    clippy::assigning_clones,
    clippy::format_push_string,
    clippy::match_same_arms,
    clippy::needless_for_each,
    clippy::needless_pass_by_value,
    clippy::only_used_in_recursion,
    clippy::self_only_used_in_recursion,
    clippy::similar_names,
    clippy::single_match_else,
    clippy::too_many_lines,
    clippy::struct_excessive_bools,
    clippy::type_complexity,
    clippy::unused_self,
    reason = "a pass is a match with an arm for each kind of node, and text is put together from pieces"
)]

pub mod diagnostic;
pub mod emit;
pub mod lexer;
pub mod modules;
pub mod names;
pub mod ownership;
pub mod parser;
pub mod print;
pub mod rules;
pub mod source;
pub mod span;
pub mod stack;
pub mod token;
pub mod tree;
pub mod types;

pub use emit::HEADER;

use diagnostic::{Diagnostic, Diagnostics};
use source::Sources;
use std::path::Path;

/// A program that was compiled.
#[derive(Debug)]
pub struct Compiled {
    pub sources: Sources,
    /// The Rust; nothing if there are errors.
    pub rust: Option<String>,
    pub diagnostics: Diagnostics,
}

/// Compiles the program in the file `path` to Rust. Line N of the file is line N of the Rust.
#[must_use]
pub fn compile(path: &Path, loader: &mut dyn modules::Loader) -> Compiled {
    let modules::Parse { sources, program, mut diagnostics } = modules::parse(path, loader);
    if diagnostics.sorted().iter().any(|diagnostic| diagnostic.is_error()) {
        return Compiled { sources, rust: None, diagnostics };
    }
    let mut errors: Vec<Diagnostic> = Vec::new();
    let rust = stack::with_deep_stack(|| emitted(&program, &sources, &mut errors));
    let rust = if errors.iter().any(Diagnostic::is_error) { None } else { rust };
    errors.into_iter().for_each(|error| diagnostics.push(error));
    Compiled { sources, rust, diagnostics }
}

fn emitted(program: &tree::Program, sources: &Sources, errors: &mut Vec<Diagnostic>) -> Option<String> {
    rules::check(program, errors);
    let names = names::resolve(program, errors);
    if !errors.is_empty() {
        // Types of what is not known would only be errors that follow; those of the rest are reported.
        let _ = types::infer(program, &names, errors);
        return None;
    }
    let types = types::infer(program, &names, errors);
    rules::literals::check(program, &types, errors);
    if !errors.is_empty() {
        return None;
    }
    let mut functions = Vec::new();
    for item in &names.items {
        if let names::ItemOf::Function(function) = item.kind
            && names.scope(item.scope).around.is_none()
        {
            functions.push(function);
        }
    }
    for implementation in &names.implementations {
        for member in implementation.members {
            if let tree::ItemKind::Function(function) = &member.item.kind {
                functions.push(function);
            }
        }
    }
    for item in &names.items {
        if let names::ItemOf::Trait(of) = item.kind {
            for member in &of.members {
                if let tree::ItemKind::Function(function) = &member.item.kind {
                    functions.push(function);
                }
            }
        }
    }
    let ownership = ownership::analyse(&names, &types, &functions, &program.body.statements);
    Some(emit::emit(program, sources, &names, &types, &ownership, errors))
}
