//! Functions that cannot be built: the build fails, and its message names the fault and the fix.

use crate::support::bootstrap::{root, try_build};
use crate::support::runtime_api::RuntimeApi;
use handlers_build::inline::LEVELS;
use handlers_build::register::Options;
use handlers_build::rewrite::Passes;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;

const HANDLER: &str = "pub fun lambda_handler(event: &str) -> String { event.to_string() }\n";

/// The name of the folder of functions. rustc shows only the last component of a folder outside the
/// project.
const FOLDER: &str = "of_tests";

/// Returns the messages of a build of these files, which must fail.
fn build_error(files: &[(&str, &str)], names: &[&str], variables: &[(&str, &str)]) -> String {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join(FOLDER);
    fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let functions = folder.to_str().unwrap();
    let out = folder.join("bootstrap");
    let mut all = vec![("RUCHY_LAMBDA_FUNCTIONS", functions)];
    all.extend(variables);
    let messages = try_build(&out, names, &all).expect_err("it builds");
    assert!(!out.exists());
    messages.replace(functions, "FUNCTIONS")
}

/// Returns the error of the build script for these files, which ends a build before compilation:
/// [`build_error`] without cargo.
fn refusal(files: &[(&str, &str)], names: &[&str]) -> String {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join(FOLDER);
    fs::create_dir(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let options = Options {
        folders: vec![folder.clone()],
        names: names.iter().map(ToString::to_string).collect(),
        passes: Passes::for_level("3", true, LEVELS),
        project: root().to_owned(),
        laid_out: None,
    };
    let error = options.write_modules(&parent.path().join("out")).expect_err("it builds");
    error.to_string().replace(folder.to_str().unwrap(), "FUNCTIONS")
}

fn assert_says(output: &str, parts: &[&str]) {
    for part in parts {
        assert!(output.contains(part), "{part:?} not found in:\n{output}");
    }
}

#[test]
fn build_without_functions_fails() {
    assert_says(&refusal(&[], &[]), &["no functions", "FUNCTIONS", "lambda_handler"]);
}

#[test]
fn build_with_a_duplicate_name_fails() {
    let output = build_error(&[("a.ruchy", HANDLER), ("a.rs", HANDLER)], &[], &[]);
    assert_says(&output, &["two handlers are named `a`", "FUNCTIONS/a.rs", "FUNCTIONS/a.ruchy"]);
}

#[test]
fn build_of_an_unknown_name_fails() {
    assert_says(&refusal(&[("a.rs", HANDLER)], &["b"]), &["no handler is named `b`", "Handlers: a."]);
}

#[test]
fn build_of_a_file_without_handler_fails() {
    assert_says(&refusal(&[("a.rs", "fn other() {}")], &[]), &["FUNCTIONS/a.rs", "no `lambda_handler`"]);
}

/// Returns the error for a handler in Rust that begins on line 3 of its file.
fn handler_error(handler: &str) -> String {
    refusal(&[("a.rs", &format!("struct Order;\n\n{handler}\n"))], &[])
}

#[test]
fn build_refuses_invalid_signatures_with_line_and_fix() {
    for (handler, fault) in [
        ("pub fn lambda_handler(a: u8) -> String { a.to_string() }", "it has the unsupported parameter `a: u8`"),
        ("pub fn lambda_handler(event: String) -> String { event }", "it has the unsupported parameter `event: String`"),
        ("pub fn lambda_handler() -> String { String::new() }", "it takes nothing"),
        ("pub fn lambda_handler(a: &str, b: &str, c: &str) -> String { String::new() }", "it takes `(a: &str, b: &str, c: &str)`"),
        ("pub fn lambda_handler(_: &str) -> u8 { 1 }", "it returns `u8`"),
        ("pub fn lambda_handler(_: &str) {}", "it returns nothing"),
        ("pub fn lambda_handler(_: &str) -> Result<bool, String> { Ok(true) }", "it returns `Result<bool, String>`"),
        ("fn lambda_handler(event: &str) -> String { event.into() }", "it is private. Write `pub fn lambda_handler`"),
        ("pub async fn lambda_handler(event: &str) -> String { event.into() }", "it is `async`"),
    ] {
        let output = handler_error(handler);
        assert_says(&output, &[&format!("FUNCTIONS/a.rs:3: `lambda_handler` cannot be called: {fault}")]);
        assert_says(
            &output,
            &["`(request_id: &str, body: &str)`", "returns `String` or `Result<String, E>`", "`response: &mut ResponseStream`"],
        );
        assert!(!output.contains("-->"), "rustc adds nothing: {output}");
    }
}

#[test]
fn build_refuses_unsupported_types_with_their_line() {
    let handlers = [
        "pub fn lambda_handler(event: &Order) -> String { String::new() }",
        "pub fn lambda_handler(event: &str) -> Order { Order }",
        "pub fn lambda_handler(event: &str) -> Result<String, Order> { Err(Order) }",
    ];
    let files: Vec<_> =
        handlers.iter().enumerate().map(|(n, handler)| (format!("a{n}.rs"), format!("struct Order;\n\n{handler}\n"))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let output = build_error(&files, &[], &[]);
    for n in 0..handlers.len() {
        let place = format!("--> {FOLDER}/a{n}.rs:3\n");
        let error = output.split("\n\n").find(|error| error.contains(&place)).unwrap_or_else(|| panic!("{place:?} is not in:\n{output}"));
        assert_says(error, &["cannot be called", "(request_id: &str, body: &str)"]);
    }
}

/// The runtime lends a handler data in buffers that the next invocation overwrites.
#[test]
fn build_refuses_borrows_that_outlive_an_invocation() {
    let source = |lent: &str| {
        format!(
            "static KEPT: std::sync::Mutex<Option<&'static str>> = std::sync::Mutex::new(None);\n\
             pub fn lambda_handler(context: &Context, event: &str) -> String {{\n    \
             *KEPT.lock().unwrap() = {lent};\n    String::new()\n}}\n"
        )
    };
    let lent = ["Some(event)", "Some(context.request_id())", "context.trace_id()", "context.header(\"x\")"];
    let files: Vec<_> = lent.iter().enumerate().map(|(n, lent)| (format!("a{n}.rs"), source(lent))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let output = build_error(&files, &[], &[]);
    for n in 0..lent.len() {
        assert_says(&output, &[&format!("--> {FOLDER}/a{n}.rs:3:")]);
    }
    assert_eq!(output.matches("error[E0521]: borrowed data escapes outside of function").count(), lent.len(), "{output}");
    assert_eq!(output.matches("error").count(), lent.len(), "{output}");
}

#[test]
fn build_reports_ruchy_errors_by_source_line() {
    let ruchy = "// Counts words.\n\npub fun lambda_handler(event: &str) -> String {\n    // Splits the event.\n    let words = event.split(\" \");\n\n    let n = \
                 words.measured();\n    let text = unheard_of(n);\n    text\n}\n";
    let output = build_error(&[("a.ruchy", ruchy)], &[], &[]);
    assert_says(&output, &["--> FUNCTIONS/a.ruchy:7:", "let n = words.measured()", "no method named `measured`"]);
    assert_says(&output, &["--> FUNCTIONS/a.ruchy:8:", "let text = unheard_of(n)", "nothing named `unheard_of`"]);
    for other in ["a.rs", "warning", "could not compile", "rustc --explain"] {
        assert!(!output.contains(other), "{other} in {output}");
    }
}

#[test]
fn panic_place_omits_the_path_outside_the_project() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join(FOLDER);
    fs::create_dir(&folder).unwrap();
    let ruchy = "fun nth(n: usize) -> i32 {\n    let list = vec![1, 2];\n    list[n]\n}\n\npub fun lambda_handler(event: &str) -> String {\n    \
                 nth(event.len()).to_string()\n}\n";
    let inlined = "fn f(n: i32, m: i32) -> i32 {\n    if n < 2 { n / m } else { f(n - 1, m) + f(n - 2, m) }\n}\n\n\
                   pub fn lambda_handler(event: &str) -> String {\n    let n = event.len() as i32;\n    f(n - 8, n - 8).to_string()\n}\n";
    for (name, text) in [("in_ruchy.ruchy", ruchy), ("inlined.rs", inlined), ("by_hand.rs", &ruchy.replace("fun", "fn"))] {
        fs::write(folder.join(name), text).unwrap();
    }
    let out = parent.path().join("bootstrap");
    try_build(&out, &[], &[("RUCHY_LAMBDA_FUNCTIONS", folder.to_str().unwrap())]).unwrap();
    for (handler, place) in [("in_ruchy", "in_ruchy.ruchy:3:"), ("inlined", "inlined.rs:2:"), ("by_hand", "by_hand.rs:3:")] {
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start(&out, handler);
        let trace = connection.invoke("id", b"12345678").json()["stackTrace"][0].to_string();
        assert!(trace.contains(&format!("{FOLDER}/{place}")), "{trace}");
    }
    let (bytes, machine) = (fs::read(&out).unwrap(), parent.path().to_str().unwrap());
    assert!(!bytes.windows(machine.len()).any(|window| window == machine.as_bytes()));
}

#[test]
fn build_refuses_invalid_ruchy_signatures_by_line() {
    let ruchy = "// Counts.\n\n// Badly.\npub fun lambda_handler(event: i32) -> String {\n    event.to_string()\n}\n";
    let output = |source: &str| refusal(&[("a.ruchy", source)], &[]);
    assert_says(&output(ruchy), &["a.ruchy:4:", "lambda_handler"]);
    assert_says(&output(&ruchy.replace("pub ", "")), &["a.ruchy:4:", "pub"]);
    assert_says(&output(&ruchy.replace("fun lambda_", "fun ")), &["a.ruchy", "lambda_handler"]);
    assert_says(&output(&format!("mod inner {{\n{ruchy}}}\n")), &["a.ruchy", "lambda_handler"]);
}

#[test]
fn build_reports_errors_in_inlined_functions_as_written() {
    let function = "fn f(n: i32) -> i32 { if n < 2 { n == 1 } else { f(n - 1) + f(n - 2) } }\n";
    let output = build_error(&[("a.rs", &format!("{function}pub fn lambda_handler(_: &str) -> String {{ f(3).to_string() }}"))], &[], &[]);
    assert_says(&output, &["mismatched types", &format!("--> {FOLDER}/a.rs:1:34"), "{ if n < 2 { n == 1 } else { f(n - 1)"]);
    assert!(!output.contains("inlined") && !output.contains("level_1"), "{output}");
}

#[test]
fn build_refuses_an_invalid_inline_level() {
    for levels in ["4", "-1", "yes"] {
        let output = build_error(&[("a.rs", HANDLER)], &[], &[("RUCHY_LAMBDA_INLINE", levels)]);
        assert_says(&output, &[&format!("RUCHY_LAMBDA_INLINE={levels}"), "from 0 to 3"]);
    }
}

#[test]
fn build_of_ruchy_functions_needs_no_ruchy_binary() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ruchy"), HANDLER).unwrap();
    let variables = [("RUCHY_LAMBDA_FUNCTIONS", folder.path().to_str().unwrap()), ("RUCHY", "/nonexistent/ruchy")];
    let out = folder.path().join("bootstrap");
    try_build(&out, &[], &variables).unwrap();
    let files = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 2, "a build writes nothing into the folder of sources");
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&out, "a");
    assert_eq!(connection.invoke("id", b"[1]").text(), "[1]");
}

