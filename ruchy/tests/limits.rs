//! No input makes the parser panic, hang or use more than memory in proportion; each kind of bad file gets its diagnostic.

mod support;

use ruchy::diagnostic::{Code, DIAGNOSTICS_MAX, render};
use ruchy::modules::{Parse, parse, parse_text};
use ruchy::parser::parse_file;
use ruchy::print::canonical;
use ruchy::source::Source;
use ruchy::span::FileId;
use ruchy::stack::with_deep_stack;
use ruchy::tree::check::check;
use std::io;
use std::path::Path;

/// How often the parser may look at tokens, for each token: some decisions look at a few tokens ahead.
const STEPS_PER_TOKEN: u64 = 40;

fn codes(parsed: &Parse) -> Vec<Code> {
    parsed.diagnostics.sorted().iter().map(|diagnostic| diagnostic.code).collect()
}

/// Reads a file of any bytes.
fn parse_bytes(bytes: &[u8]) -> Parse {
    let mut loader = |path: &Path| -> io::Result<Option<Vec<u8>>> { Ok((path == Path::new("bytes.ruchy")).then(|| bytes.to_vec())) };
    parse(Path::new("bytes.ruchy"), &mut loader)
}

/// Reads a text, checks its tree, and returns the steps for each token.
fn check_text(text: &str) -> u64 {
    with_deep_stack(|| {
        let source = Source::new(FileId(0), "text.ruchy", text);
        let mut nodes = 0;
        let parsed = parse_file(&source, &mut nodes);
        if let Err(fault) = check(&parsed.body, &source, nodes) {
            panic!("{fault}\n{}", text.chars().take(2000).collect::<String>());
        }
        parsed.steps / parsed.tokens as u64
    })
}

/// Checks the prefixes of the programs whose length leaves `remainder` divided by `divisor`.
fn check_prefixes(divisor: usize, remainder: usize) {
    for path in support::programs() {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (length, _) in text.char_indices().filter(|(length, _)| length % divisor == remainder) {
            check_text(&text[..length]);
        }
    }
}

#[test]
fn prefixes_of_programs_are_read() {
    check_prefixes(17, 5);
}

#[test]
#[ignore = "a minute: every prefix of every program"]
fn every_prefix_of_every_program_is_read() {
    check_prefixes(1, 0);
}

#[test]
fn programs_have_valid_trees() {
    for path in support::programs() {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let steps = check_text(&text);
        assert!(steps <= STEPS_PER_TOKEN, "{}: {steps} steps for each token", path.display());
    }
}

