//! Many programs, compiled by one rustc call and linked into one file, which runs one of them at a time.

use crate::facade;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// rustc's errors appear in stages: names, then types, then borrows. Each round leaves out the programs that have one.
const ROUNDS_MAX: usize = 6;

pub struct Program {
    /// A name that is a Rust identifier.
    pub name: String,
    pub rust: String,
}

impl Program {
    fn is_handler(&self) -> bool {
        self.rust.contains("fn lambda_handler")
    }
}

pub struct Batch {
    runner: PathBuf,
    /// The first error of rustc for each program that it refuses.
    pub refused: BTreeMap<String, String>,
    /// The first warning of rustc for each program.
    pub warned: BTreeMap<String, String>,
}

/// Compiles and links `programs` in the folder `name`.
pub fn build(name: &str, programs: &[Program]) -> Batch {
    let folder = written(name, programs);
    let batch = compiled(&folder, programs, "--emit=link");
    link(&folder);
    batch
}

/// Rustc's first error for each of `programs` that it refuses. Nothing is linked.
pub fn check(name: &str, programs: &[Program]) -> BTreeMap<String, String> {
    compiled(&written(name, programs), programs, "--emit=metadata").refused
}

/// Returns the messages of clippy's group `correctness` for `programs`, which rustc accepts: the program, the name of the lint and the message.
pub fn lints(name: &str, programs: &[Program], mut clippy: Command) -> Vec<(String, String, String)> {
    let folder = written(name, programs);
    let source = folder.join("programs.rs");
    fs::write(&source, library(&programs.iter().collect::<Vec<_>>())).unwrap();
    clippy.args(["--crate-type=lib", "--crate-name=programs", "--emit=metadata", "-Aclippy::all", "-Wclippy::correctness"]);
    let (succeeded, messages) = run(clippy, &folder, &source);
    let texts = || messages.iter().map(|message| message.text.as_str()).collect::<String>();
    assert!(succeeded, "clippy fails: {}", texts());
    let lint = |message: Message| Some((message.program?, message.lint.filter(|lint| lint.starts_with("clippy::"))?, message.text));
    messages.into_iter().filter_map(lint).collect()
}

/// The folder `name` with the file of each program.
fn written(name: &str, programs: &[Program]) -> PathBuf {
    let folder = facade::folder().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    for program in programs {
        let entry = if program.is_handler() { "" } else { "\n#[allow(clippy::all)] pub fn conformance_program() { let _ = main(); }\n" };
        fs::write(folder.join(&program.name).with_extension("rs"), format!("{}{entry}", program.rust)).unwrap();
    }
    folder
}

fn compiled(folder: &Path, programs: &[Program], emit: &str) -> Batch {
    let mut batch = Batch { runner: folder.join("runner"), refused: BTreeMap::new(), warned: BTreeMap::new() };
    for _ in 0..ROUNDS_MAX {
        let accepted: Vec<&Program> = programs.iter().filter(|program| !batch.refused.contains_key(&program.name)).collect();
        fs::write(folder.join("programs.rs"), library(&accepted)).unwrap();
        let (succeeded, messages) = rustc(folder, "std", &["--crate-type=lib", "--crate-name=programs", emit], &folder.join("programs.rs"));
        let refused_before = batch.refused.len();
        let mut others = Vec::new();
        for Message { level, program, text, .. } in messages {
            match (level.as_str(), program) {
                ("error", Some(program)) => drop(batch.refused.entry(program).or_insert(text)),
                ("warning", Some(program)) => drop(batch.warned.entry(program).or_insert(text)),
                ("error", None) => others.push(text),
                _ => {}
            }
        }
        if succeeded {
            return batch;
        }
        assert!(batch.refused.len() > refused_before, "rustc fails without an error in a program: {others:#?}");
    }
    panic!("rustc still finds errors after {ROUNDS_MAX} rounds");
}

