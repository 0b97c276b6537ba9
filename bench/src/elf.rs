//! What an ELF file says of itself: whether Lambda could start it.

use crate::Error;
use object::Endianness;
use object::elf::{DT_NEEDED, EM_X86_64, ET_DYN, ET_EXEC};
use object::read::elf::{Dyn as _, ElfFile64, FileHeader as _, ProgramHeader as _};
use std::path::Path;

/// A file of the only kind that matters here.
pub type Elf<'a> = ElfFile64<'a, Endianness>;

/// Reads the headers of the file that `path` names and `bytes` holds.
///
/// # Errors
/// [`Error::NotDeployable`] when it is no 64-bit ELF file, or a broken one.
pub fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Elf<'a>, Error> {
    if !bytes.starts_with(b"\x7fELF") {
        return Err(Error::not_deployable(path, "it is not an ELF file"));
    }
    Elf::parse(bytes).map_err(|error| Error::not_deployable(path, format!("it is not a whole 64-bit ELF file: {error}")))
}

/// Whether it is a static executable for x86-64.
///
/// # Errors
/// [`Error::NotDeployable`], which says what it is instead.
pub fn check_deployable(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let elf = parse(path, bytes)?;
    what_is_wrong(&elf, bytes).map_or(Ok(()), |reason| Err(Error::not_deployable(path, reason)))
}

fn what_is_wrong(elf: &Elf<'_>, bytes: &[u8]) -> Option<String> {
    let (endian, header) = (elf.endian(), elf.elf_header());
    if header.e_machine(endian) != EM_X86_64 || !header.is_little_endian() {
        return Some(format!("it is for another machine (ELF machine {})", header.e_machine(endian).0));
    }
    if !matches!(header.e_type(endian), ET_EXEC | ET_DYN) || header.e_entry(endian) == 0 {
        return Some("it is not an executable: it has no entry".to_owned());
    }
    for segment in elf.elf_program_headers() {
        if let Ok(Some(interpreter)) = segment.interpreter(endian, bytes) {
            return Some(format!("it is linked dynamically: it asks for {}", String::from_utf8_lossy(interpreter)));
        }
        if let Ok(Some(entries)) = segment.dynamic(endian, bytes)
            && entries.iter().any(|entry| entry.d_tag(endian) == DT_NEEDED)
        {
            return Some("it is linked dynamically: it needs shared libraries".to_owned());
        }
    }
    None
}
