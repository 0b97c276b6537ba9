//! A linked file with symbols and line tables.

use super::frames;
use super::walk::Code;
use crate::Error;
use crate::engine::columns::Columns;
use addr2line::Loader;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SymbolKind};
use std::fs;
use std::path::Path;

/// See the module's text.
pub struct Symbols {
    loader: Loader,
    columns: Columns,
    pub code: Code,
}

impl Symbols {
    /// Reads `path`.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::NoSymbols`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let no_symbols = || Error::NoSymbols { path: path.to_owned() };
        let loader = Loader::new(path).map_err(|_| no_symbols())?;
        let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
        let file = object::File::parse(&*bytes).map_err(|_| no_symbols())?;
        let mut code = Code::default();
        for section in file.sections().filter(|section| section.kind() == object::SectionKind::Text) {
            if let Ok(data) = section.data() {
                code.add_section(section.address(), data.to_vec());
            }
        }
        for symbol in file.symbols() {
            let name = symbol.name().unwrap_or_default();
            if symbol.kind() == SymbolKind::Text || name == "ruchy_lambda_restore" {
                code.add_function(symbol.address(), symbol.size(), name);
            }
        }
        code.sort();
        Ok(Self { loader, columns: Columns::of(path), code })
    }

    /// The stack of a process that is at `instruction`, from the words from its stack pointer
    /// upwards: each function with its source line, from the innermost to the handler. If it
    /// `has_crashed`, without the runtime's functions that report that.
    #[must_use]
    pub fn stack(&self, instruction: u64, words: &[u64], has_crashed: bool) -> Vec<String> {
        // A return address is after its call.
        let callers = self.code.callers(instruction, words).into_iter().map(|address| address - 1);
        frames::of_handler(std::iter::once(instruction).chain(callers).flat_map(|address| self.describe(address)).collect(), has_crashed)
    }

    /// The functions at `address`, the innermost first, each as `NAME (FILE:LINE:COLUMN)`; empty if
    /// there is none.
    #[must_use]
    pub fn describe(&self, address: u64) -> Vec<String> {
        let mut described = Vec::new();
        if let Ok(mut frames) = self.loader.find_frames(address) {
            while let Ok(Some(frame)) = frames.next() {
                let name = frame.function.as_ref().and_then(|name| name.raw_name().ok()).map(|name| demangled(&name));
                let place = frame.location.and_then(|location| {
                    let (file, line) = (shortened(location.file?), location.line?);
                    let column = location.column.and_then(|column| self.columns.of_source(file, line, column));
                    Some(format!("{file}:{line}{}", column.map(|column| format!(":{column}")).unwrap_or_default()))
                });
                match (name, place) {
                    (Some(name), Some(place)) => described.push(format!("{name} ({place})")),
                    (Some(text), None) | (None, Some(text)) => described.push(text),
                    (None, None) => {}
                }
            }
        }
        if described.is_empty() {
            described.extend(self.code.function(address).map(demangled));
        }
        described
    }
}

/// The name in the source, without rustc's hash and without the types of its instance.
fn demangled(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    match name.split_once('<') {
        Some((plain, _)) if !plain.is_empty() => plain.trim_end_matches(':').to_owned(),
        _ => name,
    }
}

/// The name of a file without the folders that say nothing: those of rustc's build, of musl's, and
/// of generated packages.
fn shortened(file: &str) -> &str {
    if let Some((_, file)) = file.split_once("/function/") {
        return file;
    }
    if file.starts_with("/rustc/")
        && let Some(start) = file.find("library/")
    {
        return &file[start..];
    }
    file.rsplit_once("src_musl/").map_or(file, |(_, file)| file)
}

#[cfg(test)]
mod tests {
    use super::{demangled, shortened};

    #[test]
    fn symbols_shorten_names_and_files() {
        assert_eq!(demangled("_ZN3app4main17h0123456789abcdefE"), "app::main");
        assert_eq!(demangled("main"), "main");
        assert_eq!(demangled("find_map<app::Variables, fn(&str) -> bool>"), "find_map");
        for (file, expected) in [
            ("/rustc/59807616/library/core/src/ptr/mod.rs", "library/core/src/ptr/mod.rs"),
            ("/build/x/../src_musl/src/misc/syscall.c", "src/misc/syscall.c"),
            ("shop/function/functions/orders.rs", "functions/orders.rs"),
            ("bootstrap/event_loop.rs", "bootstrap/event_loop.rs"),
        ] {
            assert_eq!(shortened(file), expected);
        }
    }
}