#[test]
fn build_reports_all_mistakes_of_all_functions_at_once() {
    let three = "pub fun lambda_handler(event: &str) -> String {\n    let a = evnt\n    let b = 1 + true\n    missing(a)\n}\n";
    let other = "pub fun lambda_handler(event: &str) -> String {\n    let x = = 3\n    event\n}\n";
    let output = build_error(&[("a.ruchy", three), ("b.ruchy", other), ("c.rs", "pub fn lambda_handler() -> String {}")], &[], &[]);
    for line in [2, 3, 4] {
        assert_says(&output, &[&format!("--> FUNCTIONS/a.ruchy:{line}:")]);
    }
    assert_says(&output, &["did you mean `event`", "--> FUNCTIONS/b.ruchy:2:13", "FUNCTIONS/c.rs:1: `lambda_handler` cannot be called"]);
    let one = refusal(&[("a.ruchy", three), ("b.ruchy", other)], &["b"]);
    assert!(!one.contains("a.ruchy") && one.contains("b.ruchy"), "a function that is not built is not checked: {one}");
}

#[test]
fn warnings_of_the_compiler_are_printed_after_a_successful_link() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ruchy"), HANDLER.replace("event.to_string()", "\"\\q\".to_string()")).unwrap();
    let variables = [("RUCHY_LAMBDA_FUNCTIONS", folder.path().to_str().unwrap())];
    for attempt in ["built", "built again, from the same source"] {
        let output = try_build(&folder.path().join("bootstrap"), &[], &variables).unwrap();
        assert!(output.contains("warning[E0109]") && output.contains("a.ruchy:1:"), "{attempt}: {output}");
    }
}

