//! Diagnostics as users see them. `tests/rendering/NAME.ruchy` has mistakes, and `NAME.stderr` all that is printed of them:
//! `RUCHY_ACCEPT=1 cargo test -p ruchy-compiler --test diagnostics` writes it.

use ruchy::compile;
use ruchy::diagnostic::{Code, DIAGNOSTICS_MAX, json_line, render};
use ruchy::modules::{Parse, parse, parse_text};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

fn rendered(parsed: &Parse) -> String {
    parsed.diagnostics.sorted().iter().map(|diagnostic| render(diagnostic, &parsed.sources) + "\n").collect()
}

#[test]
fn mistakes_are_rendered_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendering");
    let accepts = std::env::var_os("RUCHY_ACCEPT").is_some();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).expect("the folder exists").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ruchy"));
    files.sort();
    assert!(files.len() >= 50);
    let mut different = String::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file).expect("the file can be read");
        let compiled = compile(Path::new(&name), &mut |path: &Path| Ok((path == Path::new(&name)).then(|| bytes.clone())));
        assert!(compiled.rust.is_none(), "{name} is accepted");
        let actual: String = compiled.diagnostics.sorted().iter().map(|diagnostic| render(diagnostic, &compiled.sources) + "\n").collect();
        let recorded = file.with_extension("stderr");
        if accepts {
            std::fs::write(&recorded, &actual).expect("the record can be written");
        } else if std::fs::read_to_string(&recorded).unwrap_or_default() != actual {
            different.extend([&name, " is now\n", &actual, "\n"]);
        }
    }
    assert!(different.is_empty(), "{different}");
}

#[test]
fn json_lines_have_the_fields_of_rustc() {
    let parsed = parse_text("a.ruchy", "fun f() {\n    let x = [1, \"é\" 2]\n}\n");
    let diagnostics = parsed.diagnostics.sorted();
    let line: serde_json::Value = serde_json::from_str(&json_line(diagnostics[0], &parsed.sources)).expect("a line of JSON");
    assert_eq!(line["$message_type"], "diagnostic");
    assert_eq!(line["level"], "error");
    assert_eq!(line["code"]["code"], "E0110");
    assert_eq!(line["message"], "expected `]` or `,`, found `2`");
    assert_eq!(line["rendered"], render(diagnostics[0], &parsed.sources));
    let span = &line["spans"][0];
    let place = ["line_start", "column_start", "line_end", "column_end", "byte_start", "byte_end"].map(|field| span[field].as_u64());
    assert_eq!(place, [2, 21, 2, 22, 31, 32].map(Some));
    assert_eq!((&span["file_name"], &span["is_primary"]), (&"a.ruchy".into(), &true.into()));
    assert_eq!(span["text"][0]["text"], "    let x = [1, \"é\" 2]");
    let note = &line["children"][0];
    assert_eq!((&note["level"], &note["spans"][0]["column_start"]), (&"note".into(), &13.into()));
}

#[test]
fn json_lines_suggest_replacements() {
    let source = "fun main() {\n    let total = 1;\n    println(totl);\n}\n";
    let compiled = compile(Path::new("a.ruchy"), &mut |path: &Path| Ok((path == Path::new("a.ruchy")).then(|| source.as_bytes().to_vec())));
    let diagnostics = compiled.diagnostics.sorted();
    let line: serde_json::Value = serde_json::from_str(&json_line(diagnostics[0], &compiled.sources)).expect("a line of JSON");
    assert_eq!(line["code"]["code"], "E0201");
    let help = &line["children"][0];
    assert_eq!((&help["level"], &help["message"]), (&"help".into(), &"did you mean `total`?".into()));
    let span = &help["spans"][0];
    assert_eq!((&span["suggested_replacement"], &span["suggestion_applicability"]), (&"total".into(), &"MaybeIncorrect".into()));
    let place = ["line_start", "column_start", "line_end", "column_end"].map(|field| span[field].as_u64());
    assert_eq!(place, [3, 13, 3, 17].map(Some));
}

