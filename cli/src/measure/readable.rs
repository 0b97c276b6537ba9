//! A copy of a linked file whose symbols valgrind reads. Pure.
//!
//! valgrind reads symbols once it has seen a file-backed mapping that is writable. The writable
//! segment of a linked file has no bytes in the file if all its statics are zero. The copy has some
//! zeros at its end for that segment; the code and all addresses are unchanged.

use object::LittleEndian;
use object::elf::{FileHeader64, PF_W, PT_LOAD, ProgramHeader64};
use object::read::elf::{FileHeader as _, ProgramHeader as _};

/// Size of a page, in bytes.
const PAGE_BYTES: usize = 4096;
/// The offsets of these members in a 64-bit program header, in bytes.
const P_OFFSET: usize = 8;
const P_FILESZ: usize = 32;
/// The zeros that the segment gets, in bytes.
const ZEROS: usize = 16;

/// The copy of `file`, a 64-bit ELF file for a little-endian machine.
///
/// # Errors
/// If it is not such a file.
pub fn readable(mut file: Vec<u8>) -> Result<Vec<u8>, String> {
    let endian = LittleEndian;
    let header = FileHeader64::<LittleEndian>::parse(&*file).map_err(|error| error.to_string())?;
    let segments = header.program_headers(endian, &*file).map_err(|error| error.to_string())?;
    let is_empty = |segment: &ProgramHeader64<LittleEndian>| {
        segment.p_type(endian) == PT_LOAD && segment.p_flags(endian).contains(PF_W) && segment.p_filesz(endian) == 0
    };
    let Some(index) = segments.iter().position(is_empty) else { return Ok(file) };
    let address = usize::try_from(segments[index].p_vaddr(endian)).map_err(|error| error.to_string())?;
    let at =
        usize::try_from(header.e_phoff(endian)).map_err(|error| error.to_string())? + index * size_of::<ProgramHeader64<LittleEndian>>();
    // A segment lies as far into its page in the file as in memory.
    let offset = file.len().next_multiple_of(PAGE_BYTES) + address % PAGE_BYTES;
    file.resize(offset + ZEROS, 0);
    for (field, value) in [(P_OFFSET, offset), (P_FILESZ, ZEROS)] {
        let place = file.get_mut(at + field..at + field + size_of::<u64>()).ok_or("its program headers are beyond its end")?;
        place.copy_from_slice(&(value as u64).to_le_bytes());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::{PAGE_BYTES, ZEROS, readable};
    use object::elf::{EM_X86_64, ET_EXEC, PF_R, PF_W, PT_LOAD};

    /// An ELF file with one writable segment at `address` that has no bytes in the file.
    fn file(address: u64, flags: u32, bytes_in_file: u64) -> Vec<u8> {
        let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        for half in [ET_EXEC.0, EM_X86_64.0] {
            file.extend(half.to_le_bytes());
        }
        file.extend(1_u32.to_le_bytes());
        for word in [0_u64, 64, 0] {
            file.extend(word.to_le_bytes());
        }
        file.extend(0_u32.to_le_bytes());
        for half in [64_u16, 56, 1, 64, 0, 0] {
            file.extend(half.to_le_bytes());
        }
        file.extend(PT_LOAD.0.to_le_bytes());
        file.extend(flags.to_le_bytes());
        for word in [0, address, address, bytes_in_file, 0x8000, 0x1000] {
            file.extend(word.to_le_bytes());
        }
        file.extend(b"tail");
        file
    }

    fn word(file: &[u8], at: usize) -> usize {
        usize::try_from(u64::from_le_bytes(file[at..at + 8].try_into().unwrap())).unwrap()
    }

    #[test]
    fn readable_adds_bytes_to_empty_writable_segment() {
        let before = file(0x0040_2010, (PF_R | PF_W).0, 0);
        let after = readable(before.clone()).unwrap();
        let (offset, bytes) = (word(&after, 64 + 8), word(&after, 64 + 32));
        assert_eq!((offset % PAGE_BYTES, bytes, after.len()), (0x10, ZEROS, offset + ZEROS));
        assert_eq!(after[120..124], before[120..124]);
        assert!(after[124..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn file_that_needs_no_change_stays_the_same() {
        for unchanged in [file(0x0040_2010, PF_R.0, 0), file(0x0040_2010, (PF_R | PF_W).0, 8)] {
            assert_eq!(readable(unchanged.clone()).unwrap(), unchanged);
        }
        assert!(readable(b"#!/bin/sh\n".to_vec()).is_err());
    }
}
