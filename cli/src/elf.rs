//! Checks by its ELF headers that Lambda could start a file.

use crate::Error;
use crate::architecture::{Architecture, machine_name};
use object::Endianness;
use object::elf::{DT_NEEDED, ET_DYN, ET_EXEC};
use object::read::elf::{Dyn as _, ElfFile64, FileHeader as _, ProgramHeader as _};
use std::path::Path;

/// A file of the only kind that matters here.
pub type Elf<'a> = ElfFile64<'a, Endianness>;

/// Reads the headers of the file that `path` names and `bytes` holds.
///
/// # Errors
/// [`Error::NotDeployable`] if it is not a valid 64-bit ELF file.
pub fn parse<'a>(path: &Path, bytes: &'a [u8]) -> Result<Elf<'a>, Error> {
    if !bytes.starts_with(b"\x7fELF") {
        return Err(Error::not_deployable(path, "it is not an ELF file"));
    }
    Elf::parse(bytes).map_err(|error| Error::not_deployable(path, format!("it is not a whole 64-bit ELF file: {error}")))
}

/// Checks that the file is a static executable for `architecture`.
///
/// # Errors
/// [`Error::NotDeployable`], which says what it is instead.
pub fn check_deployable(path: &Path, bytes: &[u8], architecture: Architecture) -> Result<(), Error> {
    // The advice in the message depends on the processor.
    let refused = |error| match error {
        Error::NotDeployable { path, reason, .. } => Error::NotDeployable { path, reason, expected: Some(architecture) },
        other => other,
    };
    let elf = parse(path, bytes).map_err(refused)?;
    defect_of(&elf, bytes, architecture).map_or(Ok(()), |reason| Err(refused(Error::not_deployable(path, reason))))
}

fn defect_of(elf: &Elf<'_>, bytes: &[u8], architecture: Architecture) -> Option<String> {
    let (endian, header) = (elf.endian(), elf.elf_header());
    if header.e_machine(endian) != architecture.machine() || !header.is_little_endian() {
        return Some(format!("it is for {}; expected {}", machine_name(header.e_machine(endian)), architecture.name()));
    }
    if !matches!(header.e_type(endian), ET_EXEC | ET_DYN) || header.e_entry(endian) == 0 {
        return Some("it is not an executable: it has no entry".to_owned());
    }
    for segment in elf.elf_program_headers() {
        if let Ok(Some(interpreter)) = segment.interpreter(endian, bytes) {
            return Some(format!("it is linked dynamically: it needs the interpreter {}", String::from_utf8_lossy(interpreter)));
        }
        if let Ok(Some(entries)) = segment.dynamic(endian, bytes)
            && entries.iter().any(|entry| entry.d_tag(endian) == DT_NEEDED)
        {
            return Some("it is linked dynamically: it needs shared libraries".to_owned());
        }
    }
    None
}

#[cfg(test)]
pub(crate) mod tests {
    use super::check_deployable;
    use crate::architecture::Architecture;
    use std::path::Path;

    /// The bytes of an ELF file with a program header of this type that covers the whole file,
    /// followed by `rest`.
    pub(crate) fn file(machine: u16, file_type: u16, segment_type: u32, rest: &[u8]) -> Vec<u8> {
        let bytes = (HEADERS + rest.len()) as u64;
        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        for half in [file_type, machine] {
            file.extend(half.to_le_bytes());
        }
        file.extend(1_u32.to_le_bytes());
        for word in [0x0040_0078_u64, 64, 0] {
            file.extend(word.to_le_bytes());
        }
        file.extend(0_u32.to_le_bytes());
        for half in [64_u16, 56, 1, 64, 0, 0] {
            file.extend(half.to_le_bytes());
        }
        for half in [segment_type, 5] {
            file.extend(half.to_le_bytes());
        }
        for word in [0, 0x0040_0000, 0x0040_0000, bytes, bytes, 4096_u64] {
            file.extend(word.to_le_bytes());
        }
        file.extend(rest);
        file
    }

    /// The number of bytes before `rest`.
    pub(crate) const HEADERS: usize = 64 + 56;
    pub(crate) const X86_64: u16 = 62;
    pub(crate) const AARCH64: u16 = 183;
    const RISC_V: u16 = 243;

    #[test]
    fn only_a_static_executable_of_the_right_kind_will_do() {
        let (executable, shared, object) = (2, 3, 1);
        let (load, interpreter) = (1, 3);
        let checked =
            |bytes: &[u8]| check_deployable(Path::new("bootstrap"), bytes, Architecture::X86_64).map_err(|error| error.to_string());
        assert_eq!(checked(&file(X86_64, executable, load, b"")), Ok(()));
        assert_eq!(checked(&file(X86_64, shared, load, b"")), Ok(()));
        assert!(check_deployable(Path::new("bootstrap"), &file(AARCH64, executable, load, b""), Architecture::Arm64).is_ok());
        for (bytes, reason) in [
            (file(AARCH64, executable, load, b""), "for arm64; expected x86_64"),
            (file(RISC_V, executable, load, b""), "another machine (ELF machine 243)"),
            (file(X86_64, object, load, b""), "not an executable"),
            (file(X86_64, executable, interpreter, b"/lib/ld.so\0"), "linked dynamically: it needs the interpreter"),
            (file(X86_64, executable, load, b"")[..63].to_vec(), "not a whole 64-bit ELF file"),
            (b"#!/bin/sh\n".to_vec(), "not an ELF file"),
            (Vec::new(), "not an ELF file"),
        ] {
            let message = checked(&bytes).unwrap_err();
            assert!(message.contains(reason) && message.contains("`ruchy-lambda build`"), "{reason}: {message}");
        }
        for other in [file(X86_64, executable, load, b""), Vec::new()] {
            let message = check_deployable(Path::new("bootstrap"), &other, Architecture::Arm64).unwrap_err().to_string();
            assert!(message.contains("`ruchy-lambda build --arch arm64` links one"), "{message}");
        }
    }
}
