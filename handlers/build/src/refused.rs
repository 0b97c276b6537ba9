//! Errors of rustc in generated Rust. They are bugs of the Ruchy compiler: the author of the
//! function gets a message about the source, and rustc's messages go into a report.

use crate::function::{Function, Origin};
use crate::{Error, compile, source};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Errors of rustc about missing dependencies.
const MISSING_CRATE: &[&str] = &["error[E0432]", "error[E0433]", "error[E0463]"];

/// An error of rustc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The file of the error, as rustc names it.
    pub file: String,
    pub line: usize,
    /// The message, as rustc prints it.
    pub rendered: String,
}

/// The messages of rustc, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// Errors in generated Rust.
    pub refusals: Vec<Refusal>,
    /// All other messages.
    pub others: String,
}

/// Sorts `printed`, messages of rustc with an empty line after each.
#[must_use]
pub fn sorted(printed: &str) -> Messages {
    let mut messages = Messages::default();
    for message in printed.split_inclusive("\n\n") {
        match place(message) {
            // The program uses a crate that is not a dependency: the author can add it.
            Some(_) if MISSING_CRATE.iter().any(|code| message.starts_with(code)) => messages.others += message,
            Some((file, line)) if message.starts_with("error") => {
                messages.refusals.push(Refusal { file: file.to_owned(), line, rendered: message.trim_end().to_owned() });
            }
            // Other messages about the same file, mostly consequences of an error.
            Some(_) => {}
            None => messages.others += message,
        }
    }
    messages
}

/// Returns the position of a message in generated Rust: `--> FILE.ruchy:LINE:COLUMN`. A position
/// without a column is that of a handler with a wrong signature, which the author can fix.
fn place(message: &str) -> Option<(&str, usize)> {
    let line = message.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let (place, column) = line.trim_end().rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    column.parse::<usize>().ok()?;
    Some((file, line.parse().ok()?)).filter(|(file, _)| is_ruchy(Path::new(file)))
}

fn is_ruchy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "ruchy")
}

/// Returns the function that contains the file with the name `file` in rustc's messages, and the
/// path of that file.
#[must_use]
pub fn function_of<'functions>(file: &str, functions: &'functions [Function]) -> Option<(&'functions Function, PathBuf)> {
    let file = Path::new(file);
    let in_ruchy = || functions.iter().filter(|function| function.origin == Origin::Ruchy);
    let find = |is_it: &dyn Fn(&Path) -> bool| {
        in_ruchy().find_map(|function| Some((function, function.files().into_iter().find(|path| is_it(path))?)))
    };
    // For a function outside of the project, rustc knows a part of the path.
    find(&|path| path.ends_with(file)).or_else(|| find(&|path| path.file_name() == file.file_name()))
}

/// Writes a report into `folder` for each of `functions` with `refusals`, and returns the message
/// for the author. `rustc` is its version.
///
/// # Errors
/// [`Error::File`].
pub fn report(refusals: &[Refusal], functions: &[Function], rustc: &str, folder: &Path) -> Result<String, Error> {
    let mut by_file: BTreeMap<&str, Vec<&Refusal>> = BTreeMap::new();
    for refusal in refusals {
        by_file.entry(&refusal.file).or_default().push(refusal);
    }
    let mut text = String::new();
    for (file, refusals) in by_file {
        let (function, source) =
            function_of(file, functions).map_or((None, PathBuf::from(file)), |(function, path)| (Some(function), path));
        let lines = source::read(&source).unwrap_or_default();
        let path = folder.join(source.file_stem().unwrap_or_default()).with_extension("md");
        let line = refusals[0].line;
        let excerpt = lines.lines().nth(line - 1).unwrap_or_default();
        let margin = " ".repeat(line.to_string().len());
        let _ = writeln!(
            text,
            "error: rustc rejects the Rust generated for this line: this is a fault of the compiler, not of the program\n\
             {margin}--> {}:{line}\n{margin} |\n{line} | {excerpt}\n{margin} |\n\
             {margin} = note: the report {} contains the source and rustc's messages; please attach it to an issue\n\
             {margin} = help: rewrite the line, for example as several statements\n",
            source.display(),
            path.display(),
        );
        write(&path, &document(function, refusals.as_slice(), rustc))?;
    }
    Ok(text)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::create_dir_all(path.parent().unwrap_or(path)).and_then(|()| fs::write(path, text)).map_err(|error| Error::file(path, error))
}

