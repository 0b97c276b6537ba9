//! What the start reads of the file.

use crate::support::bootstrap::{ALL, build, elf, is_emulated, root};
use crate::support::links::write_program;
use crate::support::runtime_api::RuntimeApi;
use std::fs;
use std::path::Path;
use std::process::Command;

/// If the file's pages are not in memory, only one is read before the first request, and no other is waited for.
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
    // What comes next is on another page.
    assert!(!function.end().status.success());
}

#[test]
fn the_first_request_needs_nothing_of_the_file_but_its_first_page() {
    assert_starts_from_first_page(&ALL, "minimal");
}

/// Ciphers and hash functions bring many constants of 16 bytes, which are not between those that the start reads.
#[test]
fn many_constants_do_not_move_the_start_off_the_first_page() {
    let functions = root().join("tests/functions");
    let bootstrap = build(&["constants"], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]);
    assert_starts_from_first_page(&bootstrap, "constants");
}
