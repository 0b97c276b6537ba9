//! The compiler by itself, for its development: `ruchy-lambda check` and `ruchy-lambda transpile` do the same for users.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use ruchy::compile;
use ruchy::diagnostic::{Code, json_line, render};
use ruchy::modules::{Files, parse};
use ruchy::print::{canonical, same};
use ruchy::source::Source;

const USAGE: &str = "usage: ruchy-compiler check [--message-format json] FILE...
       ruchy-compiler tree FILE
       ruchy-compiler print [--canonical] FILE
       ruchy-compiler rust FILE
       ruchy-compiler time FILE...
       ruchy-compiler explain CODE";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["check", "--message-format", "json", files @ ..] if !files.is_empty() => check(files, true),
        ["check", files @ ..] if !files.is_empty() => check(files, false),
        ["tree", file] => {
            println!("{:#?}", parse(Path::new(file), &mut Files).program);
            ExitCode::SUCCESS
        }
        ["print", "--canonical", file] => print(file, true),
        ["print", file] => print(file, false),
        ["rust", file] => rust(file),
        ["time", files @ ..] if !files.is_empty() => time(files),
        ["explain", number] => explain(number),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn check(files: &[&str], is_json: bool) -> ExitCode {
    let mut errors = 0;
    for file in files {
        let compiled = compile(Path::new(file), &mut Files);
        for diagnostic in compiled.diagnostics.sorted() {
            errors += usize::from(diagnostic.is_error());
            if is_json {
                print!("{}", json_line(diagnostic, &compiled.sources));
            } else {
                eprintln!("{}", render(diagnostic, &compiled.sources));
            }
        }
        if compiled.diagnostics.omitted > 0 {
            eprintln!("{file}: {} more diagnostics are not shown", compiled.diagnostics.omitted);
        }
    }
    if errors > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn print(file: &str, is_canonical: bool) -> ExitCode {
    let parsed = parse(Path::new(file), &mut Files);
    let body = &parsed.program.body;
    print!("{}", if is_canonical { canonical(body) } else { same(body, parsed.sources.get(body.file)) });
    ExitCode::SUCCESS
}

fn rust(file: &str) -> ExitCode {
    let compiled = ruchy::compile(Path::new(file), &mut Files);
    for diagnostic in compiled.diagnostics.sorted() {
        eprintln!("{}", render(diagnostic, &compiled.sources));
    }
    match compiled.rust {
        Some(rust) => {
            print!("{rust}");
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}

/// How often each file is compiled: the fastest time is the one that least else has disturbed.
const RUNS: u32 = 20;

/// Prints how long reading and compiling each file takes.
fn time(files: &[&str]) -> ExitCode {
    for file in files {
        let fastest = |work: &dyn Fn()| {
            let run = |_| {
                let start = Instant::now();
                work();
                start.elapsed()
            };
            (0..RUNS).map(run).min().unwrap_or_default()
        };
        let reading = fastest(&|| drop(parse(Path::new(file), &mut Files)));
        let compiling = fastest(&|| drop(compile(Path::new(file), &mut Files)));
        let lines = parse(Path::new(file), &mut Files).sources.iter().map(Source::lines).sum::<usize>();
        println!("{file}: {lines} lines, read in {reading:?}, compiled in {compiling:?}");
    }
    ExitCode::SUCCESS
}

fn explain(number: &str) -> ExitCode {
    let Some(code) = Code::ALL.iter().find(|code| code.number().eq_ignore_ascii_case(number)) else {
        eprintln!("{number}: expected the code of a diagnostic, such as E0110");
        return ExitCode::from(2);
    };
    println!("{code}: {}\n\n{}", code.title(), code.explanation());
    ExitCode::SUCCESS
}
