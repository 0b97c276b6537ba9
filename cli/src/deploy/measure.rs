//! Forces cold starts on AWS. Changing a variable makes Lambda start the function again: the
//! next invocation is a cold start, and its log ends with a report.

use super::aws::Aws;
use super::call;
use super::ready::wait;
use super::report_line::{self, Report};
use crate::Error;
use crate::progress::Progress;
use crate::recipe::recipe;
use fastrand::Rng;
use serde_json::{Value, json};
use std::io::Write as _;
use tempfile::NamedTempFile;

/// The variable that is changed. Its value has no meaning.
const VARIABLE: &str = "RUCHY_LAMBDA_COLD_START";
/// The event of every invocation.
const EVENT: &[u8] = b"{}";

/// A function on AWS that is measured, and its name in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    pub function: String,
    pub label: String,
}

/// Describes what may exist on AWS if measuring these is interrupted, including the peers,
/// which have the names `peers` there.
#[must_use]
pub fn half_measured(functions: &[String], peers: impl IntoIterator<Item = String>) -> String {
    let own = functions.iter().map(|function| {
        format!(
            "{function} may have the variable {VARIABLE} in addition to its own. `{}` removes it at its end.",
            recipe(&format!("bench-aws {function} --peers ''"))
        )
    });
    let peers = peers.into_iter().map(|peer| format!("{peer}, if it exists; `{}` deletes it", recipe(&format!("destroy {peer}"))));
    own.chain(peers).collect::<Vec<_>>().join("\n")
}

/// Returns a report of each function for each round. The functions' order is shuffled in each
/// round. Their variables are restored afterwards.
///
/// # Errors
/// [`Failure`](super::failure::Failure); [`Error::Refused`] if an invocation fails or is not a
/// cold start, or if variables cannot be read or were changed by another client meanwhile;
/// [`Error::LeftBehind`] if this tool's variable could not be removed.
pub fn cold_starts(aws: &Aws, functions: &[Measured], rounds: u32, seed: u64) -> Result<Vec<Vec<Report>>, Error> {
    if aws.is_dry() {
        return Err(Error::Refused("nothing is measured in a dry run".to_owned()));
    }
    // All of them are read before the first is changed.
    let own = functions.iter().map(|function| Ok(look(aws, &function.function)?.own())).collect::<Result<Vec<_>, Error>>()?;
    let measured = rounds_of(aws, functions, &own, rounds, seed);
    // A failure does not keep the other functions from being restored.
    let restored = functions.iter().zip(&own).map(|(function, own)| (&function.function, set(aws, &function.function, own, None)));
    let failed: Vec<(&String, Error)> = restored.filter_map(|(function, restored)| Some((function, restored.err()?))).collect();
    let left = failed.iter().map(|(function, error)| {
        format!(
            "{function} may have the variable {VARIABLE} in addition to its own ({error}). `{}` removes it at its end.",
            recipe(&format!("bench-aws {function} --peers ''"))
        )
    });
    let left = left.collect::<Vec<_>>().join("\n");
    match (measured, failed.into_iter().next()) {
        (measured, None) => measured,
        // The first failure is the reason.
        (Err(reason), Some(_)) | (Ok(_), Some((_, reason))) => Err(Error::LeftBehind { reason: Box::new(reason), left }),
    }
}

fn rounds_of(aws: &Aws, functions: &[Measured], own: &[Value], rounds: u32, seed: u64) -> Result<Vec<Vec<Report>>, Error> {
    let mut reports = vec![Vec::new(); functions.len()];
    let mut random = Rng::with_seed(seed);
    let mut order: Vec<usize> = (0..functions.len()).collect();
    let mut progress = Progress::new("cold starts", rounds as usize);
    for round in 1..=rounds {
        random.shuffle(&mut order);
        for &index in &order {
            let function = &functions[index].function;
            set(aws, function, &own[index], Some(format!("{round}-{:08x}", random.u32(..))))?;
            reports[index].push(cold_start(aws, function)?);
        }
        progress.report(round as usize);
    }
    Ok(reports)
}

fn cold_start(aws: &Aws, function: &str) -> Result<Report, Error> {
    let Some(answer) = call::invoke(aws, function, EVENT)? else {
        return Err(Error::Refused("nothing is measured in a dry run".to_owned()));
    };
    if let Some(error) = answer.function_error {
        return Err(Error::Refused(format!("{function} failed ({error}): {}", String::from_utf8_lossy(&answer.payload))));
    }
    let report = report_line::last(&answer.log);
    let report = report.ok_or_else(|| Error::Refused(format!("{function}: its log does not end with a REPORT line:\n{}", answer.log)))?;
    if report.init_ms.is_none() {
        return Err(Error::Refused(format!("{function}: Lambda did not cold-start it, though its configuration had changed. Try again.")));
    }
    Ok(report)
}

/// A function's variables, in the revision that has them.
struct Variables {
    all: Value,
    revision: String,
}

impl Variables {
    /// The variables without this tool's, which an interrupted run may have left.
    fn own(&self) -> Value {
        let mut own = self.all.clone();
        if let Some(variables) = own.as_object_mut() {
            variables.remove(VARIABLE);
        }
        own
    }
}

fn look(aws: &Aws, function: &str) -> Result<Variables, Error> {
    let configuration = aws.look(&["lambda", "get-function-configuration", "--function-name", function])?;
    let environment = &configuration["Environment"];
    // The function may have variables although their key may not be used; writing any would
    // replace them.
    if let Some(error) = environment.get("Error") {
        return Err(Error::Refused(format!(
            "{function}: its variables cannot be read, so they are not touched, and it is not measured: {} ({}). Reading them needs the permission kms:Decrypt for their key.",
            error["Message"].as_str().unwrap_or("Lambda reports no reason"),
            error["ErrorCode"].as_str().unwrap_or("no code"),
        )));
    }
    let all = environment["Variables"].as_object().cloned().unwrap_or_default().into();
    Ok(Variables { all, revision: configuration["RevisionId"].as_str().unwrap_or_default().to_owned() })
}

/// Sets the function's variables to its `own`, plus this tool's if there is a `value`. Refuses
/// if another client has changed them meanwhile.
fn set(aws: &Aws, function: &str, own: &Value, value: Option<String>) -> Result<(), Error> {
    let found = look(aws, function)?;
    if found.own() != *own {
        return Err(Error::Refused(format!("{function}: another client has changed its variables meanwhile; they are left unchanged")));
    }
    let mut changed = own.clone();
    if let Some(value) = value {
        changed[VARIABLE] = value.into();
    }
    if found.all == changed {
        return Ok(());
    }
    // All users can read the arguments of a process, and variables can be secrets: they are passed
    // in a file with mode 600.
    let mut file = NamedTempFile::new().map_err(Error::system("making a file"))?;
    let input = json!({ "FunctionName": function, "RevisionId": found.revision, "Environment": { "Variables": changed } });
    file.write_all(input.to_string().as_bytes()).map_err(Error::system("writing variables to a file"))?;
    let input = format!("file://{}", file.path().display());
    aws.change(&["lambda", "update-function-configuration", "--function-name", function, "--cli-input-json", &input])?;
    wait(aws, "function-updated-v2", function)
}
