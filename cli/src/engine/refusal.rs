//! The messages for the author of a function that rustc refuses. Pure.

use super::messages::Report;
use super::std_users::StdUser;
use crate::project::Package;
use std::fmt::Write as _;

/// The errors of `report`. Those about the registration, generated code, name the handler at `place`.
#[must_use]
pub fn errors(report: &Report, place: &str) -> String {
    let mut text = String::new();
    for message in report.of_level(true) {
        let is_registration = message.target == "handlers";
        let rendered = if is_registration { at_handler(&message.rendered, place) } else { message.rendered.clone() };
        let _ = writeln!(text, "{}", rendered.trim_end());
        text.push('\n');
    }
    text
}

/// That `users`, crates of a project, need std, which the function `name` of the file `source` is linked without.
#[must_use]
pub fn needs_std(name: &str, source: &str, users: &[StdUser], package: &Package) -> String {
    let mut text = String::new();
    for user in users {
        let dependency = package.dependencies.iter().find(|dependency| dependency.name == user.name);
        let _ = writeln!(
            text,
            "error: {source}: the crate `{}` needs Rust's std, and this function is linked without it",
            dependency.map_or(&user.name, |dependency| &dependency.package),
        );
        if !user.through.is_empty() {
            let _ = writeln!(text, "  = note: so do crates that it uses: {}", user.through.join(", "));
        }
        if dependency.is_some_and(|dependency| dependency.has_default_features) {
            let _ = writeln!(text, "  = help: set `default-features = false` for it in Cargo.toml, if it supports no_std");
        }
    }
    let _ = writeln!(
        text,
        "  = help: or link the function with Rust's std, which takes any crate; in Cargo.toml:\n\n    [package.metadata.ruchy-lambda.functions.{name}]\n    std = true\n"
    );
    text
}

/// `rendered`, a message about a registration, as one about the handler at `place`.
fn at_handler(rendered: &str, place: &str) -> String {
    let mut text = String::new();
    for line in rendered.lines() {
        match line.split_once("--> ") {
            Some((before, _)) if line.contains("handlers/lib.rs:") => {
                let _ = writeln!(text, "{before}--> {place}");
            }
            // The lines of generated code say nothing to the author.
            _ if line.trim_start().starts_with(|first: char| first.is_ascii_digit())
                || line.trim_start().starts_with('|')
                || line.trim_start().starts_with("...") => {}
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}
