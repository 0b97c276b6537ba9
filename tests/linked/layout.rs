//! The bytes of the linked file, for any processor: its layout and size, and that the same sources
//! produce the same bytes.

use crate::ARCHITECTURE;
use crate::support::bootstrap::{ALL, MINIMAL, SHIPPED, budgets, elf, misbehaving, root, try_build, with_twin};
use object::elf::{ET_EXEC, FileHeader64, PF_R, PF_W, PF_X, PT_DYNAMIC, PT_GNU_STACK, PT_INTERP, PT_LOAD, SHF_ALLOC};
use object::read::elf::{ElfFile64, FileHeader, ProgramHeader};
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol, SectionFlags};
use ruchy_lambda_cli::{budget, package, size};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ENDIAN: LittleEndian = LittleEndian;
type Elf<'bytes> = ElfFile64<'bytes, LittleEndian>;

/// Checks the layout of the linked file, from either linker; `twin` is the same file with symbols
/// and the section table.
pub fn check_layout(bytes: &[u8], twin: &[u8], handlers: &[&str]) {
    let header = FileHeader64::<LittleEndian>::parse(bytes).unwrap();
    assert_eq!(header.e_type(ENDIAN), ET_EXEC, "not position independent: nothing to relocate at start");
    let segments = header.program_headers(ENDIAN, bytes).unwrap();
    let flags =
        |kind| segments.iter().filter(|segment| segment.p_type(ENDIAN) == kind).map(|segment| segment.p_flags(ENDIAN)).collect::<Vec<_>>();
    assert_eq!(flags(PT_LOAD), [PF_R | PF_X, PF_R | PF_W], "two segments, none both writable and executable");
    assert_eq!(flags(PT_GNU_STACK), [PF_R | PF_W], "a stack that is not executable");
    assert_eq!((flags(PT_INTERP).len(), flags(PT_DYNAMIC).len()), (0, 0), "static, without an interpreter");

    let page_bytes = if ARCHITECTURE == "arm64" { 64 << 10 } else { 4 << 10 };
    let mut free = 0;
    for segment in segments.iter().filter(|segment| segment.p_type(ENDIAN) == PT_LOAD) {
        let (address, offset) = (segment.p_vaddr(ENDIAN), segment.p_offset(ENDIAN));
        assert!(address / page_bytes >= free, "no page belongs to both segments, for any page size");
        assert_eq!(address % page_bytes, offset % page_bytes, "a segment has the same offset in its page and in the file's page");
        free = (address + segment.p_memsz(ENDIAN)).div_ceil(page_bytes);
    }

    let with_bytes = segments.iter().filter(|segment| segment.p_filesz(ENDIAN) > 0);
    let loaded = with_bytes.map(|segment| segment.p_offset(ENDIAN) + segment.p_filesz(ENDIAN)).max();
    assert_eq!(loaded, Some(bytes.len() as u64), "no bytes after the loaded segments");
    assert!(header.section_headers(ENDIAN, bytes).unwrap().is_empty(), "no table of sections");
    let header_bytes = size_of::<FileHeader64<LittleEndian>>();
    assert!(twin[header_bytes..].starts_with(&bytes[header_bytes..]), "the checked sections are those of this file");

    let elf = Elf::parse(twin).unwrap();
    check_sections(&elf);
    assert_eq!(handler_names(&elf), handlers, "a record for each handler, in the order of their names");
}

/// Checks that the loaded sections are those that the linker script names.
fn check_sections(elf: &Elf<'_>) {
    let is_loaded = |flags| matches!(flags, SectionFlags::Elf { sh_flags, .. } if sh_flags.contains(SHF_ALLOC));
    let sections: Vec<_> =
        elf.sections().filter(|section| is_loaded(section.flags())).map(|section| section.name().unwrap().to_owned()).collect();
    assert_eq!(sections, [".start", ".handlers", ".rodata", ".text", ".bss", ".inbox", ".reserve"]);
}

/// Returns the names in the records, read as the start reads them.
fn handler_names(elf: &Elf<'_>) -> Vec<String> {
    let records = elf.section_by_name(".handlers").unwrap().data().unwrap();
    let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
    let text_at = |address: u64, bytes: u64| {
        let section = elf.sections().find(|section| (section.address()..section.address() + section.size()).contains(&address)).unwrap();
        String::from_utf8(section.data_range(address, bytes).unwrap().unwrap().to_vec()).unwrap()
    };
    records.chunks_exact(32).map(|record| text_at(word(&record[..8]), word(&record[8..16]))).collect()
}

