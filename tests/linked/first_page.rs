//! The pages of the file that the start reads.

use crate::support::bootstrap::{ALL, build, elf, is_emulated, root};
use crate::support::links::write_program;
use crate::support::runtime_api::RuntimeApi;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Asserts that the start reads only the first page of the file before the first request, and waits
/// for no other.
fn assert_starts_from_first_page(bootstrap: &Path, handler: &str) {
    const PAGE_BYTES: usize = 4096;
    let mut bytes = fs::read(elf(bootstrap)).unwrap();
    bytes[PAGE_BYTES..].fill(0); // instructions that fault
    let folder = tempfile::tempdir().unwrap();
    let bootstrap = folder.path().join("bootstrap");
    write_program(&bootstrap, &bytes);
    if is_emulated() {
        assert!(Command::new(root().join("linker/emulated.sh")).arg(&bootstrap).status().unwrap().success());
    }
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&bootstrap, handler);
    connection.next();
    // The next code is on another page.
    assert!(!function.end().status.success());
}

#[test]
fn start_reads_only_the_first_page() {
    assert_starts_from_first_page(&ALL, "minimal");
}

/// Ciphers and hash functions add many constants of 16 bytes, which must not be placed among the
/// constants of the start.
#[test]
fn start_reads_only_the_first_page_with_many_constants() {
    let functions = root().join("tests/functions");
    let bootstrap = build(&["constants"], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]);
    assert_starts_from_first_page(&bootstrap, "constants");
}
