//! Strings that functions build: equal with and without lowering, and without the formatting
//! machinery if lowered.

use crate::support::bootstrap::{MINIMAL, MISBEHAVING, build, misbehaving, root, try_build, with_twin};
use crate::support::links::messages;
use crate::support::runtime_api::RuntimeApi;
use object::{Object, ObjectSymbol};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// `formats` as the build lowers it, and unchanged.
static LOWERED: &LazyLock<PathBuf> = &MISBEHAVING;
static AS_WRITTEN: LazyLock<PathBuf> = LazyLock::new(|| {
    let functions = root().join("tests/functions");
    build(&["formats"], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap()), ("RUCHY_LAMBDA_LOWER", "0")])
});

/// Returns the answer of `formats` to `event`, and its log.
fn answer(bootstrap: &Path, event: &str) -> (String, String) {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(bootstrap, "formats");
    let post = connection.invoke("id", event.as_bytes());
    // The place of a panic is in different files: the source, and the generated one.
    let text = post.text().split(",\"stackTrace\"").next().unwrap().to_owned();
    function.terminate();
    let ended = function.end();
    (text, ended.output + &ended.error.replace("out/inlined", "functions"))
}

#[test]
fn lowered_formatting_equals_the_original() {
    assert_eq!([messages(LOWERED), messages(&AS_WRITTEN)], ["", ""]);
    let events = ["", "Ada", "return", "1", "-7", "255", "0.1", "1e21", "-1e-7", "12345678901234567890", "ü😀\u{301}", "{}\"\\\n", "inf"];
    for event in events {
        let ((lowered, its_log), (written, log)) = (answer(LOWERED, event), answer(&AS_WRITTEN, event));
        assert!(written.lines().count() > 20 || event == "return", "{event:?}: {written}");
        for (ours, theirs) in lowered.lines().zip(written.lines()) {
            assert_eq!(ours, theirs, "{event:?}");
        }
        assert_eq!((lowered, its_log), (written, log), "{event:?}");
    }
}

#[test]
fn lowered_panic_keeps_its_text_and_place() {
    let [(lowered, its_log), (written, log)] = [LOWERED, &AS_WRITTEN].map(|bootstrap| answer(bootstrap, "panic now"));
    assert!(written.contains("as asked: now 3") && log.contains("as asked: now 3") && log.contains("formats.rs:166:9"), "{written} {log}");
    assert_eq!(lowered, written);
    assert!(its_log.contains("formats.rs:166:9"), "{its_log}");
}

/// Most bytes by which a function that concatenates and prints may exceed `minimal`. 2.3 KB of them
/// pass printed JSON objects through in the JSON log format.
const CONCATENATION_BYTES_MAX: u64 = 4096;

/// Returns the functions of `core::fmt` in `twin`, a file with symbols.
fn formatting(twin: &Path) -> BTreeSet<String> {
    let bytes = fs::read(twin).unwrap();
    let names: BTreeSet<String> =
        object::File::parse(&*bytes).unwrap().symbols().filter_map(|symbol| symbol.name().ok().map(str::to_owned)).collect();
    assert!(names.iter().any(|name| name.contains("event_loop")), "the names are kept");
    // Each part of a mangled name is preceded by its length.
    names.into_iter().filter(|name| name.contains("4core3fmt")).collect()
}

#[test]
fn concatenation_links_no_formatting_machinery() {
    let functions = misbehaving();
    let link = |lower| with_twin(&["concatenates"], &[("RUCHY_LAMBDA_FUNCTIONS", &functions), ("RUCHY_LAMBDA_LOWER", lower)]);
    let ((lowered, lowered_twin), (written, written_twin)) = (link("1"), link("0"));
    assert!(formatting(&with_twin(&["minimal"], &[]).1).is_empty());
    assert_eq!(formatting(&lowered_twin), BTreeSet::new());
    assert!(formatting(&written_twin).len() > 3, "as it was written it would");

    let api = RuntimeApi::listen();
    let bytes = |out: &Path| {
        let (_function, mut connection) = api.start(out, "concatenates");
        assert_eq!(connection.invoke("id", b"12345").text(), r#"{"request":"id","bytes":5,"less":95}"#);
        fs::metadata(out).unwrap().len() - fs::metadata(&*MINIMAL).unwrap().len()
    };
    let (lowered, written) = (bytes(&lowered), bytes(&written));
    assert!(lowered <= CONCATENATION_BYTES_MAX && written > CONCATENATION_BYTES_MAX, "{lowered} and {written} bytes more than minimal");
}

/// Builds a function from this Rust. Returns the warnings, or the error.
fn building(rust: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.rs"), rust).unwrap();
    try_build(&folder.path().join("bootstrap"), &["a"], &[("RUCHY_LAMBDA_FUNCTIONS", folder.path().to_str().unwrap())])
}

#[test]
fn lowering_falls_back_to_the_original_source() {
    // A trait that gives every type a method with the name that the expansion calls.
    let item = "#![allow(unused)]\ntrait Other { fn text_of(&self) -> u8 { 1 } }\nimpl<T: ?Sized> Other for T {}\n";
    let output = building(&format!("{item}pub fn lambda_handler(event: &str) -> String {{ format!(\"{{}}!\", event) }}\n")).unwrap();
    assert!(output.contains("linked without `lower`\n"), "{output}");
}

#[test]
fn lowering_reports_errors_as_written() {
    let output = building("pub fn lambda_handler(event: &str) -> String {\n    format!(\"{}{}\", event, absent)\n}\n").unwrap_err();
    assert!(output.contains("/a.rs:2:28") && output.contains("format!(\"{}{}\", event, absent)"), "{output}");
    assert!(!output.contains("text_of"), "{output}");
}

#[test]
fn build_refuses_an_invalid_lower_switch() {
    let folder = tempfile::tempdir().unwrap();
    let output = try_build(&folder.path().join("bootstrap"), &["minimal"], &[("RUCHY_LAMBDA_LOWER", "yes")]).unwrap_err();
    assert!(output.contains("RUCHY_LAMBDA_LOWER=yes") && output.contains("from 0 to 1"), "{output}");
}
