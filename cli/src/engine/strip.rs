//! Strips a linked file to the bytes that the kernel loads: no symbols, no debug information, no
//! section table. Pure.
//!
//! GNU strip keeps the section table before binutils 2.41, and not every Rust toolchain comes with
//! llvm-objcopy.

/// Returns `file` up to the end of its last segment, with a header that names no section table.
///
/// # Errors
/// The problem with `file`.
pub fn strip(mut file: Vec<u8>) -> Result<Vec<u8>, String> {
    if !file.starts_with(IDENTIFICATION) || file.len() < HEADER_BYTES {
        return Err("expected a 64-bit little-endian ELF file".to_owned());
    }
    let end = segments_end(&file)?;
    file.truncate(end);
    file[SECTION_TABLE_OFFSET..SECTION_TABLE_OFFSET + 8].fill(0);
    file[SECTION_COUNT..SECTION_COUNT + 2].fill(0);
    file[SECTION_NAMES_INDEX..SECTION_NAMES_INDEX + 2].fill(0);
    Ok(file)
}

/// The end of the bytes that the header, the program headers or a segment occupy. Segments may come
/// in any order.
fn segments_end(file: &[u8]) -> Result<usize, String> {
    let table = number::<8>(file, PROGRAM_TABLE_OFFSET)?;
    let entry_bytes = number::<2>(file, PROGRAM_HEADER_BYTES)?;
    let count = number::<2>(file, PROGRAM_HEADER_COUNT)?;
    let mut end = range_end(file, table, entry_bytes * count)?.max(HEADER_BYTES);
    for index in 0..count {
        let header = table + entry_bytes * index;
        let (offset, bytes) = (number::<8>(file, header + SEGMENT_OFFSET)?, number::<8>(file, header + SEGMENT_BYTES)?);
        if bytes > 0 {
            end = end.max(range_end(file, offset, bytes)?);
        }
    }
    Ok(end)
}

/// The end of so many bytes at `offset`, all of which must be in `file`.
fn range_end(file: &[u8], offset: usize, bytes: usize) -> Result<usize, String> {
    let end = offset.checked_add(bytes).filter(|end| *end <= file.len());
    end.ok_or_else(|| format!("truncated: {bytes} bytes at offset {offset} are expected, and the file has {} bytes", file.len()))
}

/// The little-endian number of `BYTES` bytes at `offset`.
fn number<const BYTES: usize>(file: &[u8], offset: usize) -> Result<usize, String> {
    let end = range_end(file, offset, BYTES)?;
    let mut word = [0; 8];
    word[..BYTES].copy_from_slice(&file[offset..end]);
    usize::try_from(u64::from_le_bytes(word)).map_err(|error| error.to_string())
}

/// ELF, 64 bits, little-endian, version 1.
const IDENTIFICATION: &[u8] = b"\x7fELF\x02\x01\x01";
const HEADER_BYTES: usize = 64;

// Offsets in the file header.
const PROGRAM_TABLE_OFFSET: usize = 32;
const SECTION_TABLE_OFFSET: usize = 40;
const PROGRAM_HEADER_BYTES: usize = 54;
const PROGRAM_HEADER_COUNT: usize = 56;
const SECTION_COUNT: usize = 60;
const SECTION_NAMES_INDEX: usize = 62;

// Offsets in a program header.
const SEGMENT_OFFSET: usize = 8;
const SEGMENT_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::{HEADER_BYTES, SECTION_COUNT, SECTION_NAMES_INDEX, SECTION_TABLE_OFFSET, strip};

    const PROGRAM_HEADER: usize = 56;

    /// An ELF file with a program header for each (offset, length) in the file, `bytes` long, with
    /// a section table at its end.
    fn file(segments: &[(u64, u64)], bytes: usize) -> Vec<u8> {
        let mut file = vec![0xaa; bytes];
        file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        file[32..40].copy_from_slice(&(HEADER_BYTES as u64).to_le_bytes());
        file[SECTION_TABLE_OFFSET..48].copy_from_slice(&(bytes as u64 - 64).to_le_bytes());
        file[54..56].copy_from_slice(&u16::try_from(PROGRAM_HEADER).unwrap().to_le_bytes());
        file[56..58].copy_from_slice(&u16::try_from(segments.len()).unwrap().to_le_bytes());
        for (index, (offset, length)) in segments.iter().enumerate() {
            let header = HEADER_BYTES + index * PROGRAM_HEADER;
            file[header + 8..header + 16].copy_from_slice(&offset.to_le_bytes());
            file[header + 32..header + 40].copy_from_slice(&length.to_le_bytes());
        }
        file
    }

    #[test]
    fn strip_ends_the_file_with_its_last_segment() {
        for (name, segments, end) in [
            ("one", &[(0, 500)][..], 500),
            ("the second without bytes", &[(0, 500), (0, 0)], 500),
            ("more than two", &[(0, 400), (400, 100), (500, 100), (600, 40)], 640),
            ("an order that is not by offset", &[(600, 40), (0, 400), (400, 200)], 640),
            ("no bytes at a large offset", &[(0, 500), (900, 0)], 500),
            ("one that ends with the file", &[(0, 1000)], 1000),
        ] {
            let original = file(segments, 1000);
            let mut expected = original[..end].to_vec();
            for (field, bytes) in [(SECTION_TABLE_OFFSET, 8), (SECTION_COUNT, 2), (SECTION_NAMES_INDEX, 2)] {
                expected[field..field + bytes].fill(0);
            }
            let stripped = strip(original).unwrap();
            assert_eq!(stripped, expected, "{name}");
            assert_eq!(strip(stripped).unwrap(), expected, "{name}: stripped again");
        }
    }

    #[test]
    fn strip_keeps_headers_beyond_all_segments() {
        assert_eq!(strip(file(&[], 1000)).unwrap().len(), HEADER_BYTES);
        assert_eq!(strip(file(&[(0, 10)], 1000)).unwrap().len(), HEADER_BYTES + PROGRAM_HEADER);
    }

    #[test]
    fn strip_rejects_truncated_and_other_files() {
        let elf = "expected a 64-bit little-endian ELF file";
        let whole = file(&[(0, 400), (400, 100)], 600);
        let (mut narrow, mut big_endian) = (whole.clone(), whole.clone());
        (narrow[4], big_endian[5]) = (1, 2);
        for (name, bytes, reason) in [
            ("empty", Vec::new(), elf),
            ("a script", b"#!/bin/sh\n".repeat(20), elf),
            ("32 bits", narrow, elf),
            ("big-endian", big_endian, elf),
            ("half a header", whole[..63].to_vec(), elf),
            (
                "half the program headers",
                whole[..150].to_vec(),
                "truncated: 112 bytes at offset 64 are expected, and the file has 150 bytes",
            ),
            ("half a segment", whole[..450].to_vec(), "truncated: 100 bytes at offset 400 are expected, and the file has 450 bytes"),
            ("an offset beyond all memory", file(&[(u64::MAX, 2)], 600), "truncated: 2 bytes at offset 18446744073709551615"),
        ] {
            let error = strip(bytes).unwrap_err();
            assert!(error.starts_with(reason), "{name}: {error}");
        }
    }
}
