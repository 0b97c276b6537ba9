//! The inliner: its output computes the same values, which is checked by compiling and running
//! both, and unsuitable functions are unchanged.

mod generator;
mod untouched;

use handlers_build::inline::{LEVELS, LEVELS_MAX, inline, inline_checked};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FUNCTIONS: &str = include_str!("functions.rs");
const DRIVER: &str = include_str!("driver.rs");

/// The flags of rustc: for debugging, for the shipped file, and for the shipped file with overflow
/// checks.
const MODES: [&[&str]; 3] = [&["-Copt-level=0"], &["-Copt-level=3"], &["-Copt-level=3", "-Coverflow-checks=on"]];

fn compile(folder: &Path, text: &str, flags: &[&str]) -> PathBuf {
    let source = folder.join("program.rs");
    let program = folder.join("program");
    fs::write(&source, text).unwrap();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc).args(flags).args(["--edition=2024", "-Awarnings", "-o"]).arg(&program).arg(&source).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

fn run(text: &str, flags: &[&str]) -> Output {
    let [output] = run_with(text, flags, [""]);
    output
}

/// Compiles a program once and runs it with each of `arguments`.
fn run_with<const N: usize>(text: &str, flags: &[&str], arguments: [&str; N]) -> [Output; N] {
    let folder = tempfile::tempdir().unwrap();
    let program = compile(folder.path(), text, flags);
    arguments.map(|argument| Command::new(&program).arg(argument).env("RUST_BACKTRACE", "0").output().unwrap())
}

/// Returns `function` without copies, with the default number, and with the maximum: the modules
/// `level_0`, `level_1` and `level_2`.
fn at_three_levels(function: &str) -> String {
    let [some, most] = [LEVELS, LEVELS_MAX].map(|levels| inlined(function, levels));
    format!("mod level_0 {{\n{function}}}\nmod level_1 {{\n{some}}}\nmod level_2 {{\n{most}}}\n")
}

fn inlined(text: &str, levels: usize) -> String {
    inline(text, levels).expect("nothing was inlined")
}

/// The modes with overflow checks, in which twins are used.
const CHECKED_MODES: [&[&str]; 2] = [MODES[0], MODES[2]];

/// Compiles a program that compares `functions` with their copies by `calls`, and returns the
/// number of calls and panics.
fn compare(functions: &str, calls: &str) -> [(usize, usize); MODES.len()] {
    compare_by(functions, calls, inline, MODES)
}

fn compare_by<const N: usize>(
    functions: &str,
    calls: &str,
    inline: fn(&str, usize) -> Option<String>,
    modes: [&[&str]; N],
) -> [(usize, usize); N] {
    let mut text = format!("#[allow(arithmetic_overflow, unconditional_panic)]\nmod original {{\n{functions}}}\n");
    for levels in 1..=LEVELS_MAX {
        writeln!(text, "mod level_{levels} {{\n{}}}", inline(functions, levels).expect("nothing was inlined")).unwrap();
    }
    text += DRIVER;
    text += calls;
    modes.map(|flags| {
        let output = run(&text, flags);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{flags:?}: {printed}{}", String::from_utf8_lossy(&output.stderr));
        let (calls, panics) = printed.trim().split_once(' ').unwrap();
        (calls.parse().unwrap(), panics.parse().unwrap())
    })
}

/// Makes `functions` usable in a module: no `//!`, and all functions public.
fn for_modules(functions: &str) -> String {
    functions.replace("//! ", "// ").replace("\nfn ", "\npub fn ")
}

#[test]
fn copies_return_and_panic_as_their_functions() {
    let functions = for_modules(FUNCTIONS);
    let names: Vec<_> = functions.lines().filter_map(|line| line.split("fn ").nth(1)?.split('(').next()).collect();
    let copies = inlined(&functions, 1);
    for name in &names {
        let body = copies.split(&format!("fn {name}(")).nth(1).unwrap();
        let body = body.split("\npub").next().unwrap();
        assert!(body.contains("'level_1"), "{name} was not rewritten");
        assert!(include_str!("calls.rs").contains(&format!("{name}:")), "{name} is not called");
    }
    let [debug, release, checked] = compare(&functions, include_str!("calls.rs"));
    assert!(debug.0 > 8_000 && debug.0 == release.0 && debug == checked, "{debug:?} {release:?} {checked:?}");
    assert!(debug.1 > 1_000 && release.1 > 10, "not enough panics to compare: {debug:?}, {release:?}");
}

