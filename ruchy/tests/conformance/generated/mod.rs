//! Generated programs: what the compiled program prints is compared with what an evaluator of the generated tree says.
//!
//! A longer run: `CONFORMANCE_SEED=1 CONFORMANCE_PROGRAMS=2000 cargo test -p ruchy-compiler --test conformance -- --ignored --nocapture generated`.

mod evaluate;
mod generate;
mod print;
pub mod random;
mod tree;

use crate::batch::{self, Program};
use crate::{compiler, corpus, facade};
use std::fmt::Write as _;

/// Programs of the run that every test run makes.
const PROGRAMS: u64 = 40;
const SEED: u64 = 20_261_130;
/// Programs of one rustc call in a longer run.
const BATCH: u64 = 200;

struct Generated {
    seed: u64,
    source: String,
    expected: Vec<String>,
}

/// The programs of the seeds from `first`, without those that run for too long.
fn generated(first: u64, count: u64) -> Vec<Generated> {
    let of_seed = |seed| {
        let mut program = generate::program(seed);
        let source = print::program(&mut program);
        let expected = evaluate::transcript(&program)?;
        Some(Generated { seed, source, expected })
    };
    (first..first + count).filter_map(of_seed).collect()
}

/// What is wrong with each program that is, by its seed.
fn faults(name: &str, programs: &[Generated]) -> Vec<(u64, String)> {
    let compiled: Vec<_> = programs.iter().map(|program| compiler::compile(program.source.as_bytes())).collect();
    let identifier = |program: &Generated| format!("seed_{}", program.seed);
    let to_build = |(program, compiled): (&Generated, &compiler::Compiled)| {
        Some(Program { name: identifier(program), rust: compiled.as_ref().ok()?.clone() })
    };
    let batch = batch::build(name, &programs.iter().zip(&compiled).filter_map(to_build).collect::<Vec<_>>());
    let mut faults = Vec::new();
    for (program, compiled) in programs.iter().zip(&compiled) {
        let fault = match (compiled, batch.refused.get(&identifier(program))) {
            (Err(reports), _) => Some(format!("refused: {}", compiler::shown(reports))),
            (Ok(_), Some(error)) => Some(format!("rustc refuses it: {error}")),
            (Ok(_), None) => {
                let actual: Vec<String> = batch.run(&identifier(program), &[]).lines().map(str::to_owned).collect();
                corpus::difference(&program.expected, &actual)
            }
        };
        if let Some(fault) = fault {
            std::fs::write(facade::folder().join(format!("seed_{}.ruchy", program.seed)), &program.source).unwrap();
            faults.push((program.seed, fault));
        }
    }
    faults
}

fn conclude(first: u64, count: u64, faults: &[(u64, String)], programs: usize) -> String {
    let mut summary = format!("generated: {} of {programs} right (seeds from {first}, {count})\n", programs - faults.len());
    for (seed, fault) in faults {
        writeln!(summary, "WRONG target/conformance/seed_{seed}.ruchy: {fault}").unwrap();
    }
    std::fs::write(facade::folder().join("generated.txt"), &summary).unwrap();
    println!("{summary}");
    summary
}

#[test]
fn generated_programs_do_what_the_evaluator_does() {
    let programs = generated(SEED, PROGRAMS);
    assert!(programs.len() as u64 > PROGRAMS / 2, "most programs end in time: {}", programs.len());
    let faults = faults("generated", &programs);
    let summary = conclude(SEED, PROGRAMS, &faults, programs.len());
    let open = crate::open::of("generated").get("wrong").map_or(0, |count| count.parse::<usize>().expect("a count of open programs"));
    assert!(faults.len() <= open, "{summary}");
}

#[test]
#[ignore = "a longer run, by hand"]
fn generated_programs_of_a_longer_run() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let Some(count) = number("CONFORMANCE_PROGRAMS") else {
        println!("CONFORMANCE_PROGRAMS names no count: nothing is generated");
        return;
    };
    let first = number("CONFORMANCE_SEED").unwrap_or(1);
    let (mut wrong, mut programs) = (Vec::new(), 0);
    for start in (first..first + count).step_by(usize::try_from(BATCH).unwrap()) {
        let batch = generated(start, BATCH.min(first + count - start));
        programs += batch.len();
        wrong.extend(faults("generated_long", &batch));
        println!("{programs} programs, {} wrong", wrong.len());
    }
    let summary = conclude(first, count, &wrong, programs);
    assert!(wrong.is_empty(), "{summary}");
}

/// Programs by their seeds.
pub fn sources(first: u64, count: u64) -> Vec<(u64, String)> {
    generated(first, count).into_iter().map(|program| (program.seed, program.source)).collect()
}