/// Inputs that nest, or look as if, repeated so many times.
fn nested(count: usize) -> Vec<(&'static str, String)> {
    let around =
        |before: &str, open: &str, middle: &str, close: &str| format!("{before}{}{middle}{}", open.repeat(count), close.repeat(count));
    vec![
        ("parentheses", around("fun f() { let x = ", "(", "1", ")") + " }"),
        ("open parentheses", around("fun f() { let x = ", "(", "1", "")),
        ("blocks", around("", "{", "1", "}")),
        ("open blocks", around("", "{", "", "")),
        ("functions", around("", "fun f() {\n", "1", "\n}")),
        ("lists", around("let x = ", "[", "1", "]")),
        ("open lists", around("let x = ", "[1, ", "1", "")),
        ("objects", around("let x = ", "{ a: ", "1", " }")),
        ("open objects", around("let x = ", "{ a: ", "1", "")),
        ("sums", around("let x = 1", " + 1", "", "")),
        ("powers", around("let x = 1", " ** 1", "", "")),
        ("assignments", around("x", " = x", "", "")),
        ("ternaries", around("let x = a", " ? a : a", "", "")),
        ("open ternaries", around("let x = a", " ? a", "", "")),
        ("method calls", around("let x = a", ".b()", "", "")),
        ("calls", around("let x = a", "()", "", "")),
        ("questions", around("let x = a", "?", "", "")),
        ("casts", around("let x = a", " as i64", "", "")),
        ("types", around("let x: ", "Vec<", "i64", ">")),
        ("open types", around("let x: ", "Vec<", "i64", "")),
        ("references", around("let x = ", "&", "a", "")),
        ("negations", around("let x = ", "-!", "a", "")),
        ("f-strings", around("let x = ", "f\"{", "a", "}\"")),
        ("open f-strings", around("let x = ", "f\"{", "a", "")),
        ("patterns", around("let ", "Some(", "a", ")") + " = 1"),
        ("open patterns", around("let ", "Some(", "a", "")),
        ("reference patterns", around("let ", "&", "a = 1", "")),
        ("else if", around("if a { }", " else if a { }", "", "")),
        ("closures", around("let x = ", "|a| ", "1", "")),
        ("arrows", around("let x = ", "a => ", "1", "")),
        ("blocks in closures", around("let x = ", "f(|a| { match a { 1 => [a, ", "1", "] } })")),
        ("open blocks in closures", around("let x = ", "f(|a| { match a { 1 => [a, ", "1", "")),
        ("modules", around("", "mod a { ", "", " }")),
        ("open modules", around("", "mod a { ", "", "")),
        ("uses", around("use ", "a::{", "b", "}")),
        ("comments", around("", "/*", "", "*/")),
        ("open comments", around("", "/*", "", "")),
        ("let in", around("let x = ", "let y = 1 in ", "y", "")),
        ("returns", around("", "return ", "1", "")),
        ("conditions", around("", "if { ", "a", " }")),
        ("spreads", around("let x = [", "...", "a", "]")),
        ("labels", around("", "'a: ", "loop { }", "")),
    ]
}

#[test]
fn ten_thousand_levels_are_one_error() {
    for (name, text) in nested(10_000) {
        let parsed = parse_text("nested.ruchy", &text);
        let codes = codes(&parsed);
        let too_deep = codes.iter().filter(|&&code| code == Code::TooDeep).count();
        let may_be_flat =
            ["comments", "open comments", "open f-strings", "spreads", "labels", "conditions", "open ternaries", "questions", "sums"];
        assert!(too_deep == 1 || may_be_flat.contains(&name) && too_deep <= 1, "{name}: {codes:?}");
        assert!(codes.len() <= 3, "{name}: {codes:?}");
    }
}

#[test]
fn levels_below_the_limit_are_read() {
    for (name, text) in nested(30) {
        let codes = codes(&parse_text("nested.ruchy", &text));
        assert!(!codes.contains(&Code::TooDeep), "{name}: {codes:?}");
    }
}

/// The deepest trees that are read go through all passes on the stack of a test's thread.
#[test]
fn deepest_programs_are_compiled() {
    for index in 0..nested(1).len() {
        let program = |count: usize| nested(count).swap_remove(index).1;
        let is_read = |count: usize| !codes(&parse_text("deep.ruchy", &program(count))).contains(&Code::TooDeep);
        let (mut read, mut refused) = (1, 1000);
        while refused - read > 1 {
            let middle = usize::midpoint(read, refused);
            if is_read(middle) { read = middle } else { refused = middle }
        }
        let text = program(read);
        let mut loader =
            |path: &Path| -> io::Result<Option<Vec<u8>>> { Ok((path == Path::new("deep.ruchy")).then(|| text.clone().into_bytes())) };
        let compiled = ruchy::compile(Path::new("deep.ruchy"), &mut loader);
        assert!(compiled.diagnostics.iter().count() <= DIAGNOSTICS_MAX);
    }
}

/// Compiles a text, and returns the codes of what is wrong with it.
fn compile_text(text: &str) -> Vec<Code> {
    let mut loader = |path: &Path| -> io::Result<Option<Vec<u8>>> { Ok((path == Path::new("a.ruchy")).then(|| text.as_bytes().to_vec())) };
    let compiled = ruchy::compile(Path::new("a.ruchy"), &mut loader);
    compiled.diagnostics.sorted().iter().map(|diagnostic| diagnostic.code).collect()
}