/// The crate that has each program as a module.
fn library(programs: &[&Program]) -> String {
    let record = facade::root().join("handlers/registry/lib.rs").canonicalize().unwrap();
    let mut text = format!(
        "#[allow(warnings)]\n#[path = \"{}\"]\nmod record;\npub use record::*;\npub use std::lambda::{{Context, Failure, ResponseStream}};\n",
        record.display()
    );
    let (mut handlers, mut mains, mut names) = (String::new(), String::new(), String::new());
    for program in programs {
        let name = &program.name;
        writeln!(text, "#[path = \"{name}.rs\"]\npub mod {name};").unwrap();
        if program.is_handler() {
            write!(names, "{name:?},").unwrap();
            writeln!(handlers, "{name:?} => entry(Signature::invoke({name}::lambda_handler, context, event, None)),").unwrap();
        } else {
            writeln!(mains, "{name:?} => {name}::conformance_program(),").unwrap();
        }
    }
    writeln!(
        text,
        "fn entry(answer: Answer) -> String {{
    match answer {{
        Ok(text) => format!(\"< {{text}}\"),
        Err(failure) => format!(\"! {{}}: {{}}\", failure.error_type(), failure.message()),
    }}
}}
pub fn is_handler(name: &str) -> bool {{ [{names} \"\"].contains(&name) }}
#[allow(unused)] pub fn call(name: &str, context: &Context, event: &str) -> String {{ match name {{ {handlers} _ => panic!() }} }}
pub fn run(name: &str) {{ match name {{ {mains} _ => panic!() }} }}"
    )
    .unwrap();
    text
}

fn link(folder: &Path) {
    let library = format!("programs={}", folder.join("libprograms.rlib").display());
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/runner.rs");
    let arguments = ["--crate-type=bin", "--crate-name=runner", "--extern", &library];
    let (succeeded, messages) = rustc(folder, "ruchy_std", &arguments, &runner);
    let texts: Vec<String> = messages.into_iter().map(|message| message.text).collect();
    assert!(succeeded, "the programs cannot be linked: {}", texts.join("\n"));
}

struct Message {
    level: String,
    /// The name of the lint, or the code of the error.
    lint: Option<String>,
    program: Option<String>,
    text: String,
}

fn rustc(folder: &Path, standard_as: &str, arguments: &[&str], source: &Path) -> (bool, Vec<Message>) {
    let mut command = facade::rustc(standard_as);
    command.args(arguments);
    run(command, folder, source)
}

/// Runs `command`, which writes to `folder`, on `source`. Returns whether it succeeds, and its messages.
fn run(mut command: Command, folder: &Path, source: &Path) -> (bool, Vec<Message>) {
    let output = command.arg("--out-dir").arg(folder).arg(source).output().expect("rustc runs");
    let text = String::from_utf8_lossy(&output.stderr);
    (output.status.success(), text.lines().filter_map(message).collect())
}

/// A message of rustc in JSON, and the program whose file, or whose line in the list of programs, it points to.
fn message(line: &str) -> Option<Message> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let rendered = value["rendered"].as_str()?.to_owned();
    let program = value["spans"].as_array()?.iter().find_map(program_of);
    let code = value["code"]["code"].as_str().map(str::to_owned);
    Some(Message { level: value["level"].as_str()?.to_owned(), lint: code, program, text: rendered })
}

/// The program that a span is in; of a macro's expansion, the one that calls the macro.
fn program_of(span: &serde_json::Value) -> Option<String> {
    let file = Path::new(span["file_name"].as_str()?);
    let stem = file.file_stem()?.to_string_lossy();
    let is_program = file.with_file_name("programs.rs").exists() && stem != "programs";
    match span["text"][0]["text"].as_str() {
        _ if is_program => Some(stem.into_owned()),
        Some(line) if stem == "programs" => listed(line),
        _ => program_of(&span["expansion"]["span"]),
    }
}

/// The program that a line of the list calls: `… NAME::lambda_handler …` or `… NAME::conformance_program …`.
fn listed(line: &str) -> Option<String> {
    let (before, _) = line.split_once("::lambda_handler").or_else(|| line.split_once("::conformance_program"))?;
    before.rsplit(|character: char| !character.is_alphanumeric() && character != '_').next().map(str::to_owned)
}

impl Batch {
    /// The transcript of the program `name` for `events`, one call each.
    pub fn run(&self, name: &str, events: &[String]) -> String {
        let output = Command::new("timeout")
            .args(["--kill-after=1", "60"])
            .arg(&self.runner)
            .arg(name)
            .args(events)
            .stdin(Stdio::null())
            .env("AWS_REGION", "eu-central-1")
            .output()
            .expect("the runner starts");
        let mut transcript = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            writeln!(transcript, "?? {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()).unwrap();
        }
        transcript
    }
}
