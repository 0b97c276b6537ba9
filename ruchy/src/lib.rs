//! The compiler of Ruchy functions: source in, Rust out, with diagnostics in terms of the source.
//!
//! The passes, in the order in which they run:
//!
//! | pass | in → out | files to read first |
//! |---|---|---|
//! | [`lexer`] | text → tokens | `lexer/mod.rs`; [`token`] lists the kinds |
//! | [`parser`] | tokens → [`tree`] | `parser/mod.rs`, `cursor.rs` (error recovery), `expression.rs` (precedence) |
//! | [`modules`] | `mod name;` → the trees of other files | `modules.rs` |
//! | [`rules`] | tree → errors that need no names: jumps, duplicates, formats | `rules/mod.rs` |
//! | [`names`] | tree → the meaning of each path and binding | `names/mod.rs`, `names/resolve/` |
//! | [`types`] | tree and meanings → the type of each expression, and the type that its place wants | `types/mod.rs`, `expression.rs`, `coerce.rs` |
//! | [`ownership`] | → the last use of each variable: it moves there and is cloned elsewhere | `ownership/mod.rs` |
//! | [`positions`] | → lengths and positions of text: which count letters, which bytes | `positions/mod.rs` |
//! | [`emit`] | all tables → Rust, line by line | `emit/mod.rs`, `expression.rs` |
//!
//! Other modules: [`source`] and [`span`] (places), [`diagnostic`] (messages, codes and their explanations), [`print`](mod@print) (tree → source).
//! Passes keep what they find in tables by [`tree::NodeId`]; the tree does not change. [`tree::Node`] and [`tree::expressions_in`] visit it.
//! The methods of known types are data: `types/methods.txt` by way of [`types::table`].
//!
//! Invariants: no pass panics, hangs, or needs more than memory proportional to its input, whatever the input is; nothing is inferred
//! from a name; the crate depends on nothing but `std`.

#![allow(
    clippy::assigning_clones,
    clippy::format_push_string,
    clippy::match_same_arms,
    clippy::needless_for_each,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a pass is a match with an arm for each kind of node, and text is put together from pieces"
)]

pub mod diagnostic;
pub mod emit;
pub mod instances;
pub mod lexer;
pub mod map;
pub mod modules;
pub mod names;
pub mod ownership;
pub mod parser;
pub mod positions;
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
    let rust = stack::with_deep_stack(|| emitted_in_rounds(&program, &sources, &mut errors));
    let rust = if errors.iter().any(Diagnostic::is_error) { None } else { rust };
    errors.into_iter().for_each(|error| diagnostics.push(error));
    Compiled { sources, rust, diagnostics }
}

/// What an inference has found that the next one must know.
#[derive(Debug, Default)]
struct Again {
    requests: Vec<types::Request>,
    found: types::Earlier,
}

/// How often a program is inferred at most.
const ROUNDS_MAX: usize = 16;

/// The Rust of a program. Functions without written types that are called with several types get copies, lists that must be arrays become
/// arrays, and what borrows from a variable that changes becomes a copy, until all fits; if that does not come to a program without errors, the errors of the first round are reported.
fn emitted_in_rounds(program: &tree::Program, sources: &Sources, errors: &mut Vec<Diagnostic>) -> Option<String> {
    let mut earlier = types::Earlier::default();
    let mut again = Again::default();
    let rust = emitted(program, sources, &earlier, errors, &mut again);
    let mut instances = instances::Instances::default();
    let mut copied = None;
    for _ in 1..ROUNDS_MAX {
        let is_new = earlier.learn(std::mem::take(&mut again.found));
        let next = instances::with_instances(copied.as_ref().unwrap_or(program), &again.requests, &mut instances, sources);
        if next.is_none() && !is_new {
            break;
        }
        copied = next.or(copied);
        let mut wrong = Vec::new();
        again = Again::default();
        let better = emitted(copied.as_ref().unwrap_or(program), sources, &earlier, &mut wrong, &mut again);
        if better.is_some() && !wrong.iter().any(Diagnostic::is_error) && again.requests.is_empty() && !earlier.misses(&again.found) {
            *errors = wrong;
            return better;
        }
    }
    rust
}

fn emitted(
    program: &tree::Program,
    sources: &Sources,
    earlier: &types::Earlier,
    errors: &mut Vec<Diagnostic>,
    again: &mut Again,
) -> Option<String> {
    let nodes = rules::all_nodes(program);
    rules::check(program, &nodes, errors);
    let names = names::resolve(program, errors);
    if !errors.is_empty() {
        // Types of what is not known would only be errors that follow; those of the rest are reported.
        let _ = types::infer(program, &nodes, &names, earlier, errors);
        return None;
    }
    let mut types = types::infer(program, &nodes, &names, earlier, errors);
    again.requests.append(&mut types.requests);
    again.found.learn(std::mem::take(&mut types.found));
    rules::literals::check(&nodes, &types, errors);
    rules::infinite::check(&names, &types, errors);
    rules::handler::check_inferred(program, &types, errors);
    if !errors.is_empty() {
        return None;
    }
    let functions: Vec<_> = names.functions().map(|(_, function)| function).collect();
    let ownership = ownership::analyse(&names, &types, &functions, &program.body.statements);
    again.found.copies.extend(ownership.copies.iter().copied());
    errors.extend(ownership.used_up.iter().map(|used_up| used_up.report(&names)));
    if !errors.is_empty() {
        return None;
    }
    let positions = positions::analyse(program, &names, &types);
    Some(emit::emit(program, sources, &names, &types, &ownership, &positions, errors))
}
