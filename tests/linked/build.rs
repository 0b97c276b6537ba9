//! Functions that cannot be built: the build fails, and says what is wrong and what to do.

use crate::support::bootstrap::{root, try_build};
use crate::support::runtime_api::RuntimeApi;
use handlers_build::inline::LEVELS;
use handlers_build::register::Options;
use handlers_build::rewrite::Passes;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;

const HANDLER: &str = "pub fun lambda_handler(event: &str) -> String { event.to_string() }\n";

/// What the folder of functions is called: rustc knows one that is not in the project by its last name.
const FOLDER: &str = "of_tests";

/// What a failing build of these files says.
fn complaint(files: &[(&str, &str)], names: &[&str], variables: &[(&str, &str)]) -> String {
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

/// What the build script says to these files, which end a build before anything is compiled: [`complaint`] without cargo.
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

fn assert_says(complaint: &str, parts: &[&str]) {
    for part in parts {
        assert!(complaint.contains(part), "{part:?} is not said in:\n{complaint}");
    }
}

#[test]
fn no_function_at_all() {
    assert_says(&refusal(&[], &[]), &["no handlers", "FUNCTIONS", "Write one"]);
}

#[test]
fn two_functions_of_one_name() {
    let said = complaint(&[("a.ruchy", HANDLER), ("a.rs", HANDLER)], &[], &[]);
    assert_says(&said, &["two handlers are named `a`", "FUNCTIONS/a.rs", "FUNCTIONS/a.ruchy"]);
}

#[test]
fn a_name_that_no_function_has() {
    assert_says(&refusal(&[("a.rs", HANDLER)], &["b"]), &["no handler is named `b`", "There are: a."]);
}

#[test]
fn a_file_without_a_handler() {
    assert_says(&refusal(&[("a.rs", "fn other() {}")], &[]), &["FUNCTIONS/a.rs", "no `lambda_handler`"]);
}

/// What is said of a handler in Rust that begins on line 3 of its file.
fn complaint_about(handler: &str) -> String {
    refusal(&[("a.rs", &format!("struct Order;\n\n{handler}\n"))], &[])
}

#[test]
fn a_handler_that_cannot_be_called_is_refused_by_its_line_with_what_would_be_right() {
    for (handler, fault) in [
        ("pub fn lambda_handler(a: u8) -> String { a.to_string() }", "it cannot be given `a: u8`"),
        ("pub fn lambda_handler(event: String) -> String { event }", "it cannot be given `event: String`"),
        ("pub fn lambda_handler() -> String { String::new() }", "it takes nothing"),
        ("pub fn lambda_handler(a: &str, b: &str, c: &str) -> String { String::new() }", "it takes `(a: &str, b: &str, c: &str)`"),
        ("pub fn lambda_handler(_: &str) -> u8 { 1 }", "it returns `u8`"),
        ("pub fn lambda_handler(_: &str) {}", "it returns nothing"),
        ("pub fn lambda_handler(_: &str) -> Result<bool, String> { Ok(true) }", "it returns `Result<bool, String>`"),
        ("fn lambda_handler(event: &str) -> String { event.into() }", "it is private. Write `pub fn lambda_handler`"),
        ("pub async fn lambda_handler(event: &str) -> String { event.into() }", "it is `async`"),
    ] {
        let said = complaint_about(handler);
        assert_says(&said, &[&format!("FUNCTIONS/a.rs:3: `lambda_handler` cannot be called: {fault}")]);
        assert_says(
            &said,
            &["`(request_id: &str, body: &str)`", "returns `String` or `Result<String, E>`", "`response: &mut ResponseStream`"],
        );
        assert!(!said.contains("-->"), "rustc has nothing to add: {said}");
    }
}

#[test]
fn a_handler_of_types_that_only_rustc_knows_is_refused_by_its_line_too() {
    let handlers = [
        "pub fn lambda_handler(event: &Order) -> String { String::new() }",
        "pub fn lambda_handler(event: &str) -> Order { Order }",
        "pub fn lambda_handler(event: &str) -> Result<String, Order> { Err(Order) }",
    ];
    let files: Vec<_> =
        handlers.iter().enumerate().map(|(n, handler)| (format!("a{n}.rs"), format!("struct Order;\n\n{handler}\n"))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let said = complaint(&files, &[], &[]);
    for n in 0..handlers.len() {
        let place = format!("--> {FOLDER}/a{n}.rs:3\n");
        let error = said.split("\n\n").find(|error| error.contains(&place)).unwrap_or_else(|| panic!("{place:?} is not in:\n{said}"));
        assert_says(error, &["cannot be called", "(request_id: &str, body: &str)"]);
    }
}

/// What the runtime lends to a handler lies in buffers that the next invocation overwrites.
#[test]
fn borrows_of_an_invocation_cannot_outlive_it() {
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
    let said = complaint(&files, &[], &[]);
    for n in 0..lent.len() {
        assert_says(&said, &[&format!("--> {FOLDER}/a{n}.rs:3:")]);
    }
    assert_eq!(said.matches("error[E0521]: borrowed data escapes outside of function").count(), lent.len(), "{said}");
    assert_eq!(said.matches("error").count(), lent.len(), "{said}");
}

#[test]
fn mistakes_in_a_function_in_ruchy_name_its_own_lines() {
    let ruchy = "// How many words.\n\npub fun lambda_handler(event: &str) -> String {\n    // Of the event.\n    let words = event.split(\" \");\n\n    let n = \
                 words.measured();\n    let text = unheard_of(n);\n    text\n}\n";
    let said = complaint(&[("a.ruchy", ruchy)], &[], &[]);
    assert_says(&said, &["--> FUNCTIONS/a.ruchy:7:", "let n = words.measured()", "no method named `measured`"]);
    assert_says(&said, &["--> FUNCTIONS/a.ruchy:8:", "let text = unheard_of(n)", "nothing named `unheard_of`"]);
    for other in ["a.rs", "warning", "could not compile", "rustc --explain"] {
        assert!(!said.contains(other), "{other} in {said}");
    }
}

#[test]
fn a_function_outside_the_project_is_known_by_its_folder_and_file_and_not_by_the_machine() {
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
fn a_handler_in_ruchy_that_cannot_be_called_is_refused_by_the_line_of_its_source() {
    let ruchy = "// Counts.\n\n// Badly.\npub fun lambda_handler(event: i32) -> String {\n    event.to_string()\n}\n";
    let said = |source: &str| refusal(&[("a.ruchy", source)], &[]);
    assert_says(&said(ruchy), &["a.ruchy:4:", "lambda_handler"]);
    assert_says(&said(&ruchy.replace("pub ", "")), &["a.ruchy:4:", "pub"]);
    assert_says(&said(&ruchy.replace("fun lambda_", "fun ")), &["a.ruchy", "lambda_handler"]);
    assert_says(&said(&format!("mod inner {{\n{ruchy}}}\n")), &["a.ruchy", "lambda_handler"]);
}

#[test]
fn a_mistake_in_a_function_whose_recursion_is_inlined_is_shown_as_it_was_written() {
    let function = "fn f(n: i32) -> i32 { if n < 2 { n == 1 } else { f(n - 1) + f(n - 2) } }\n";
    let said = complaint(&[("a.rs", &format!("{function}pub fn lambda_handler(_: &str) -> String {{ f(3).to_string() }}"))], &[], &[]);
    assert_says(&said, &["mismatched types", &format!("--> {FOLDER}/a.rs:1:34"), "{ if n < 2 { n == 1 } else { f(n - 1)"]);
    assert!(!said.contains("inlined") && !said.contains("level_1"), "{said}");
}

#[test]
fn a_number_of_levels_that_is_none() {
    for levels in ["4", "-1", "yes"] {
        let said = complaint(&[("a.rs", HANDLER)], &[], &[("RUCHY_LAMBDA_INLINE", levels)]);
        assert_says(&said, &[&format!("RUCHY_LAMBDA_INLINE={levels}"), "from 0 to 3"]);
    }
}

#[test]
fn a_function_in_ruchy_needs_no_ruchy() {
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
    let said = complaint(&[("a.ruchy", three), ("b.ruchy", other), ("c.rs", "pub fn lambda_handler() -> String {}")], &[], &[]);
    for line in [2, 3, 4] {
        assert_says(&said, &[&format!("--> FUNCTIONS/a.ruchy:{line}:")]);
    }
    assert_says(&said, &["did you mean `event`", "--> FUNCTIONS/b.ruchy:2:13", "FUNCTIONS/c.rs:1: `lambda_handler` cannot be called"]);
    let one = refusal(&[("a.ruchy", three), ("b.ruchy", other)], &["b"]);
    assert!(!one.contains("a.ruchy") && one.contains("b.ruchy"), "a function that is not built is not checked: {one}");
}

#[test]
fn warnings_of_the_compiler_are_printed_after_a_successful_link() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ruchy"), HANDLER.replace("event.to_string()", "\"\\q\".to_string()")).unwrap();
    let variables = [("RUCHY_LAMBDA_FUNCTIONS", folder.path().to_str().unwrap())];
    for attempt in ["built", "built again, from the same source"] {
        let said = try_build(&folder.path().join("bootstrap"), &[], &variables).unwrap();
        assert!(said.contains("warning[E0109]") && said.contains("a.ruchy:1:"), "{attempt}: {said}");
    }
}