#[test]
fn layout_has_two_segments_and_a_record_per_handler() {
    for names in [&SHIPPED[..], &["minimal"]] {
        let (bootstrap, twin) = with_twin(names, &[]);
        check_layout(&fs::read(elf(&bootstrap)).unwrap(), &fs::read(twin).unwrap(), names);
    }
}

/// Returns the addresses and bytes of a file's segments, without the file header, which has the
/// offset of the section table.
fn segments(path: &Path) -> Vec<(u64, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let header = FileHeader64::<LittleEndian>::parse(&*bytes).unwrap();
    let segments = header.program_headers(ENDIAN, &*bytes).unwrap().iter();
    let mut loaded: Vec<_> = segments.map(|segment| (segment.p_vaddr(ENDIAN), segment.data(ENDIAN, &*bytes).unwrap().to_vec())).collect();
    loaded[0].1.drain(..size_of::<FileHeader64<LittleEndian>>());
    loaded
}

/// `addr2line` resolves the address of a crash in the file with symbols.
#[test]
fn code_is_the_same_with_symbols_and_without() {
    let functions = misbehaving();
    let bytes = ["speed", "size"].map(|optimize| {
        let variables = [("RUCHY_LAMBDA_FUNCTIONS", &*functions), ("RUCHY_LAMBDA_OPTIMIZE", optimize)];
        let (shipped, twin) = with_twin(&["small_json"], &variables);
        let shipped = elf(&shipped);
        assert!(segments(&shipped) == segments(&twin), "optimised for {optimize}: the code differs from that with symbols");
        let twin = fs::read(twin).unwrap();
        let has_names = Elf::parse(&*twin).unwrap().symbols().any(|symbol| symbol.name().is_ok_and(|name| name.contains("event_loop")));
        assert!(has_names);
        fs::metadata(shipped).unwrap().len()
    });
    assert!(bytes[1] < bytes[0], "optimised for speed: {} bytes, for size: {}", bytes[0], bytes[1]);
}

/// An initialized static adds a page to the file, which is read and copied at start. Functions may
/// have such statics: a `LazyLock` has a pointer to its initializer, and the JSON library has two
/// that select the byte search.
#[test]
fn layout_has_no_initialized_data_of_the_runtime() {
    let paths: Vec<_> = fs::read_dir(root().join("tests/functions")).unwrap().map(|entry| entry.unwrap().path()).collect();
    // These have initialized statics: JSON, and globals with an initializer.
    let is_plain = |text: String| !["events::", "LazyLock"].iter().any(|word| text.contains(word));
    let plain =
        paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs") && is_plain(fs::read_to_string(path).unwrap()));
    let names: BTreeSet<_> = plain.map(|path| path.file_stem().unwrap().to_str().unwrap()).collect();
    let (_, twin) = with_twin(&Vec::from_iter(names), &[("RUCHY_LAMBDA_FUNCTIONS", &misbehaving())]);
    let twin = fs::read(twin).unwrap();
    let elf = Elf::parse(&*twin).unwrap();
    let initialised = elf.section_by_name(".data").map(|section| section.address()..section.address() + section.size());
    let statics =
        elf.symbols().filter(|symbol| symbol.size() > 0 && initialised.as_ref().is_some_and(|data| data.contains(&symbol.address())));
    for symbol in statics {
        let name = symbol.name().unwrap();
        assert!(name.contains("8handlers") && name.contains("function_"), "{name} is initialised, and belongs to no function");
    }
}

#[test]
fn sections_are_within_their_budgets() {
    for (name, names) in [("minimal", &["minimal"][..]), ("all", &SHIPPED)] {
        let (bootstrap, twin) = with_twin(names, &[]);
        let sizes = size::measure(&elf(&bootstrap), Some(&twin)).unwrap();
        let comparison = budget::compare(&sizes.figures(), &budgets(name));
        assert!(comparison.is_within(), "\n{comparison}");
    }
}

#[test]
fn build_and_archive_are_reproducible() {
    let first = fs::read(elf(&MINIMAL)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let again = folder.path().join("bootstrap");
    try_build(&again, &["minimal"], &[]).unwrap();
    let second = fs::read(elf(&again)).unwrap();
    assert!(first == second, "two builds of the same sources differ");
    let archives = [&first, &second].map(|bootstrap| package::archive(bootstrap).unwrap());
    assert!(archives[0] == archives[1]);
}

#[test]
fn linked_file_contains_no_path_of_the_build_machine() {
    let bytes = fs::read(elf(&ALL)).unwrap();
    for path in [root().to_str().unwrap(), "/registry/src/"] {
        assert!(!bytes.windows(path.len()).any(|window| window == path.as_bytes()), "{path} is in the file");
    }
}
