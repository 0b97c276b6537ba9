//! The generated crate that registers a function: its record, its hooks, and the executor of an
//! `async` handler. Pure.

use super::generated::GENERATED;
use super::mode::Mode;
use handlers_build::compile::Rust;

/// The executor of an `async` handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Executor {
    /// The handler is not `async`.
    None,
    /// The function's own `block_on`.
    Own,
    /// A current-thread runtime of the project's crate `tokio`.
    Tokio,
    /// The thread sleeps until another one wakes it.
    Park,
}

/// The Rust that registers a function: its record and its hooks.
#[must_use]
pub fn registration(name: &str, rust: &Rust, place: &str, mode: Mode, executor: Executor) -> String {
    let hooks = rust.hooks.iter().fold(String::new(), |hooks, hook| hooks + "    " + hook + ",\n");
    let hooks = rust.other.map_or(hooks.clone(), |other| hooks + "    ; " + other + "\n");
    let section = format!(".handlers.{name}");
    let attributes = if mode == Mode::Facade { "#![no_std]\n" } else { "" };
    let handler = match executor {
        Executor::None => "function::lambda_handler",
        Executor::Own => "registry::awaited!(function::lambda_handler, function::block_on)",
        Executor::Tokio => "registry::awaited!(function::lambda_handler, tokio)",
        Executor::Park => "registry::awaited!(function::lambda_handler)",
    };
    format!(
        "// {GENERATED}\n{attributes}registry::register!(\n    {name:?}, {section:?}, function,\n    {handler}, // {place}\n{hooks});\n"
    )
}