/// Returns the report: versions, rustc's messages, the source with its modules, and the generated
/// Rust.
fn document(function: Option<&Function>, refusals: &[&Refusal], rustc: &str) -> String {
    let mut text =
        format!("# rustc rejects the code of the Ruchy compiler\n\nruchy-compiler {}, {}\n", env!("CARGO_PKG_VERSION"), rustc.trim());
    section(&mut text, "rustc", "text", &refusals.iter().map(|refusal| refusal.rendered.as_str()).collect::<Vec<_>>().join("\n\n"));
    let Some(function) = function else { return text };
    for file in function.files().into_iter().filter(|file| file.exists()) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        section(&mut text, &name, "ruchy", &source::read(&file).unwrap_or_default());
    }
    if let Ok(compile::Compiled { rust: Some(rust), .. }) = compile::compile(function) {
        section(&mut text, "Generated Rust", "rust", &rust.text);
    }
    text
}

fn section(text: &mut String, title: &str, language: &str, content: &str) {
    // Longer than every fence in the content.
    let fence = "`".repeat(content.split(|character| character != '`').map(str::len).max().unwrap_or_default().max(2) + 1);
    let _ = writeln!(text, "\n## {title}\n\n{fence}{language}\n{}\n{fence}", content.trim_end());
}

#[cfg(test)]
mod tests {
    use super::{Refusal, function_of, report, sorted};
    use crate::function::{Function, Origin};
    use std::fs;

    const PRINTED: &str = "\
error[E0308]: mismatched types
 --> functions/a.ruchy:3:5
  |
3 |     std::ruchy::size(x)
  |     ^^^^^^^^^^^^^^^^^^^ expected `i64`, found `usize`

warning: unused
 --> functions/a.ruchy:4:5

error[E0277]: `lambda_handler` cannot return `Order`
 --> functions/b.ruchy:1
  |

error[E0425]: cannot find value `x` in this scope
 --> functions/c.rs:1:1
";

    #[test]
    fn sorted_separates_errors_in_generated_rust() {
        let messages = sorted(PRINTED);
        let refusals: Vec<_> = messages.refusals.iter().map(|refusal| (refusal.file.as_str(), refusal.line)).collect();
        assert_eq!(refusals, [("functions/a.ruchy", 3)]);
        assert!(messages.refusals[0].rendered.ends_with("found `usize`"));
        assert!(messages.others.starts_with("error[E0277]") && messages.others.contains("c.rs:1:1"), "{}", messages.others);
        assert_eq!(sorted("linking failed: no compiler\n").others, "linking failed: no compiler\n");
        let of_crates = "error[E0432]: unresolved import `regex`\n --> functions/a.ruchy:1:5\n  |\n\n";
        assert_eq!(sorted(of_crates).others, of_crates);
    }

    #[test]
    fn report_contains_source_and_rust() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("a.ruchy");
        fs::write(&source, "mod shared\npub fun lambda_handler(event: &str) -> String {\n    shared::text()\n}\n").unwrap();
        fs::write(folder.path().join("shared.ruchy"), "pub fun text() -> String { \"```\" }\n").unwrap();
        let functions = [Function { name: "a".into(), source: source.clone(), origin: Origin::Ruchy }];
        let name = source.strip_prefix(folder.path().parent().unwrap()).unwrap().to_str().unwrap();
        let refusal = Refusal { file: name.to_owned(), line: 3, rendered: "error[E0308]: mismatched types".to_owned() };
        let reports = folder.path().join("reports");
        let text = report(&[refusal], &functions, "rustc 1.95.0", &reports).unwrap();
        assert!(text.contains(&format!("--> {}:3\n", source.display())) && text.contains("3 |     shared::text()\n"), "{text}");
        assert!(!text.contains("mismatched"), "{text}");
        let path = reports.join("a.md");
        assert!(text.contains(path.to_str().unwrap()), "{text}");
        let document = fs::read_to_string(path).unwrap();
        for part in ["rustc 1.95.0", "mismatched types", "## shared.ruchy\n\n````ruchy\npub fun text()", "pub fn lambda_handler"] {
            assert!(document.contains(part), "{part} is not in:\n{document}");
        }
    }

    #[test]
    fn function_of_matches_the_end_of_the_path() {
        let function = |source: &str| Function { name: "a".into(), source: source.into(), origin: Origin::Ruchy };
        let functions = [function("/one/functions/a.ruchy"), function("/two/functions/b.ruchy")];
        let found = |file: &str| function_of(file, &functions).map(|(function, _)| function);
        assert_eq!(found("functions/b.ruchy"), Some(&functions[1]));
        assert_eq!(found("elsewhere/functions/a.ruchy"), Some(&functions[0]));
        assert_eq!(found("functions/c.ruchy"), None);
    }
}
