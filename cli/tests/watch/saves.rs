//! Saves: what is built again, and what is not.

use crate::server::{Place, SOURCE, Watch, wait};
use std::fs;

#[test]
fn watch_builds_again_what_was_saved_and_only_that() {
    let watch = Watch::start(&["a", "b"], &[]);
    assert_eq!((watch.invoke("a", "1"), watch.invoke("a", "2"), watch.invoke("b", "1")), ("1 1".into(), "2 2".into(), "1 1".into()));
    assert_eq!(watch.linked(), "a\nb\n");
    // The same text, and files of editors.
    watch.save("a", SOURCE);
    fs::write(watch.path("handlers/functions/a.rs~"), "broken").unwrap();
    watch.save("b", &format!("{SOURCE}\n"));
    wait("b is built again", || watch.linked() == "a\nb\nb\n");
    assert_eq!((watch.invoke("a", "3"), watch.invoke("b", "2")), ("3 3".into(), "1 2".into()));
    // A source that does not compile is reported until it does.
    watch.save("a", "pub fn lambda_handler(event: &str) -> &str { broken }");
    wait("a is built again", || watch.linked() == "a\nb\nb\na\n");
    let failed = watch.invoke("a", "4");
    assert!(failed.contains("Runtime.NotBuilt") && failed.contains("handlers/functions/a.rs:"), "{failed}");
    let (head, body) = watch.get("/a/x");
    assert_eq!(head[0], "http/1.1 502 bad gateway");
    assert!(String::from_utf8_lossy(&body).contains("broken"));
    assert_eq!(watch.invoke("b", "3"), "2 3");
    watch.save("a", SOURCE);
    wait("a is built again", || watch.linked() == "a\nb\nb\na\na\n");
    assert_eq!(watch.invoke("a", "5"), "1 5");
    // A new function, and one that is gone.
    watch.save("c", SOURCE);
    wait("c is built", || watch.linked().ends_with("a\nc\n"));
    assert_eq!(watch.invoke("c", "1"), "1 1");
    fs::remove_file(watch.path("handlers/functions/b.rs")).unwrap();
    wait("b is gone", || watch.invoke("b", "4").contains("Function not found: b"));
}

/// Notes what it is asked for.
const LINK: &str = "echo $name >> linked\n";
const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nhelper = { path = \"helper\" }\n\n\
                        [package.metadata.ruchy-lambda]\n";

#[test]
fn watch_reloads_a_function_when_any_file_of_it_is_saved() {
    let place = Place::new(LINK);
    place.write("Cargo.toml", MANIFEST);
    place.write("src/lib.rs", "mod inner;\npub fn one() -> u32 { 1 }\n");
    place.write("src/inner.rs", "");
    place.write("helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    place.write("helper/src/lib.rs", "#![no_std]\n");
    place.write("functions/a/main.rs", &format!("mod part;\n{SOURCE}\n// {{}}: shop::one helper include_str\n"));
    place.write("functions/a/part.rs", "");
    place.write("functions/b.rs", SOURCE);
    place.write("text.txt", "one");
    place.write("variables.env", "MINE=1\n");
    // The files that a build would report as read.
    let read = ["text.txt", "helper/src/lib.rs"].map(|file| place.path(file).display().to_string());
    place.write("inputs", &read.join("\n"));
    let watch = Watch::start_in(place, &["a", "--env-file", "variables.env"]);
    let mut linked = "a\n".to_owned();
    let variables = |event: &str| watch.invoke("a", event).rsplit(' ').next().unwrap().to_owned();
    assert_eq!((variables("\"variables\""), watch.linked()), ("1".to_owned(), linked.clone()));
    for (file, text) in [
        ("functions/a/main.rs", format!("mod part;\n{SOURCE}\n// shop::one helper: saved\n")),
        ("functions/a/part.rs", "// saved\n".to_owned()),
        ("src/lib.rs", "mod inner;\npub fn one() -> u32 { 2 }\n".to_owned()),
        ("src/inner.rs", "// saved\n".to_owned()),
        ("text.txt", "two".to_owned()),
        ("helper/src/lib.rs", "#![no_std]\n// saved\n".to_owned()),
        ("Cargo.toml", format!("{MANIFEST}memory = 256\n")),
        ("variables.env", "MINE=2\n".to_owned()),
    ] {
        watch.save_file(file, &text);
        linked.push_str("a\n");
        wait(file, || watch.linked() == linked);
        // The process of the new build, not of the one before.
        assert_eq!(watch.invoke("a", "7"), "1 7", "{file}");
    }
    assert_eq!(watch.invoke("a", "\"variables\""), "a 256 $LATEST :UTC 2");
    fs::write(watch.path("functions/b.rs"), "// another function\n").unwrap();
    watch.save_file("text.txt", "three");
    linked.push_str("a\n");
    wait("the last save", || watch.linked() == linked);
}
