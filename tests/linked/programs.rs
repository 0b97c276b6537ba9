//! Programs in Ruchy that the compiler once mistranslated, in the linked file.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::RuntimeApi;

#[test]
fn programs_once_mistranslated_answer_correctly() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "programs_ruchy");
    for (event, answer) in [
        ("fields", "8 4 none"),
        ("one letter", "16"),
        // `seen` holds 0 and 3; `call_count` is 2, 4, and 5 + 5.
        ("globals", "2 2 10 10 3"),
        ("globals", "4 4 50 50 3"),
    ] {
        assert_eq!(connection.invoke("id", event.as_bytes()).text(), answer, "{event}");
    }
    connection.next();
    function.terminate();
    assert_eq!(function.end().output, "8\n");
}

#[test]
fn panics_and_overflows_name_the_line() {
    for (event, message, place) in [
        ("panic", "it is", "tests/functions/programs_ruchy.ruchy:52:"),
        ("overflow", "attempt to multiply with overflow", "tests/functions/programs_ruchy.ruchy:47:"),
    ] {
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&MISBEHAVING, "programs_ruchy");
        let post = connection.invoke("id", event.as_bytes());
        assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.Panic"), "{event}");
        let body = post.json();
        assert_eq!(body["errorMessage"], message);
        assert!(body["stackTrace"][0].as_str().unwrap().contains(place), "{body}");
        assert_eq!(function.end().status.code(), Some(2));
    }
}

#[test]
fn modules_in_files_and_a_hook_on_the_first_line_are_linked() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "shares_ruchy");
    assert_eq!(connection.invoke("id", b"four").text(), "47");
    connection.next();
    function.terminate();
    assert_eq!(function.end().output, "14 at 19 %\n");
}
