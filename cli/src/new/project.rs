//! `ruchy-lambda new` outside of a project: creates one, an ordinary Cargo package with one
//! function.

use crate::Error;
use crate::project::{MANIFEST, SDK_LINK};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table};

/// Names that a package cannot have: crates that functions import, and those of Rust.
const RESERVED: [&str; 9] = ["alloc", "aws", "core", "events", "lambda", "outbound", "proc_macro", "std", "test"];

/// The files of a project called `name`, without its functions, by their paths in its folder.
///
/// # Errors
/// [`Error::Refused`] for a name that a package cannot have.
pub fn files(name: &str) -> Result<Vec<(PathBuf, String)>, Error> {
    let library = name.replace('-', "_");
    if RESERVED.contains(&library.as_str()) {
        return Err(Error::Refused(format!("`{name}` cannot be a project's name: functions import a crate of this name. Choose another.")));
    }
    let files = [
        (MANIFEST, manifest(name)),
        ("src/lib.rs", library_source(&library)),
        (".gitignore", ignored()),
        ("README.md", readme(name)),
        (".github/workflows/ci.yml", ci()),
    ];
    Ok(files.into_iter().map(|(path, text)| (PathBuf::from(path), text)).collect())
}

fn manifest(name: &str) -> String {
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
publish = false

# The crates of the functions. A function carries only those that it mentions. A crate has to support no_std, or the function needs `std = true` below.
[dependencies]
events = {{ path = "{SDK_LINK}/handlers/events" }}   # JSON, HTTP requests, the events of AWS services
lambda = {{ path = "{SDK_LINK}/handlers/lambda" }}   # the context, failures, streamed responses
serde = {{ version = "1", default-features = false, features = ["alloc", "derive"] }}   # structs of functions in Rust

# The configuration of all functions; that of one is in [package.metadata.ruchy-lambda.functions.NAME], with the same keys:
# memory (MB), timeout (seconds), environment, arch ("x86_64" or "arm64"), url, layers, optimize ("speed" or "size"), std.
[package.metadata.ruchy-lambda]
memory = 128
timeout = 3
"#
    )
}

fn library_source(library: &str) -> String {
    format!(
        "//! Code that functions in Rust share: `use {library}::shout;`.

/// `text` in capitals.
#[must_use]
pub fn shout(text: &str) -> String {{
    text.to_uppercase()
}}

#[cfg(test)]
mod tests {{
    use super::shout;

    #[test]
    fn shout_makes_capitals() {{
        assert_eq!(shout(\"hello\"), \"HELLO\");
    }}
}}
"
    )
}

fn ignored() -> String {
    format!("/target\n/dist\n/{SDK_LINK}\n.env\n.env.*\n")
}

fn readme(name: &str) -> String {
    format!(
        "# {name}

Functions for AWS Lambda, built by Ruchy Lambda.

```sh
ruchy-lambda invoke     # builds a function and runs it once
ruchy-lambda test       # runs the unit tests, and the fixtures of all functions
ruchy-lambda watch      # serves all functions on http://127.0.0.1:9000, and rebuilds them at every save
ruchy-lambda package    # dist/NAME.zip, for provided.al2023
ruchy-lambda deploy NAME --create-role   # creates or updates a function on AWS
```

| place | holds |
|---|---|
| `functions/` | a function in each file, `NAME.ruchy` or `NAME.rs`, or in `NAME/main.rs` with its modules; `ruchy-lambda new NAME` begins another |
| `fixtures/NAME/` | `CASE.event.json` is sent, `CASE.response.json` is expected |
| `src/lib.rs` | code that functions in Rust share |
| `Cargo.toml` | the crates of the functions, and their configuration |

`{SDK_LINK}` is a link that the tool makes. cargo and editors need it, so run any command of the tool once after a clone.
"
    )
}

fn ci() -> String {
    "name: ci
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: rustup target add x86_64-unknown-linux-musl
      # Once installed, the tool can be cached: its version is in its folder's name.
      - run: command -v ruchy-lambda || cargo install --locked --git \"$RUCHY_LAMBDA_URL\" ruchy-lambda
        env:
          # Set this variable in the repository's settings: the Git URL of Ruchy Lambda.
          RUCHY_LAMBDA_URL: ${{ vars.RUCHY_LAMBDA_URL }}
      - run: ruchy-lambda test
      - run: ruchy-lambda package
"
    .to_owned()
}

/// The manifest `text` with what `added`, the text of the file `source`, has: tables are merged,
/// and values that exist stay.
///
/// # Errors
/// [`Error::NotToml`].
pub fn with_settings(text: &str, manifest: &Path, added: &str, source: &Path) -> Result<String, Error> {
    let parse = |text: &str, path: &Path| text.parse::<DocumentMut>().map_err(|error| Error::NotToml { path: path.to_owned(), error });
    let (mut document, added) = (parse(text, manifest)?, parse(added, source)?);
    merge(document.as_table_mut(), added.as_table());
    Ok(document.to_string())
}

fn merge(into: &mut Table, added: &Table) {
    for (name, item) in added {
        match (into.get_mut(name), item) {
            (Some(Item::Table(into)), Item::Table(added)) => merge(into, added),
            (Some(_), _) => {}
            (None, Item::Table(added)) => {
                // After the tables that exist, in which it would have the place that it has in its
                // own file.
                let mut table = Table::new();
                table.set_implicit(added.is_implicit());
                merge(&mut table, added);
                into.insert(name, Item::Table(table));
            }
            (None, item) => drop(into.insert(name, item.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{files, manifest, with_settings};
    use crate::project::settings::ProjectSettings;
    use std::path::Path;
    use toml_edit::DocumentMut;

    #[test]
    fn new_project_has_a_manifest_whose_settings_are_read() {
        let document: DocumentMut = manifest("my-shop").parse().unwrap();
        let table = document["package"]["metadata"]["ruchy-lambda"].as_table_like().unwrap();
        let settings = ProjectSettings::parse(table).unwrap();
        assert_eq!((settings.of("any").memory_mb, settings.of("any").timeout_seconds), (Some(128), Some(3)));
        assert!(files("events").unwrap_err().to_string().contains("import a crate of this name"));
    }

    #[test]
    fn settings_of_a_kind_are_added_once() {
        let (text, path) = (manifest("shop"), Path::new("Cargo.toml"));
        let added =
            "[dependencies]\naws = { path = \"a\" }\n[package.metadata.ruchy-lambda.functions.my-shop]\ntables = { my-shop = \"id\" }\n";
        let once = with_settings(&text, path, added, path).unwrap();
        let document: DocumentMut = once.parse().unwrap();
        assert!(document["dependencies"].get("aws").is_some() && document["dependencies"].get("events").is_some(), "{once}");
        let settings = ProjectSettings::parse(document["package"]["metadata"]["ruchy-lambda"].as_table_like().unwrap()).unwrap();
        assert_eq!(settings.of("my-shop").tables.keys().collect::<Vec<_>>(), ["my-shop"]);
        for line in text.lines() {
            assert!(once.contains(line), "{line}: {once}");
        }
        assert_eq!(with_settings(&once, path, added, path).unwrap(), once);
    }
}