/// Functions that compile but must not link: the name of each, an item of it, the first statement
/// of its handler, and the linker's message.
const NOT_LINKED: [(&str, &str, &str, &str); 3] = [
    (
        "record",
        "#[used]\n#[unsafe(link_section = \".handlers.z\")]\nstatic STRAY: u64 = 1;",
        "",
        "ERROR(handlers): .handlers is not a whole number of records",
    ),
    (
        "thread_local",
        "#[used]\n#[unsafe(link_section = \".tdata\")]\nstatic LOCAL: u64 = 1;",
        "",
        "ERROR(a dependency): thread-local storage",
    ),
    (
        "libc",
        "unsafe extern \"C\" { fn getauxval(kind: u64) -> u64; }",
        // SAFETY: it is never linked, so it never runs.
        "if unsafe { getauxval(6) } == 0 { return String::new(); }",
        "ERROR(a dependency): it calls a function of libc that needs musl's own start",
    ),
];

/// The messages of each linker for all of them together.
static REFUSALS: LazyLock<[String; 2]> = LazyLock::new(|| {
    let source = |(name, item, first, _): (&str, &str, &str, _)| {
        let handler = format!("pub fn lambda_handler(event: &str) -> String {{ {first} event.to_string() }}");
        (format!("{name}.rs"), format!("#![allow(unsafe_code)]\n{item}\n{handler}\n"))
    };
    let files = NOT_LINKED.map(source);
    let files = files.each_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    ["bfd", "lld"].map(|linker| build_error(&files, &[], &[("RUCHY_LAMBDA_LD", linker)]))
});

