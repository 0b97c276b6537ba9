//! Mutants: programs of the corpora with one mistake each, made at random. What the compiler accepts rustc must accept.
//!
//! `CONFORMANCE_SEED=1 CONFORMANCE_MUTANTS=600 cargo test -p ruchy-compiler --test conformance -- --ignored --nocapture mutants` makes mutants until
//! as many are accepted, and prints what rustc refuses of them, by the kind of the mistake. The sources of those, with rustc's messages, are in
//! `target/conformance/mutants_refused/`.

mod mutate;

use crate::batch::{self, Program};
use crate::generated::random::Random;
use crate::{case, compiler, facade, functions};
use ruchy::tree::{ItemKind, StatementKind};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const ACCEPTED: usize = 400;
const SEED: u64 = 12;
/// Mutants of one rustc call.
const BATCH: usize = 200;

struct Mutant {
    name: String,
    /// The program that it comes from, and the kind of the mistake.
    origin: String,
    kind: &'static str,
    source: String,
    rust: String,
}

#[test]
#[ignore = "a measurement of minutes"]
fn mutants_that_are_accepted_compile() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let seed = number("CONFORMANCE_SEED").unwrap_or(SEED);
    let count = number("CONFORMANCE_MUTANTS").map_or(ACCEPTED, |count| usize::try_from(count).expect("a count"));
    let (mutants, made) = accepted(seed, count);
    let refused_folder = facade::folder().join("mutants_refused");
    let _ = fs::remove_dir_all(&refused_folder);
    fs::create_dir_all(&refused_folder).unwrap();
    let mut table: BTreeMap<&str, (usize, usize)> = mutate::kinds().map(|kind| (kind, (0, 0))).collect();
    let (mut refused, mut list) = (0, String::new());
    for part in mutants.chunks(BATCH) {
        let programs: Vec<Program> = part.iter().map(|mutant| Program { name: mutant.name.clone(), rust: mutant.rust.clone() }).collect();
        let errors = batch::check("mutants", &programs);
        for mutant in part {
            let entry = table.get_mut(mutant.kind).expect("a kind");
            entry.0 += 1;
            if let Some(error) = errors.get(&mutant.name) {
                entry.1 += 1;
                refused += 1;
                writeln!(list, "{} ({}, {}): {}", mutant.name, mutant.kind, mutant.origin, error.lines().next().unwrap_or_default())
                    .unwrap();
                fs::write(refused_folder.join(format!("{}.ruchy", mutant.name)), &mutant.source).unwrap();
                fs::write(refused_folder.join(format!("{}.txt", mutant.name)), format!("{} of {}\n{error}", mutant.kind, mutant.origin))
                    .unwrap();
            }
        }
    }
    for (kind, (accepted, refused)) in &table {
        println!("{kind:24} {accepted:5} accepted {refused:5} refused by rustc");
    }
    println!("{list}mutants: {made} made, {} accepted, {refused} of these refused by rustc (seed {seed})", mutants.len());
    assert_eq!(refused, 0, "rustc refuses accepted mutants; see {}", refused_folder.display());
}

/// The first `count` mutants that the compiler accepts, and how many were made.
fn accepted(seed: u64, count: usize) -> (Vec<Mutant>, usize) {
    let programs = programs();
    let mut random = Random::new(seed);
    let (mut mutants, mut made) = (Vec::new(), 0);
    while mutants.len() < count {
        let (origin, source) = random.choose(&programs);
        let Some((kind, source)) = mutate::mutant(source, &mut random) else { continue };
        made += 1;
        if let Ok(rust) = compiler::compile(source.as_bytes())
            && has_entry(&source)
        {
            mutants.push(Mutant { name: format!("mutant_{seed}_{made}"), origin: origin.clone(), kind, source, rust });
        }
    }
    (mutants, made)
}

/// Whether a function at the top of the program can be called.
fn has_entry(source: &str) -> bool {
    let statements = compiler::parsed(source.as_bytes()).body.statements;
    let is_entry = |name: &str| ["lambda_handler", "main"].contains(&name);
    statements.iter().any(|statement| match &statement.kind {
        StatementKind::Item(item) => matches!(&item.kind, ItemKind::Function(function) if is_entry(&function.name.text)),
        _ => false,
    })
}

/// The programs of all corpora, by name.
fn programs() -> Vec<(String, String)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = [tests.join("lambda"), facade::root().join("handlers/language/rows"), facade::root().join("handlers/functions")];
    let files = folders.iter().flat_map(|folder| functions::sources(folder));
    let mut programs: Vec<(String, String)> = files.map(|file| (functions::name(&file), fs::read_to_string(file).unwrap())).collect();
    let cases = case::read(&tests.join("semantics")).into_iter().filter(|case| case.diagnostics.is_empty());
    programs.extend(cases.map(|case| (case.name, case.source)));
    programs.retain(|(_, source)| compiler::compile(source.as_bytes()).is_ok());
    programs
}
