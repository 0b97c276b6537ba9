//! The messages for the author of a function that rustc refuses.

use super::messages::Report;
use super::std_users::StdUser;
use super::toolchain::Toolchain;
use crate::Error;
use crate::project::Package;
use handlers_build::function::Function;
use handlers_build::refused;
use std::fmt::Write as _;
use std::path::Path;

/// Generated files that register functions: of a project, and of this repository.
const REGISTRATIONS: [&str; 2] = ["handlers/lib.rs:", "/out/functions.rs:"];

/// The errors of `report`. Those about the registration, generated code, name the handler at the
/// place that its comment has, or at `place`.
#[must_use]
pub fn errors(report: &Report, place: &str) -> String {
    let mut text = String::new();
    for message in report.of_level(true) {
        let rendered = at_handler(&message.rendered, place).unwrap_or_else(|| message.rendered.clone());
        let _ = writeln!(text, "{}", rendered.trim_end());
        text.push('\n');
    }
    text
}

/// Reports that `users`, crates of a project, need std. The function `name` of the file
/// `source` is linked without it.
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
    let or = if text.contains("= help: ") { "or " } else { "" };
    let _ = writeln!(
        text,
        "  = help: {or}link the function with Rust's std, which takes any crate; in Cargo.toml:\n\n    [package.metadata.ruchy-lambda.functions.{name}]\n    std = true\n"
    );
    text
}

/// Reports that `users`, dependencies of this repository's functions, need std.
#[must_use]
pub fn handlers_need_std(users: &[StdUser], package: &Package) -> String {
    let mut text = String::new();
    for user in users {
        let dependency = package.dependencies.iter().find(|dependency| dependency.name == user.name);
        let name = dependency.map_or(&user.name, |dependency| &dependency.package);
        let _ = writeln!(text, "error: handlers/Cargo.toml: the crate `{name}` needs Rust's std, and functions are linked without it");
        if !user.through.is_empty() {
            let _ = writeln!(text, "  = note: so do crates that it uses: {}", user.through.join(", "));
        }
        let help = if dependency.is_some_and(|dependency| dependency.has_default_features) {
            "set `default-features = false` for it. If it still needs std, choose a crate that supports no_std"
        } else {
            "turn off its features that need std, or choose a crate that supports no_std"
        };
        let _ = writeln!(text, "  = help: {help}");
    }
    text
}

/// `messages`, in which errors of rustc in Rust that the compiler made of `functions` are replaced
/// by what the author can do. Their reports go to `folder`.
///
/// # Errors
/// [`Error::Functions`] if a report cannot be written.
pub fn explained(messages: &str, functions: &[Function], folder: &Path) -> Result<String, Error> {
    let sorted = refused::sorted(messages);
    if sorted.refusals.is_empty() {
        return Ok(messages.to_owned());
    }
    let rustc = Toolchain::version(Path::new(".")).unwrap_or_else(|error| error.to_string());
    let current = std::env::current_dir().unwrap_or_default();
    let folder = folder.strip_prefix(&current).unwrap_or(folder);
    Ok(sorted.others + &refused::report(&sorted.refusals, functions, &rustc, folder)?)
}

/// `rendered`, if it is a message about a registration, as one about the handler.
fn at_handler(rendered: &str, place: &str) -> Option<String> {
    let is_arrow = |line: &str| line.contains("--> ") && REGISTRATIONS.iter().any(|file| line.contains(file));
    if !rendered.lines().any(is_arrow) {
        return None;
    }
    let place = rendered.lines().find_map(|line| line.rsplit_once(", // ")).map_or(place, |(_, place)| place);
    let mut text = String::new();
    for line in rendered.lines() {
        match line.split_once("--> ") {
            Some((before, _)) if is_arrow(line) => {
                let _ = writeln!(text, "{before}--> {place}");
            }
            // The lines of generated code say nothing to the author.
            _ if line.trim_start().starts_with(|first: char| first.is_ascii_digit() || first == '|')
                || line.trim_start().starts_with("...") => {}
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::at_handler;

    #[test]
    fn message_about_a_registration_names_the_handler() {
        let rendered = "error[E0277]: `lambda_handler` cannot return `Order`\n --> target/x/out/functions.rs:6:5\n  |\n\
                        6 |     function_a::lambda_handler, // of_tests/a1.rs:3\n  |     ^^^^ unsatisfied\n  |\n  = note: it returns `String`\n";
        let expected = "error[E0277]: `lambda_handler` cannot return `Order`\n --> of_tests/a1.rs:3\n  = note: it returns `String`\n";
        assert_eq!(at_handler(rendered, "other:1").unwrap(), expected);
        assert_eq!(at_handler("error: x\n --> functions/a.rs:1:1\n", "other:1"), None);
    }
}