#[test]
fn codes_have_numbers_and_explanations_of_their_own() {
    let numbers: BTreeSet<&str> = Code::ALL.iter().map(|code| code.number()).collect();
    assert_eq!(numbers.len(), Code::ALL.len(), "a number is used twice");
    for code in Code::ALL {
        assert!(code.number().len() == 5 && code.number().starts_with('E'), "{code}");
        assert!(!code.title().is_empty() && code.explanation().len() > 20, "{code}");
        assert!(code.explanation().lines().all(|line| line.chars().count() <= 200), "{code} has a line that is too long");
    }
}

#[test]
fn diagnostics_are_limited() {
    let parsed = parse_text("a.ruchy", &"let = 1\n".repeat(1000));
    assert_eq!((parsed.diagnostics.iter().count(), parsed.diagnostics.omitted), (DIAGNOSTICS_MAX, 1000 - DIAGNOSTICS_MAX));
}

/// A program of several files.
fn parse_files(files: &[(&str, &str)]) -> Parse {
    let files: BTreeMap<&Path, &str> = files.iter().map(|&(name, text)| (Path::new(name), text)).collect();
    let mut loader = |path: &Path| -> io::Result<Option<Vec<u8>>> { Ok(files.get(path).map(|text| text.as_bytes().to_vec())) };
    parse(Path::new("functions/main.ruchy"), &mut loader)
}

#[test]
fn modules_are_read_from_files() {
    let parsed = parse_files(&[
        ("functions/main.ruchy", "mod tax;\nmod shapes\nmod inner { mod deep; }\nfun main() { }\n"),
        ("functions/tax.ruchy", "pub fun with_tax(net: f64) -> f64 { net * 1.19 }\nmod rates;\n"),
        ("functions/tax/rates.ruchy", "pub const RATE = 0.19\n"),
        ("functions/shapes/mod.ruchy", "pub fun area(r: f64) -> f64 { r * r }\nmod circle;\n"),
        ("functions/shapes/circle.ruchy", "pub fun f() { }\n"),
        ("functions/inner/deep.ruchy", "pub fun g() { let = 1 }\n"),
    ]);
    let names: Vec<&str> = parsed.sources.iter().map(|source| source.name.as_str()).collect();
    let expected = ["main.ruchy", "tax.ruchy", "tax/rates.ruchy", "shapes/mod.ruchy", "shapes/circle.ruchy", "inner/deep.ruchy"];
    assert_eq!(names, expected.map(|name| format!("functions/{name}")));
    assert!(rendered(&parsed).contains("--> functions/inner/deep.ruchy:1:19"), "{}", rendered(&parsed));
}

#[test]
fn files_of_modules_that_are_wrong_are_reported() {
    let missing = rendered(&parse_files(&[("functions/main.ruchy", "mod tax;\n")]));
    assert!(missing.contains("E0123") && missing.contains("functions/tax.ruchy") && missing.contains("main.ruchy:1:1"), "{missing}");
    let twice =
        rendered(&parse_files(&[("functions/main.ruchy", "mod tax;\n"), ("functions/tax.ruchy", ""), ("functions/tax/mod.ruchy", "")]));
    assert!(twice.contains("two files"), "{twice}");
    let mut endless = |_: &Path| -> io::Result<Option<Vec<u8>>> { Ok(Some(b"mod a;".to_vec())) };
    let parsed = parse(Path::new("main.ruchy"), &mut endless);
    assert!(rendered(&parsed).contains("E0123"));
    let mut loop_of_links = |path: &Path| -> io::Result<Option<Vec<u8>>> { Ok((!path.ends_with("mod.ruchy")).then(|| b"mod a;".to_vec())) };
    let parsed = parse(Path::new("main.ruchy"), &mut loop_of_links);
    assert!(rendered(&parsed).contains("files deep"), "{}", rendered(&parsed));
}
