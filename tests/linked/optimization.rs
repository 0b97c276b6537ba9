//! Optimisation for speed or size: the instructions of a function in the linked file.

use crate::support::bootstrap::{elf, link, root, try_build, with_twin};
use crate::support::links::linked;
use crate::support::runtime_api::RuntimeApi;
use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic};
use object::{Object, ObjectSection};
use std::fs;
use std::path::Path;

/// Returns the number of loops in the section `.text` that add packed integers.
fn packed_sums(bootstrap: &Path) -> usize {
    let bytes = fs::read(bootstrap).unwrap();
    let elf = object::File::parse(&*bytes).unwrap();
    let text = elf.section_by_name(".text").unwrap();
    let instructions: Vec<Instruction> = Decoder::with_ip(64, text.data().unwrap(), text.address(), DecoderOptions::NONE).iter().collect();
    let is_packed_sum = |instruction: &Instruction| matches!(instruction.mnemonic(), Mnemonic::Paddd | Mnemonic::Paddq | Mnemonic::Psadbw);
    let is_loop_end = |end: &&Instruction| end.is_jcc_short_or_near() && end.near_branch_target() < end.ip();
    let first = |end: &Instruction| instructions.partition_point(|instruction| instruction.ip() < end.near_branch_target());
    let body = |end: &Instruction| &instructions[first(end)..=instructions.partition_point(|instruction| instruction.ip() < end.ip())];
    instructions.iter().filter(is_loop_end).filter(|end| body(end).iter().any(is_packed_sum)).count()
}

#[test]
fn summing_loop_is_vectorised_unless_size_is_chosen() {
    let functions = ("RUCHY_LAMBDA_FUNCTIONS", &*root().join("tests/functions").display().to_string());
    let variables = |optimize, symbols| [functions, ("RUCHY_LAMBDA_OPTIMIZE", optimize), ("RUCHY_LAMBDA_SYMBOLS", symbols)];
    let options = [("", ""), ("", "1"), ("speed", ""), ("size", ""), ("size", "1")].map(|(optimize, symbols)| variables(optimize, symbols));
    let [default, default_twin, speed, size, size_twin] = linked(root(), options.each_ref().map(|variables| link(&["sums"], variables)));
    assert!(packed_sums(&default_twin) > 0, "the loop of tests/functions/sums.rs has no packed instructions");
    assert_eq!(packed_sums(&size_twin), 0, "RUCHY_LAMBDA_OPTIMIZE=size");
    let [speed_bytes, size_bytes] = [&speed, &size].map(|bootstrap| fs::metadata(elf(bootstrap)).unwrap().len());
    assert!(size_bytes < speed_bytes, "optimised for speed: {speed_bytes} bytes, for size: {size_bytes}");
    assert!(fs::read(&default).unwrap() == fs::read(speed).unwrap(), "speed is the default");
    for bootstrap in [default, size] {
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start(&bootstrap, "sums");
        assert_eq!(connection.invoke("id", &[b'1'; 1000]).text(), "49000");
    }
}

#[test]
fn runtime_has_no_vectorised_sums() {
    assert_eq!(packed_sums(&with_twin(&["minimal"], &[]).1), 0);
}

#[test]
fn unknown_optimization_is_refused() {
    let out = tempfile::tempdir().unwrap();
    let messages = try_build(&out.path().join("bootstrap"), &["minimal"], &[("RUCHY_LAMBDA_OPTIMIZE", "fast")]).unwrap_err();
    assert_eq!(messages, "RUCHY_LAMBDA_OPTIMIZE=fast: expected speed, size or no\n");
}