/// Programs without mistakes whose constructs nest, or follow each other. A pass that visits a part twice at each level would not end.
#[test]
fn nested_programs_without_mistakes_are_compiled() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>().concat();
    let nest = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(80), close.repeat(80));
    let in_main = |body: String| format!("fun main() {{\n{body}\n}}\n");
    let programs = [
        ("for", in_main(format!("let mut n = 0\n{}\nprintln(n)", nest("for i in 0..2 {\n", "n += 1\n", "}\n")))),
        ("while", in_main(format!("let mut n = 0\n{}\nprintln(n)", nest("while n < 5 {\n", "n += 1\n", "}\n")))),
        ("if", in_main(format!("let n = 1\nlet x = {}\nprintln(x)", nest("if n > 0 { ", "1", " } else { 2 }")))),
        ("match", in_main(format!("let n = 1\nlet x = {}\nprintln(x)", nest("match n { 1 => 1, _ => ", "2", " }")))),
        ("try", in_main(nest("try { ", "println(1)", " } catch e { println(e) }"))),
        ("closures", in_main(format!("let f = {}\nprintln(1)", nest("|a: i64| ", "a", "")))),
        ("calls", format!("fun id<T>(a: T) -> T {{ a }}\n{}", in_main(format!("println({})", nest("id(", "1", ")"))))),
        ("options", in_main(format!("let x = {}\nprintln(1)", nest("Some(", "1", ")")))),
        ("lists", in_main(format!("let x = {}\nprintln(1)", nest("[", "1", "]")))),
        ("adapters", in_main(format!("let v = [1]\nprintln(v.iter(){}.sum::<i64>())", ".map(|a| a + 1)".repeat(100)))),
        ("else if", in_main(format!("let n = 1\nif n == 0 {{ }}{}", " else if n == 1 { }".repeat(150)))),
        ("long list", in_main(format!("let v = [{}]\nprintln(v.len())", lines(20_000, &|index| format!("{index}, "))))),
        ("long list of text", in_main(format!("let v = [{}]\nprintln(v.len())", lines(20_000, &|index| format!("\"{index}\", "))))),
        ("arms", in_main(format!("let n = 1\nmatch n {{\n{}_ => {{}}\n}}", lines(3_000, &|index| format!("{index} => {{}}\n"))))),
        ("lets", in_main(lines(3_000, &|index| format!("let a{index} = {index}\n")))),
        (
            "structs",
            lines(40, &|index| format!("struct S{} {{ a: S{index}, b: S{index} }}\n", index + 1)) + "struct S0 { }\nfun main() { }\n",
        ),
        (
            "functions",
            lines(2_000, &|index| format!("fun f{index}(n: i64) -> i64 {{ f{}(n) }}\n", index + 1))
                + "fun f2000(n: i64) -> i64 { n }\nfun main() { }\n",
        ),
    ];
    for (name, text) in programs {
        assert_eq!(compile_text(&text), [], "{name}");
    }
}

#[test]
fn types_have_a_largest_size() {
    let doubled: Vec<String> = (0..40).map(|index| format!("let a{} = (a{index}, a{index})\n", index + 1)).collect();
    let doubled = doubled.concat();
    assert!(compile_text(&format!("fun main() {{\nlet a0 = (1, 2)\n{doubled}println(1)\n}}\n")).contains(&Code::TooDeep));
    let calls = format!("fun pair<T>(a: T) -> (T, T) {{ (a, a) }}\nfun main() {{ let x = {}1{} }}\n", "pair(".repeat(40), ")".repeat(40));
    assert!(compile_text(&calls).contains(&Code::TooDeep));
}

