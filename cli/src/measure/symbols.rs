//! Names of functions that valgrind does not name: those without a size, such as musl's in
//! assembly.

use super::dump::Dump;
use crate::Error;
use crate::elf;
use object::{Object as _, ObjectSymbol as _, SymbolKind};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The functions of a file, by their addresses.
#[derive(Clone, Debug, Default)]
pub struct Symbols(BTreeMap<u64, String>);

impl Symbols {
    /// Reads those of `linked`, a file with symbols.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::NotDeployable`].
    pub fn of(linked: &Path) -> Result<Self, Error> {
        let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
        let file = elf::parse(linked, &bytes)?;
        let functions = file.symbols().filter(|symbol| matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Unknown));
        let found = functions.filter_map(|symbol| Some((symbol.address(), symbol.name().ok()?.to_owned())));
        let mut names = BTreeMap::new();
        for (address, name) in found.filter(|(address, name)| *address != 0 && !name.is_empty()) {
            // The name without leading underscores is preferred: those mark a
            // library's internal names.
            let kept = names.entry(address).or_insert_with(|| name.clone());
            if kept.starts_with('_') && !name.starts_with('_') {
                *kept = name;
            }
        }
        Ok(Self(names))
    }

    /// `name`, or that of the function at the address that stands for it.
    fn resolved(&self, name: &str) -> String {
        let address = name.strip_prefix("0x").and_then(|address| u64::from_str_radix(address, 16).ok());
        let found = address.and_then(|address| self.0.range(..=address).next_back());
        found.map_or_else(|| name.to_owned(), |(_, name)| format!("{:#}", rustc_demangle::demangle(name)))
    }

    /// `dump` with names where there were addresses.
    #[must_use]
    pub fn name(&self, dump: &Dump) -> Dump {
        let mut named = Dump { events: dump.events.clone(), ..Dump::default() };
        for ((function, address), costs) in &dump.own {
            named.merge(&Dump { own: BTreeMap::from([((self.resolved(function), *address), costs.clone())]), ..Dump::default() });
        }
        for ((function, address, called), calls) in &dump.calls {
            let place = (self.resolved(function), *address, self.resolved(called));
            named.merge(&Dump { calls: BTreeMap::from([(place, calls.clone())]), ..Dump::default() });
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::super::dump::Dump;
    use super::Symbols;
    use std::collections::BTreeMap;

    #[test]
    fn addresses_get_the_name_of_the_function_they_are_in() {
        let symbols = Symbols(BTreeMap::from([(0x100, "memcpy".to_owned()), (0x200, "_ZN1a1b17h0123456789abcdefE".to_owned())]));
        let dump =
            Dump::parse("events: Ir\nfn=main\n0x1 5\ncfn=0x0000000000000100\ncalls=1 0x100\n0x1 7\n\nfn=0x0000000000000100\n0x100 7\n")
                .unwrap();
        let named = symbols.name(&dump);
        assert_eq!((named.total(0), named.own[&("memcpy".to_owned(), 0x100)][0]), (12, 7));
        assert!(named.calls.contains_key(&("main".to_owned(), 1, "memcpy".to_owned())));
        assert_eq!(
            (symbols.resolved("0x210"), symbols.resolved("0x10"), symbols.resolved("f")),
            ("a::b".into(), "0x10".into(), "f".into())
        );
    }
}
