//! The largest functions and data, by name.

use crate::{Error, elf};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SymbolKind};
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// A function, or a piece of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// As it is written in the source.
    pub name: String,
    pub section: String,
    pub bytes: u64,
}

/// The `count` largest symbols of the file at `path`, the largest first.
///
/// # Errors
/// [`Error::File`]; [`Error::NotDeployable`] if it is not an ELF file; [`Error::NoSymbols`].
pub fn largest(path: &Path, count: usize) -> Result<Vec<Symbol>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
    let elf = elf::parse(path, &bytes)?;
    let mut seen = HashSet::new();
    let mut symbols = Vec::new();
    for symbol in elf.symbols() {
        // One piece of code may have several names; the first will do.
        let is_named = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data) && symbol.size() > 0;
        if !is_named || !seen.insert((symbol.address(), symbol.size())) {
            continue;
        }
        let section = symbol.section_index().and_then(|index| elf.section_by_index(index).ok());
        let section = section.as_ref().and_then(|section| section.name().ok()).unwrap_or_default().to_owned();
        let name = format!("{:#}", rustc_demangle::demangle(symbol.name().unwrap_or("(no name)")));
        symbols.push(Symbol { name, section, bytes: symbol.size() });
    }
    if symbols.is_empty() {
        return Err(Error::NoSymbols { path: path.to_owned() });
    }
    symbols.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    symbols.truncate(count);
    Ok(symbols)
}
