//! The bytes of the linked file: how it is laid out, how large it is, and that the same sources give the same bytes.

use crate::support::bootstrap::{ALL, MINIMAL, SHIPPED, budgets, build, misbehaving, root};
use object::elf::{ET_EXEC, FileHeader64, PF_R, PF_W, PF_X, PT_DYNAMIC, PT_GNU_STACK, PT_INTERP, PT_LOAD};
use object::read::elf::{ElfFile64, FileHeader, ProgramHeader};
use object::{LittleEndian, Object, ObjectSection};
use ruchy_lambda_bench::{budget, package, size};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ENDIAN: LittleEndian = LittleEndian;
type Elf<'bytes> = ElfFile64<'bytes, LittleEndian>;

/// Links a file once more that was linked of `names`, with the table of sections that what ships has no need of.
fn with_sections(file: &str, names: &[&str], variables: &[(&str, &str)]) -> PathBuf {
    build(&format!("{file}-sections"), names, &[variables, &[("RUCHY_LAMBDA_SECTIONS", "1")]].concat())
}

/// What the linked file must be, whichever linker made it; `twin` is the same file with its table of sections.
fn check_layout(bytes: &[u8], twin: &[u8], handlers: &[&str]) {
    let header = FileHeader64::<LittleEndian>::parse(bytes).unwrap();
    assert_eq!(header.e_type(ENDIAN), ET_EXEC, "not position independent: nothing to relocate at start");
    let segments = header.program_headers(ENDIAN, bytes).unwrap();
    let flags =
        |kind| segments.iter().filter(|segment| segment.p_type(ENDIAN) == kind).map(|segment| segment.p_flags(ENDIAN)).collect::<Vec<_>>();
    assert_eq!(flags(PT_LOAD), [PF_R | PF_X, PF_R | PF_W], "two segments, none both writable and executable");
    assert_eq!(flags(PT_GNU_STACK), [PF_R | PF_W], "a stack that is not executable");
    assert_eq!((flags(PT_INTERP).len(), flags(PT_DYNAMIC).len()), (0, 0), "static, without an interpreter");

    let with_bytes = segments.iter().filter(|segment| segment.p_filesz(ENDIAN) > 0);
    let loaded = with_bytes.map(|segment| segment.p_offset(ENDIAN) + segment.p_filesz(ENDIAN)).max();
    assert_eq!(loaded, Some(bytes.len() as u64), "nothing behind what is loaded");
    assert!(header.section_headers(ENDIAN, bytes).unwrap().is_empty(), "no table of sections");
    let header_bytes = size_of::<FileHeader64<LittleEndian>>();
    assert!(twin[header_bytes..].starts_with(&bytes[header_bytes..]), "the sections looked at are those of this file");

    let elf = Elf::parse(twin).unwrap();
    check_sections(&elf);
    assert_eq!(handler_names(&elf), handlers, "a record for each handler, in the order of their names");
}

/// Those that the linker script names, and no more.
fn check_sections(elf: &Elf<'_>) {
    let mut sections: Vec<_> = elf.sections().map(|section| section.name().unwrap().to_owned()).collect();
    sections.retain(|name| name != ".shstrtab" && name != ".symtab" && name != ".strtab");
    assert_eq!(sections, [".start", ".handlers", ".rodata", ".text", ".bss", ".inbox", ".reserve"]);
}

/// The names in the records, read as the start reads them.
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
fn two_segments_and_a_record_for_each_handler() {
    for (bootstrap, file, names) in [(&*ALL, "all", &SHIPPED[..]), (&*MINIMAL, "minimal", &["minimal"])] {
        check_layout(&fs::read(bootstrap).unwrap(), &fs::read(with_sections(file, names, &[])).unwrap(), names);
    }
}

