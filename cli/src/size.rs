//! `ruchy-lambda size`: shows the bytes of a bootstrap by section, and compares them with budgets.
//!
//! [`command`] is the command; [`measure`] measures a file; [`symbols`] names the largest symbols;
//! [`table`] prints.

pub mod command;
pub mod symbols;
pub mod table;

use crate::budget::Figure;
use crate::{Error, elf, package};
use object::elf::{SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHT_NOBITS};
use object::read::elf::{FileHeader as _, SectionHeader as _};
use std::fs;
use std::path::Path;

/// Another version of rustc or of the linker moves sizes by a per cent or so; a regression moves
/// them by more. A budget is the size it was agreed at and one part in this many.
const HEADROOM: u64 = 50;

/// One section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name, with its dot.
    pub name: String,
    /// Zero where the section is only a promise of zeros.
    pub file_bytes: u64,
    /// Zero where the section is not loaded.
    pub memory_bytes: u64,
    /// `r-x` and the like; empty where it is not loaded.
    pub flags: &'static str,
}

impl Section {
    /// The size that its budget limits.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.file_bytes.max(self.memory_bytes)
    }

    /// Its name in a budget: without the dot.
    #[must_use]
    pub fn key(&self) -> &str {
        self.name.strip_prefix('.').unwrap_or(&self.name)
    }
}

/// The sizes of a file's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The sections, in the file's order.
    pub sections: Vec<Section>,
    /// The ELF header and the program headers.
    pub headers: u64,
    /// The table of the sections, which nothing needs at run time.
    pub section_table: u64,
    /// The whole file.
    pub total: u64,
    /// The file in its archive.
    pub zip: u64,
}

impl Sizes {
    /// Every size that needs a budget.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let sections = self.sections.iter().map(|section| (section.key(), section.bytes()));
        let figure = |(name, value): (&str, u64)| Figure { name: name.to_owned(), value, headroom: value / HEADROOM };
        sections.chain([("total", self.total), ("zip", self.zip)]).map(figure).collect()
    }

    /// The bytes of the file that belong to nothing above.
    #[must_use]
    pub fn padding(&self) -> u64 {
        let sections: u64 = self.sections.iter().map(|section| section.file_bytes).sum();
        self.total.saturating_sub(self.headers + self.section_table + sections)
    }
}

/// Measures the file at `path`, and its archive. Its sections are looked up in `twin`, the same
/// file with its table of sections, if it has none itself.
///
/// # Errors
/// [`Error::File`], [`Error::NoBootstrap`], [`Error::NotDeployable`] if it is not an ELF file.
pub fn measure(path: &Path, twin: Option<&Path>) -> Result<Sizes, Error> {
    let path = crate::process::executable(path)?;
    let bytes = fs::read(&path).map_err(|error| Error::file(&path, error))?;
    let elf = elf::parse(&path, &bytes)?;
    let (endian, header) = (elf.endian(), elf.elf_header());
    let mut sections = sections(&path, &bytes)?;
    if let Some(twin) = twin {
        let bytes = fs::read(twin).map_err(|error| Error::file(twin, error))?;
        // Those that are not loaded are the twin's own.
        sections = self::sections(twin, &bytes)?.into_iter().filter(|section| !section.flags.is_empty()).collect();
    }
    let entries = |count: u16, bytes: u16| u64::from(count) * u64::from(bytes);
    Ok(Sizes {
        sections,
        headers: u64::from(header.e_ehsize(endian)) + entries(header.e_phnum(endian), header.e_phentsize(endian)),
        section_table: entries(header.e_shnum(endian), header.e_shentsize(endian)),
        total: bytes.len() as u64,
        zip: package::archive(&bytes).map_err(Error::system("packing"))?.len() as u64,
    })
}

/// The sections of the file at `path`, which has these bytes; none where it has no table of them.
fn sections(path: &Path, bytes: &[u8]) -> Result<Vec<Section>, Error> {
    let elf = elf::parse(path, bytes)?;
    let (endian, table) = (elf.endian(), elf.elf_section_table());
    let mut sections = Vec::new();
    // The first entry is always empty.
    for section in table.iter().skip(1) {
        let name = table.section_name(endian, section).map_err(|error| Error::not_deployable(path, error.to_string()))?;
        let (size, flags) = (section.sh_size(endian), section.sh_flags(endian));
        let is_loaded = flags.contains(SHF_ALLOC);
        sections.push(Section {
            name: String::from_utf8_lossy(name).into_owned(),
            file_bytes: if section.sh_type(endian) == SHT_NOBITS { 0 } else { size },
            memory_bytes: if is_loaded { size } else { 0 },
            flags: match (is_loaded, flags.contains(SHF_WRITE), flags.contains(SHF_EXECINSTR)) {
                (false, _, _) => "",
                (true, false, false) => "r--",
                (true, true, false) => "rw-",
                (true, false, true) => "r-x",
                (true, true, true) => "rwx",
            },
        });
    }
    Ok(sections)
}

#[cfg(test)]
mod tests {
    use super::{Section, measure};
    use crate::elf::tests::{HEADERS, X86_64, file};
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    /// Name, type, flags, where in the file, how long; as they stand in a section table.
    fn entry(name: u32, kind: u32, flags: u64, offset: usize, bytes: u64) -> Vec<u8> {
        let mut entry: Vec<u8> = [name, kind].into_iter().flat_map(u32::to_le_bytes).collect();
        for word in [flags, 0, offset as u64, bytes, 0, 1, 0] {
            entry.extend(word.to_le_bytes());
        }
        entry
    }

    #[test]
    fn size_distinguishes_file_and_memory_sections() {
        let (code, names) = ([0x90; 7], b"\0.text\0.bss\0.shstrtab\0\0");
        let table = HEADERS + code.len() + names.len();
        let mut rest = [&code[..], names].concat();
        rest.extend(entry(0, 0, 0, 0, 0));
        rest.extend(entry(1, 1, 2 | 4, HEADERS, 7));
        rest.extend(entry(7, 8, 2 | 1, HEADERS + 7, 5_000));
        rest.extend(entry(12, 3, 0, HEADERS + 7, 22));
        let mut bytes = file(X86_64, 2, 1, &rest);
        bytes[40..48].copy_from_slice(&(table as u64).to_le_bytes());
        bytes[60..64].copy_from_slice(&[4, 0, 3, 0]);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bootstrap");
        fs::write(&path, &bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let sizes = measure(&path, None).unwrap();
        let section = |name: &str, file_bytes, memory_bytes, flags| Section { name: name.into(), file_bytes, memory_bytes, flags };
        assert_eq!(sizes.sections, [section(".text", 7, 7, "r-x"), section(".bss", 0, 5_000, "rw-"), section(".shstrtab", 22, 0, "")]);
        assert_eq!((sizes.headers, sizes.section_table, sizes.padding()), (120, 256, 1));
        assert_eq!(sizes.total, bytes.len() as u64);
        let figures: Vec<_> = sizes.figures().into_iter().map(|figure| (figure.name, figure.value, figure.headroom)).collect();
        let expected = [("text", 7, 0), ("bss", 5_000, 100), ("shstrtab", 22, 0), ("total", sizes.total, sizes.total / 50)];
        assert_eq!(figures[..4], expected.map(|(name, value, headroom)| (name.to_owned(), value, headroom)));
        assert_eq!((figures[4].0.as_str(), figures[4].1), ("zip", sizes.zip));
    }
}