#[test]
fn work_is_proportional_to_the_input() {
    let mut inputs = nested(5_000);
    let repeated = [
        "a",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        "(]",
        "{)",
        "\"",
        "'",
        "`",
        "\\",
        "#",
        "# ",
        "|",
        "=>",
        "a =>",
        "a:",
        "'a",
        "'a:",
        "f\"",
        "f\"{",
        "r#",
        "r#\"",
        "b'",
        "/*",
        "*/",
        "//",
        "/**/",
        "1",
        "1.",
        "1e",
        "0x",
        ".",
        "..",
        "?",
        "::",
        ";",
        ",",
        "\n",
        "\r\n",
        "\t",
        " ",
        "é",
        "“",
        "“a",
        "\u{0}",
        "\\u{",
        "\"\\u{",
        "if ",
        "else ",
        "match x { ",
        "match x { 1 => ",
        "fun ",
        "fun f",
        "fun f(",
        "struct A { ",
        "impl ",
        "let ",
        "let x = ",
        "try { ",
        "for ",
        "x\n(",
        "a ? ",
        "catch (",
        "@",
        "$",
        "a.",
        "a(b",
        "a[b",
        "x {",
        "x { a: ",
        "pub ",
        "use a::{",
        "#[",
        "#![",
        "mod a;",
        "'\\'",
        "'\\",
        "return\n",
        "a\n-",
        "a\n  -",
        "{{ a, ",
    ];
    inputs.extend(repeated.map(|part| (part, part.repeat(5_000))));
    for (name, text) in inputs {
        let steps = check_text(&text);
        assert!(steps <= STEPS_PER_TOKEN, "{name:?}: {steps} steps for each token");
    }
}

#[test]
fn ten_megabytes_are_read() {
    let code = "let total = price * (quantity as f64) + list[0].cost(tax, |rate| rate * 2.0)";
    let line = format!("{code} // {}\n", "a comment ".repeat(40));
    let text = format!("fun f() {{\n{}}}\n", line.repeat(10_000_000 / line.len() + 1));
    assert!(text.len() > 10_000_000);
    assert!(check_text(&text) <= STEPS_PER_TOKEN);
}

#[test]
fn line_endings_of_windows_and_a_byte_order_mark_change_nothing() {
    for path in support::programs().iter().step_by(5) {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n");
        if text.contains("\"\"\"") || text.contains(" of\n ") {
            continue;
        }
        let unix = parse_text("a.ruchy", &text);
        let windows = parse_text("a.ruchy", &format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert_eq!(canonical(&unix.program.body), canonical(&windows.program.body).replace("\\r\\n", "\\n"), "{}", path.display());
    }
}

#[test]
fn a_byte_order_mark_does_not_move_columns() {
    let parsed = parse_bytes("\u{feff}let = 1\r\nlet x = )\r\n".as_bytes());
    let places: Vec<_> =
        parsed.diagnostics.sorted().iter().map(|error| parsed.sources.get(error.span.file).position(error.span.start)).collect();
    let places: Vec<_> = places.iter().map(|position| (position.line, position.column)).collect();
    assert_eq!(places, [(1, 5), (2, 9)]);
}

#[test]
fn bytes_that_are_not_utf8_are_reported_at_their_place() {
    let parsed = parse_bytes(b"let x = 1\nlet y = \"gr\xfc\xdfe\"\n");
    let error = parsed.diagnostics.sorted()[0];
    assert_eq!(codes(&parsed), [Code::NotUtf8]);
    let text = render(error, &parsed.sources);
    assert!(text.contains("bytes.ruchy:2:12") && text.contains("0xfc"), "{text}");
}

#[test]
fn files_without_a_program_are_read() {
    for text in ["", "\n", "\u{feff}", "// only a comment", "/* only a comment */", "#!/usr/bin/env ruchy", "\u{0}", " \t\r\n"] {
        let parsed = parse_text("empty.ruchy", text);
        assert!(parsed.diagnostics.iter().count() <= 1, "{text:?}");
    }
}

#[test]
fn files_that_cannot_be_read_are_reported() {
    let mut missing = |_: &Path| -> io::Result<Option<Vec<u8>>> { Ok(None) };
    assert_eq!(codes(&parse(Path::new("missing.ruchy"), &mut missing)), [Code::UnreadableFile]);
    let mut denied = |_: &Path| -> io::Result<Option<Vec<u8>>> { Err(io::ErrorKind::PermissionDenied.into()) };
    assert_eq!(codes(&parse(Path::new("denied.ruchy"), &mut denied)), [Code::UnreadableFile]);
}