#[test]
fn twins_return_and_panic_as_their_functions() {
    let functions = for_modules(FUNCTIONS);
    let twins = |functions: &str| inline_checked(functions, 1).unwrap().matches("-> Option").count();
    assert!(twins(&functions) >= 5, "too few functions have twins: {}", twins(&functions));
    let [debug, release] = compare_by(&functions, include_str!("calls.rs"), inline_checked, CHECKED_MODES);
    assert!(debug == release && debug.0 > 8_000 && debug.1 > 1_000, "{debug:?} {release:?}");
    let (functions, calls) = generator::functions(60);
    let [debug, release] = compare_by(&functions, &calls, inline_checked, CHECKED_MODES);
    assert!(debug == release && debug.0 > 5_000 && debug.1 > 100, "{debug:?} {release:?}");
}

#[test]
fn copies_of_generated_functions_agree() {
    let (functions, calls) = generator::functions(60);
    let [debug, _, checked] = compare(&functions, &calls);
    assert!(debug == checked && debug.0 > 5_000 && debug.1 > 100, "{debug:?} {checked:?}");
}

#[test]
fn infinite_recursion_overflows_the_stack() {
    let runaway = "pub fn runaway(n: u32) -> u32 { (runaway(n.wrapping_add(1)) >> 1) ^ runaway(n.wrapping_add(2)) }\n";
    let call = |level: u32| format!("\"{level}\" => level_{level}::runaway(std::hint::black_box(1)),");
    let main = format!(
        "fn main() {{ println!(\"{{}}\", match &*std::env::args().nth(1).unwrap() {{ {}{}{} _ => 0 }}); }}",
        call(0),
        call(1),
        call(2)
    );
    for flags in MODES {
        for output in run_with(&(at_three_levels(runaway) + &main), flags, ["0", "1", "2"]) {
            assert!(String::from_utf8_lossy(&output.stderr).contains("has overflowed its stack"), "{output:?}");
        }
    }
}

/// A copy removes the frame of a call. The remaining frame may be larger, but not by more than
/// that.
#[test]
fn copies_do_not_reduce_the_recursion_depth() {
    let spine = "pub fn spine(n: u32) -> u32 { if n == 0 { 1 } else { (spine(n - 1) >> 1) ^ spine(0).wrapping_mul(n) } }\n";
    let call = |level: u32| format!("\"{level}\" => level_{level}::spine,");
    let main = format!(
        "fn main() {{
    let spine = match &*std::env::args().nth(1).unwrap() {{ {}{}{} _ => panic!() }};
    std::thread::Builder::new().stack_size(DEPTH * BYTES).spawn(move || spine(DEPTH as u32)).unwrap().join().unwrap();
}}
const DEPTH: usize = 100_000;
const BYTES: usize = 64;\n",
        call(0),
        call(1),
        call(2)
    );
    for output in run_with(&(at_three_levels(spine) + &main), MODES[1], ["0", "1", "2"]) {
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn panics_have_the_line_of_the_code_or_of_its_call() {
    let text = "// é: bytes are not characters\npub fn f(n: i32, by: i32) -> i32 {\n    if n <= 0 {\n        return 100 / by;\n    }\n    f(n - 1, by)\n        + f(\n            n - 2,\n            by,\n        )\n}\npub fn other() { panic!() }\n";
    let copy = inlined(text, LEVELS);
    assert_eq!(text.lines().count(), copy.lines().count());
    assert_eq!(text.lines().last(), copy.lines().last());
    let calls = "\"first\" => drop(f(std::hint::black_box(0), 0)), \"second\" => drop(f(std::hint::black_box(1), 0)), _ => other()";
    let main = format!("fn main() {{ match &*std::env::args().nth(1).unwrap() {{ {calls} }} }}");
    let lines = run_with(&(copy + &main), MODES[1], ["first", "second", "third"]).map(|output| {
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        printed.split("program.rs:").nth(1).unwrap().split(':').next().unwrap().parse::<usize>().unwrap()
    });
    assert_eq!(lines, [4, 6, 12]);
}
