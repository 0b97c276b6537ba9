//! The lists of what the crates `events`, `aws` and `outbound` declare are those of their sources.

use ruchy::names::libraries::{AWS, EVENTS, OUTBOUND};
use ruchy::types::table;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The names that a file declares as `pub`, or re-exports.
fn declared(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut names = BTreeSet::new();
    for line in text.lines() {
        if let Some(reexport) = line.strip_prefix("pub use ") {
            let path = reexport.trim_end_matches(';');
            let last = path.rsplit("::").next().unwrap_or_default();
            match path.split_once('{') {
                Some((_, all)) => names.extend(all.trim_end_matches('}').split(',').map(|name| name.trim().to_owned())),
                None => drop(names.insert(last.rsplit(" as ").next().unwrap_or(last).to_owned())),
            }
            continue;
        }
        for kind in ["pub struct ", "pub enum ", "pub trait ", "pub const ", "pub fn ", "pub type ", "pub mod "] {
            if let Some(rest) = line.strip_prefix(kind) {
                names.insert(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
            }
        }
    }
    names
}

#[test]
fn the_list_of_events_is_that_of_the_crate() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../handlers/events");
    let file = |module: &str| -> PathBuf {
        match module {
            "" => folder.join("lib.rs"),
            "json" => folder.join("json/lib.rs"),
            _ => folder.join(module).with_extension("rs"),
        }
    };
    let modules: BTreeSet<String> = EVENTS.iter().map(|(module, _)| (*module).to_owned()).filter(|module| !module.is_empty()).collect();
    for (module, items) in EVENTS {
        let mut expected = declared(&file(module));
        if module.is_empty() {
            assert!(expected.is_superset(&modules), "a module is not one of the crate: {modules:?}, {expected:?}");
            expected.retain(|name| !modules.contains(name));
        }
        if *module == "typed" {
            expected.insert("Typed".to_owned());
        }
        let listed: BTreeSet<String> = items.iter().map(|item| (*item).to_owned()).collect();
        assert_eq!(listed, expected, "events::{module}");
    }
}

#[test]
fn the_lists_of_aws_and_outbound_are_those_of_the_crates() {
    for (krate, list) in [("aws", AWS), ("outbound", OUTBOUND)] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../handlers").join(krate);
        let modules: BTreeSet<String> = list.iter().map(|(module, _)| (*module).to_owned()).filter(|module| !module.is_empty()).collect();
        // A module without a list is one that few functions name.
        for (module, items) in list.iter().filter(|(module, items)| module.is_empty() || !items.is_empty()) {
            let file = if module.is_empty() { folder.join("lib.rs") } else { folder.join(module).with_extension("rs") };
            let mut expected = declared(&file);
            if module.is_empty() {
                assert!(expected.is_superset(&modules), "a module is not one of {krate}: {modules:?}, {expected:?}");
                expected.retain(|name| !modules.contains(name));
            }
            let listed: BTreeSet<String> = items.iter().map(|item| (*item).to_owned()).collect();
            assert_eq!(listed, expected, "{krate}::{module}");
        }
    }
}

/// The names of the `pub` methods and functions that the `impl` blocks of a file, or of the files of a folder, have.
fn methods(file: &Path) -> BTreeSet<String> {
    if file.is_dir() {
        return std::fs::read_dir(file).unwrap().flat_map(|entry| methods(&entry.unwrap().path())).collect();
    }
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let name = |rest: &str| rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    text.lines().filter_map(|line| line.strip_prefix("    pub fn ")).map(name).collect()
}

#[test]
fn the_methods_of_aws_and_outbound_are_those_of_the_crates() {
    let files = [
        ("aws/dynamodb", &["aws::dynamodb::Table", "aws::dynamodb::Selection", "aws::dynamodb::Write"][..], &["clone"][..]),
        ("aws/s3.rs", &["aws::s3::Bucket"], &[]),
        ("aws/error.rs", &["aws::Error"], &["into", "to_string"]),
        ("outbound/error.rs", &["outbound::Error"], &["to_string"]),
        ("outbound/request.rs", &["outbound::Request"], &[]),
        ("outbound/response.rs", &["outbound::Response"], &[]),
    ];
    // Functions that make values for other crates of this repository, or fill buffers, which only Rust does.
    let internal = ["new", "with_opener", "error_type", "send_from"];
    for (file, sections, derived) in files {
        let declared = methods(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../handlers").join(file));
        let listed: BTreeSet<String> =
            sections.iter().flat_map(|section| table::sections()[*section].methods()).map(|method| method.name.to_owned()).collect();
        let unknown: Vec<&String> = listed.iter().filter(|name| !declared.contains(*name) && !derived.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "methods.txt has methods that {file} does not declare: {unknown:?}");
        let missing: Vec<&String> = declared.iter().filter(|name| !listed.contains(*name) && !internal.contains(&name.as_str())).collect();
        assert!(missing.is_empty(), "methods.txt lacks methods that {file} declares: {missing:?}");
    }
}

/// The text of all sources in a folder.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.extension() {
            Some(extension) if extension == "rs" => std::fs::read_to_string(&path).unwrap(),
            _ if path.is_dir() => sources(&path),
            _ => String::new(),
        })
        .collect()
}

#[test]
fn the_methods_of_events_are_declared_by_the_crate() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../handlers/events");
    let all = sources(&folder);
    let of_routes = std::fs::read_to_string(folder.join("http/route.rs")).unwrap();
    let mut checked = 0;
    for (head, section) in table::sections().iter().filter(|(head, _)| head.starts_with("events::")) {
        let text = if *head == "events::http::Route" { &of_routes } else { &all };
        for method in section.methods().filter(|method| method.template.is_none() && !["clone", "to_string"].contains(&method.name)) {
            let name = method.name.trim_start_matches('.');
            // A field, a function, or one of a macro that declares several: `get "GET"`.
            let forms = [format!("pub {name}: "), format!("fn {name}("), format!("fn {name}<"), format!("{name} \"")];
            assert!(forms.iter().any(|form| text.contains(form)), "methods.txt has {head}::{name}, which the crate does not declare");
            checked += 1;
        }
    }
    assert!(checked > 80, "{checked}");
}

/// The `pub` fields of the struct `name` in a file.
fn fields(file: &Path, name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines = text.lines().skip_while(|line| *line != format!("pub struct {name} {{")).take_while(|line| *line != "}");
    lines.filter_map(|line| line.strip_prefix("    pub ")?.split_once(':')).map(|(field, _)| field.to_owned()).collect()
}

#[test]
fn the_fields_of_pages_are_those_of_the_crate() {
    for (file, section) in [("aws/dynamodb/selection.rs", "aws::dynamodb::Page"), ("aws/s3.rs", "aws::s3::Page")] {
        let declared = fields(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../handlers").join(file), "Page");
        let listed: BTreeSet<String> = table::sections()
            .get(section)
            .into_iter()
            .flat_map(table::Section::methods)
            .map(|field| field.name.trim_start_matches('.').to_owned())
            .collect();
        assert!(!declared.is_empty(), "{file} has no struct `Page` with fields");
        assert_eq!(listed, declared, "{section}");
    }
}
