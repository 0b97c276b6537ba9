//! Results of a program's earlier builds, for `--show-profile-info`: measured values of this
//! file alone, never estimates.

use super::workspace::Workspace;
use crate::Error;
use crate::number::grouped;
use crate::preset::Preset;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The file that holds them, in the package of the program.
const FILE: &str = "measured.json";

/// One build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The hash of the program's Rust: of another program the values mean nothing.
    pub program: String,
    pub bytes: u64,
    pub milliseconds: u64,
    pub rustc: String,
}

/// Keeps `measured` for the program in `source`.
///
/// # Errors
/// [`Error::File`]; [`Error::Refused`] without a folder for the cache.
pub fn keep(source: &Path, preset: Preset, measured: Measured) -> Result<(), Error> {
    let path = Workspace::folder_of(source, "")?.join(FILE);
    let mut all = read(&path);
    all.insert(preset.name().to_owned(), measured);
    let text: Value = all.into_iter().map(|(preset, measured)| (preset, measured.to_json())).collect();
    fs::write(&path, format!("{text:#}\n")).map_err(|error| Error::file(&path, error))
}

impl Measured {
    fn to_json(&self) -> Value {
        let Self { program, bytes, milliseconds, rustc } = self;
        json!({ "program": program, "bytes": bytes, "milliseconds": milliseconds, "rustc": rustc })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Some(Self {
            program: text("program")?,
            bytes: value["bytes"].as_u64()?,
            milliseconds: value["milliseconds"].as_u64()?,
            rustc: text("rustc")?,
        })
    }
}

/// Reads the results kept in the file `path`; returns none if it does not exist.
fn read(path: &Path) -> BTreeMap<String, Measured> {
    let value: Option<Value> = fs::read_to_string(path).ok().and_then(|text| serde_json::from_str(&text).ok());
    let members = value.as_ref().and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(preset, value)| Some((preset.clone(), Measured::from_json(value)?))).collect()
}

/// The table of the program in `source`, whose Rust has the hash `program`.
///
/// # Errors
/// As [`keep`].
pub fn table(source: &Path, program: &str) -> Result<String, Error> {
    Ok(rows(&source.display().to_string(), program, &read(&Workspace::folder_of(source, "")?.join(FILE))))
}

fn rows(source: &str, program: &str, all: &BTreeMap<String, Measured>) -> String {
    let mut text = format!("{source}, as last built on this machine\n{:<12}{:>12}{:>12}   {}\n", "preset", "bytes", "build ms", "rustc");
    for preset in Preset::ALL {
        let name = preset.name();
        let _ = match all.get(name).filter(|measured| measured.program == program) {
            Some(Measured { bytes, milliseconds, rustc, .. }) => {
                writeln!(text, "{name:<12}{:>12}{:>12}   {rustc}", grouped(*bytes), grouped(*milliseconds))
            }
            None => writeln!(text, "{name:<12} not measured yet: ruchy-lambda compile {source} --optimize {name}"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Measured, rows};
    use std::collections::BTreeMap;

    #[test]
    fn profile_information_is_measured_or_reported_missing() {
        let measured = Measured { program: "1".into(), bytes: 3005, milliseconds: 1200, rustc: "rustc 1.95.0".into() };
        let measured = Measured::from_json(&measured.to_json()).unwrap();
        let all = BTreeMap::from([("aggressive".to_owned(), measured)]);
        let text = rows("a.ruchy", "1", &all);
        assert!(text.contains("aggressive         3,005       1,200   rustc 1.95.0\n"), "{text}");
        assert_eq!(text.matches("not measured yet").count(), 3, "{text}");
        assert_eq!(rows("a.ruchy", "2", &all).matches("not measured yet").count(), 4, "values of another program mean nothing");
    }
}
