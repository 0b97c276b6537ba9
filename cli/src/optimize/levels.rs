//! The function linked for each level of a processor that Lambda has, compared with the file that
//! ships.

use super::hardware::Hardware;
use crate::Error;
use crate::architecture::Architecture;
use crate::compare::Comparison;
use crate::compare::candidate::Candidate;
use crate::compare::pair::{self, Measured, Plan};
use crate::engine::LinkOptions;
use crate::home::Home;
use crate::measure::event::Named;
use crate::measure::valgrind::Valgrind;
use crate::number::grouped;
use crate::processor::here;
use handlers_build::function::Function as Source;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The levels of x86-64 that all of Lambda's processors have. AWS recommends the last one; none is
/// promised to have x86-64-v4.
const LEVELS: [&str; 2] = ["x86-64-v2", "x86-64-v3"];

/// The timed pairs of each comparison.
const PAIRS: u32 = 100;

/// The function and what it is measured with.
#[derive(Debug)]
pub struct Subject<'a> {
    pub home: &'a Home,
    pub source: &'a Source,
    pub input: &'a Named,
    pub valgrind: &'a Valgrind,
    pub folder: &'a Path,
}

/// Links the levels of `hardware`, compares them, and returns the text and the JSON. A link that
/// fails is reported in the text.
///
/// # Errors
/// Those of linking and measuring the file that ships.
pub async fn compared(hardware: Hardware, subject: &Subject<'_>) -> Result<(String, Value), Error> {
    if hardware == Hardware::Arm {
        return arm64(subject).await;
    }
    let shipped = match candidate("x86-64", &LinkOptions::default(), subject).await? {
        Ok(candidate) => candidate,
        Err(messages) => return Ok((messages, Value::Null)),
    };
    let (mut text, mut rows) = (String::new(), Vec::new());
    for level in LEVELS {
        let options = LinkOptions { rustc_flags: vec![format!("-Ctarget-cpu={level}")], ..LinkOptions::default() };
        let _ = writeln!(text, "\nlevels: the file that ships (x86-64) and the same for {level}");
        let candidate = match candidate(level, &options, subject).await? {
            Ok(candidate) => candidate,
            Err(messages) => {
                text += &messages;
                continue;
            }
        };
        let events = vec![subject.input.clone()];
        let plan = Plan { valgrind: subject.valgrind, pairs: PAIRS, events, arguments: Vec::new(), folder: subject.folder };
        let mut row = json!({ "level": level, "bytes": candidate.bytes });
        if let Some(reason) = here::lacks(Some(level), &[]) {
            let _ = writeln!(text, "{} bytes; it was not measured here: {reason}", grouped(candidate.bytes));
            rows.push(row);
            continue;
        }
        match pair::measure(&shipped, &candidate, &plan).await {
            Ok(Measured::Both { old, new, inputs }) => {
                let comparison = Comparison::of(old, new);
                text += &comparison.text(&shipped.name, &candidate.name, inputs, &subject.valgrind.version);
                row["metrics"] = comparison.json();
            }
            Ok(Measured::Different { difference, .. }) => _ = writeln!(text, "the answers differ:\n{}", difference.trim_end()),
            // A valgrind that does not know the instructions of the level.
            Err(Error::Refused(reason)) => {
                let _ = writeln!(text, "{} bytes; it was not measured here: {reason}", grouped(candidate.bytes));
            }
            Err(error) => return Err(error),
        }
        rows.push(row);
    }
    Ok((text, Value::Array(rows)))
}

async fn candidate(name: &str, options: &LinkOptions, subject: &Subject<'_>) -> Result<Result<Candidate, String>, Error> {
    Candidate::of_function(name, subject.home, subject.source, options, &subject.folder.join(name)).await
}

/// The size of the file for arm64. This machine does not run it.
async fn arm64(subject: &Subject<'_>) -> Result<(String, Value), Error> {
    let options = LinkOptions::shipped(Some(Architecture::Arm64));
    let linked = match subject.home.link(subject.source, &options).await {
        Ok(Ok(linked)) => linked,
        Ok(Err(messages)) => return Ok((messages, Value::Null)),
        Err(Error::Refused(reason)) => return Ok((format!("\nlevels: the file for arm64 is not linked: {reason}\n"), Value::Null)),
        Err(error) => return Err(error),
    };
    let bytes = fs::metadata(&linked.bootstrap).map_err(|error| Error::file(&linked.bootstrap, error))?.len();
    let text = format!(
        "\nlevels: the file for arm64 has {} bytes and needs Armv8.0-A, which each Graviton has; `build --arch arm64 --cpu neoverse-n1` makes one for Graviton2 and later\n",
        grouped(bytes)
    );
    Ok((text, json!([{ "level": "armv8-a", "bytes": bytes }])))
}