/// Functions that compile and must not be linked: the name of each, an item of it, what its handler does first, and what the linker says to it.
const NOT_LINKED: [(&str, &str, &str, &str); 3] = [
    (
        "record",
        "#[used]\n#[unsafe(link_section = \".handlers.z\")]\nstatic STRAY: u64 = 1;",
        "",
        "ERROR(handlers): .handlers is no whole number of records",
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
        // SAFETY, for the record: it is never linked, let alone run.
        "if unsafe { getauxval(6) } == 0 { return String::new(); }",
        "ERROR(a dependency): it calls a function of libc that needs musl's own start",
    ),
];

/// What each linker says to all of them together.
static REFUSALS: LazyLock<[String; 2]> = LazyLock::new(|| {
    let source = |(name, item, first, _): (&str, &str, &str, _)| {
        let handler = format!("pub fn lambda_handler(event: &str) -> String {{ {first} event.to_string() }}");
        (format!("{name}.rs"), format!("#![allow(unsafe_code)]\n{item}\n{handler}\n"))
    };
    let files = NOT_LINKED.map(source);
    let files = files.each_ref().map(|(name, text)| (name.as_str(), text.as_str()));
    ["bfd", "lld"].map(|linker| complaint(&files, &[], &[("RUCHY_LAMBDA_LD", linker)]))
});