fn assert_not_linked(name: &str) {
    let (_, _, _, fault) = NOT_LINKED.iter().find(|row| row.0 == name).unwrap();
    REFUSALS.iter().for_each(|refusal| assert_says(refusal, &[fault]));
}

#[test]
fn linker_script_refuses_an_empty_program() {
    let folder = tempfile::tempdir().unwrap();
    let object = folder.path().join("empty.o");
    let compiled = Command::new("cc").args(["-x", "c", "-c", "/dev/null", "-o"]).arg(&object).status().unwrap();
    assert!(compiled.success());
    let linked = Command::new("ld.bfd").arg("-T").arg(root().join("linker/bootstrap.ld")).arg(&object).output().unwrap();
    let output = String::from_utf8_lossy(&linked.stderr).into_owned();
    assert_says(&output, &["ERROR(handlers): no handlers linked", "ERROR(libc): no __init_tp"]);
}

#[test]
fn linker_script_refuses_other_data_among_records() {
    assert_not_linked("record");
}

#[test]
fn linker_script_refuses_thread_local_storage() {
    assert_not_linked("thread_local");
}

#[test]
fn linker_script_refuses_libc_functions_that_need_its_start() {
    assert_not_linked("libc");
}

#[test]
fn build_reports_syntax_errors_by_line() {
    let source = "// fine\npub fun a() -> i32 {\n    1\n}\n\npub fun lambda_handler(event: &str) -> String {\n    let x = = 3\n    event.to_string()\n}\n\npub fun b() -> i32 {\n    2\n}\n";
    let output = refusal(&[("a.ruchy", source)], &[]);
    assert_says(&output, &["expected a value, found `=`", "--> FUNCTIONS/a.ruchy:7:13", "let x = = 3"]);
    let unclosed = "pub fun lambda_handler(event: &str) -> String {\n    event.to_string()\n";
    assert_says(&refusal(&[("a.ruchy", unclosed)], &[]), &["this `{` is not closed", "--> FUNCTIONS/a.ruchy:1:47"]);
}

#[test]
fn build_refuses_a_private_hook() {
    let source = "pub fn lambda_handler(event: &str) -> String {\n    event.to_string()\n}\nfn on_terminate() {}\n";
    assert_says(
        &refusal(&[("a.rs", source)], &[]),
        &["FUNCTIONS/a.rs: `on_terminate` is a hook that is not `pub`, so it is never called."],
    );
    let source = source.replace("fn ", "fun ");
    assert_says(
        &refusal(&[("a.ruchy", &source)], &[]),
        &["`on_terminate` is a hook that is not `pub`, so it is never called", "--> FUNCTIONS/a.ruchy:4:5"],
    );
}