/// A static that does not begin as zero would bring a page of the file, and at start a page to be read and copied. (The JSON library has two of them,
/// which say how bytes are best searched for: functions that use it pay for that themselves.)
#[test]
fn the_runtime_brings_no_initialised_data_whatever_a_function_asks_of_it_and_calls_its_statics() {
    let without_json: Vec<_> = fs::read_dir(root().join("tests/functions")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let without_json = without_json.iter().filter(|path| !fs::read_to_string(path).unwrap().contains("events::"));
    let names: BTreeSet<_> = without_json.map(|path| path.file_stem().unwrap().to_str().unwrap()).collect();
    let twin = with_sections("misbehaving", &Vec::from_iter(names), &[("RUCHY_LAMBDA_FUNCTIONS", &misbehaving())]);
    check_sections(&Elf::parse(fs::read(twin).unwrap().as_slice()).unwrap());
}

#[test]
fn either_linker_makes_the_same_layout_and_what_it_makes_runs() {
    for linker in ["bfd", "lld"] {
        let (file, variables) = (format!("all-{linker}"), [("RUCHY_LAMBDA_LD", linker)]);
        let bootstrap = build(&file, &SHIPPED, &variables);
        check_layout(&fs::read(&bootstrap).unwrap(), &fs::read(with_sections(&file, &SHIPPED, &variables)).unwrap(), &SHIPPED);
        let api = crate::support::runtime_api::RuntimeApi::listen();
        let (_function, mut connection) = api.start(&bootstrap, "minimal");
        assert_eq!(connection.invoke("id", b"{}").text(), r#"{"statusCode":200,"body":"ok"}"#, "linked by {linker}");
    }
}

#[test]
fn file_says_statically_linked() {
    let output = Command::new("file").arg(&*MINIMAL).output();
    let Ok(output) = output else { return assert!(!Path::new("/usr/bin/file").exists()) };
    assert!(String::from_utf8_lossy(&output.stdout).contains("statically linked"));
}

/// What the project promises, whatever the budgets say. The first promises were 16, 32 and 9 KiB; `tests/budgets.toml` says what they were
/// raised for.
#[test]
fn the_promised_sizes_are_kept() {
    let bytes = |path: &Path| fs::metadata(path).unwrap().len();
    assert!(bytes(&MINIMAL) <= 23 << 10, "minimal alone: {} bytes", bytes(&MINIMAL));
    assert!(bytes(&ALL) <= 36 << 10, "all handlers: {} bytes", bytes(&ALL));
    let archive = package::archive(&fs::read(&*MINIMAL).unwrap()).unwrap();
    assert!(archive.len() <= 30 << 9, "the archive of minimal: {} bytes", archive.len());
}

/// The most that a function alone may have that takes an event of JSON apart and answers with JSON.
const JSON_BYTES_MAX: u64 = 48 << 10;

#[test]
fn a_small_function_of_json_is_small() {
    let functions = root().join("tests/functions");
    let bootstrap = build("small-json", &["small_json"], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]);
    let bytes = fs::metadata(&bootstrap).unwrap().len();
    assert!(bytes <= JSON_BYTES_MAX, "tests/functions/small_json.rs alone: {bytes} bytes, and it may have {JSON_BYTES_MAX}");
    let api = crate::support::runtime_api::RuntimeApi::listen();
    let (_function, mut connection) = api.start(&bootstrap, "small_json");
    assert_eq!(connection.invoke("id", br#"{"item":"tea","quantity":7}"#).text(), r#"{"ordered":"tea","left":6}"#);
}

#[test]
fn every_section_is_within_its_budget() {
    for (bootstrap, name, names) in [(&*MINIMAL, "minimal", &["minimal"][..]), (&*ALL, "all", &SHIPPED)] {
        let sizes = size::measure(bootstrap, Some(&with_sections(name, names, &[]))).unwrap();
        let comparison = budget::compare(&sizes.figures(), &budgets(name));
        assert!(comparison.is_within(), "\n{comparison}");
    }
}

/// README's figures are those of one compiler; those of another are near.
#[test]
fn the_readme_quotes_these_sizes() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let quoted = |what: &str| -> u64 {
        let row = readme.lines().find(|line| line.contains(what)).unwrap();
        let figure = row.split('|').nth(2).unwrap().trim().strip_suffix(" B").unwrap();
        figure.replace(',', "").parse().unwrap()
    };
    let minimal = size::measure(&MINIMAL, None).unwrap();
    let all = size::measure(&ALL, None).unwrap();
    for (what, bytes) in [("the file, `minimal`", minimal.total), ("its archive", minimal.zip), ("the file, all functions", all.total)] {
        assert!(
            quoted(what).abs_diff(bytes) <= bytes / 50,
            "README.md says {} of {what}, which has {bytes}: `just bench-all figures` renews it",
            quoted(what)
        );
    }
}

#[test]
fn built_and_packed_twice_gives_the_same_bytes() {
    let first = fs::read(&*MINIMAL).unwrap();
    let second = fs::read(build("minimal-again", &["minimal"], &[])).unwrap();
    assert!(first == second, "two builds of the same sources differ");
    let archives = [&first, &second].map(|bootstrap| package::archive(bootstrap).unwrap());
    assert!(archives[0] == archives[1]);
}

#[test]
fn nothing_of_the_machine_it_was_built_on_is_in_the_file() {
    let bytes = fs::read(&*ALL).unwrap();
    for path in [root().to_str().unwrap(), "/registry/src/"] {
        assert!(!bytes.windows(path.len()).any(|window| window == path.as_bytes()), "{path} is in the file");
    }
}