fn assert_not_linked(name: &str) {
    let (_, _, _, fault) = NOT_LINKED.iter().find(|row| row.0 == name).unwrap();
    REFUSALS.iter().for_each(|refusal| assert_says(refusal, &[fault]));
}

#[test]
fn nothing_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let object = folder.path().join("empty.o");
    let compiled = Command::new("cc").args(["-x", "c", "-c", "/dev/null", "-o"]).arg(&object).status().unwrap();
    assert!(compiled.success());
    let linked = Command::new("ld.bfd").arg("-T").arg(root().join("linker/bootstrap.ld")).arg(&object).output().unwrap();
    let said = String::from_utf8_lossy(&linked.stderr).into_owned();
    assert_says(&said, &["ERROR(handlers): no handlers linked", "ERROR(libc): no __init_tp"]);
}

#[test]
fn something_else_among_the_records() {
    assert_not_linked("record");
}

#[test]
fn thread_local_storage() {
    assert_not_linked("thread_local");
}

#[test]
fn a_function_of_libc_that_needs_its_start() {
    assert_not_linked("libc");
}

#[test]
fn a_source_that_does_not_parse() {
    let source = "// fine\npub fun a() -> i32 {\n    1\n}\n\npub fun lambda_handler(event: &str) -> String {\n    let x = = 3\n    event.to_string()\n}\n\npub fun b() -> i32 {\n    2\n}\n";
    let said = refusal(&[("a.ruchy", source)], &[]);
    assert_says(&said, &["expected a value, found `=`", "--> FUNCTIONS/a.ruchy:7:13", "let x = = 3"]);
    let unclosed = "pub fun lambda_handler(event: &str) -> String {\n    event.to_string()\n";
    assert_says(&refusal(&[("a.ruchy", unclosed)], &[]), &["this `{` is not closed", "--> FUNCTIONS/a.ruchy:1:47"]);
}

#[test]
fn a_hook_that_is_not_public() {
    let source = "pub fn lambda_handler(event: &str) -> String {\n    event.to_string()\n}\nfn on_terminate() {}\n";
    assert_says(&refusal(&[("a.rs", source)], &[]), &["FUNCTIONS/a.rs: `on_terminate` is a hook, and is never called unless it is `pub`."]);
    let source = source.replace("fn ", "fun ");
    assert_says(
        &refusal(&[("a.ruchy", &source)], &[]),
        &["`on_terminate` is a hook, and is never called unless it is `pub`", "--> FUNCTIONS/a.ruchy:4:5"],
    );
}
