//! Cold starts on AWS, forced: a variable that is changed has Lambda begin anew, the invocation after it is a cold start, and its log ends in
//! a report.

use super::aws::Aws;
use super::call;
use super::report_line::{self, Report};
use super::wait;
use crate::Error;
use crate::news::News;
use fastrand::Rng;
use serde_json::{Value, json};

/// The variable that is changed. What it says has no meaning.
const VARIABLE: &str = "RUCHY_LAMBDA_COLD_START";
/// What every function is handed.
const EVENT: &[u8] = b"{}";

/// A function on AWS that is measured, and its name in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    pub function: String,
    pub label: String,
}

/// A report a round of each, the functions in an order shuffled anew each round. The functions have their own variables again afterwards.
///
/// # Errors
/// [`Failure`](super::failure::Failure); [`Error::Refused`] where an invocation fails, or is no cold start.
pub fn cold_starts(aws: &Aws, functions: &[Measured], rounds: u32, seed: u64) -> Result<Vec<Vec<Report>>, Error> {
    let variables = functions.iter().map(|function| variables(aws, &function.function)).collect::<Result<Vec<_>, _>>()?;
    let measured = rounds_of(aws, functions, &variables, rounds, seed);
    for (function, variables) in functions.iter().zip(&variables) {
        // Whatever went wrong before is the better message.
        let restored = set(aws, &function.function, variables);
        if measured.is_ok() {
            restored?;
        }
    }
    measured
}

fn rounds_of(aws: &Aws, functions: &[Measured], variables: &[Value], rounds: u32, seed: u64) -> Result<Vec<Vec<Report>>, Error> {
    let mut reports = vec![Vec::new(); functions.len()];
    let mut random = Rng::with_seed(seed);
    let mut order: Vec<usize> = (0..functions.len()).collect();
    let mut news = News::new("cold starts", rounds as usize);
    for round in 1..=rounds {
        random.shuffle(&mut order);
        for &index in &order {
            let function = &functions[index].function;
            let mut changed = variables[index].clone();
            changed[VARIABLE] = format!("{round}-{:08x}", random.u32(..)).into();
            set(aws, function, &changed)?;
            reports[index].push(cold_start(aws, function)?);
        }
        news.tell(round as usize);
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
    let report = report.ok_or_else(|| Error::Refused(format!("{function}: its log has no report at its end:\n{}", answer.log)))?;
    if report.init_ms.is_none() {
        return Err(Error::Refused(format!("{function}: Lambda did not start it anew, though its configuration had changed. Try again.")));
    }
    Ok(report)
}

fn variables(aws: &Aws, function: &str) -> Result<Value, Error> {
    let configuration = aws.look(&["lambda", "get-function-configuration", "--function-name", function])?;
    let variables = configuration["Environment"]["Variables"].clone();
    Ok(if variables.is_object() { variables } else { json!({}) })
}

fn set(aws: &Aws, function: &str, variables: &Value) -> Result<(), Error> {
    let environment = json!({ "Variables": variables }).to_string();
    aws.change(&["lambda", "update-function-configuration", "--function-name", function, "--environment", &environment])?;
    wait(aws, "function-updated-v2", function)
}
