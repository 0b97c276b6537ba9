//! The measurement of two candidates: answers, counts, times in pairs.

use super::candidate::{Candidate, Kind};
use crate::Error;
use crate::environment::Function;
use crate::measure::dump::Dump;
use crate::measure::event::Named;
use crate::measure::function::Running;
use crate::measure::program;
use crate::measure::served::Answer;
use crate::measure::timed::{Sample, Timed};
use crate::measure::valgrind::{Options as Counting, Valgrind};
use crate::profile::allocations;
use fastrand::Rng;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The values of one candidate.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub instructions: u64,
    pub allocations: u64,
    pub bytes: u64,
    pub peak_memory_kb: Option<u64>,
    /// One time for each pair, in nanoseconds.
    pub samples: Vec<u64>,
}

/// The measured values, or the first event whose answers differ.
#[derive(Debug)]
pub enum Measured {
    Both { old: Values, new: Values, inputs: usize },
    Different { input: String, difference: String },
}

/// The measurements to make.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    pub valgrind: &'a Valgrind,
    /// The pairs of times.
    pub pairs: u32,
    /// Events instead of those of the fixtures.
    pub events: Vec<Named>,
    /// The arguments of a program.
    pub arguments: Vec<String>,
    pub folder: &'a Path,
}

/// Measures both.
///
/// # Errors
/// [`Error::Refused`] if one is a function and the other a program; of counting and timing.
pub async fn measure(old: &Candidate, new: &Candidate, plan: &Plan<'_>) -> Result<Measured, Error> {
    let mut measured = match (&old.kind, &new.kind) {
        (Kind::Function { function: one, events }, Kind::Function { function: other, events: others }) => {
            let inputs = inputs(plan, &[events, others]);
            functions([one, other], &inputs, plan).await?
        }
        (Kind::Program(one), Kind::Program(other)) => programs([one, other], plan).await?,
        _ => return Err(Error::Refused(format!("{} and {}: expected two functions or two programs", old.name, new.name))),
    };
    if let Measured::Both { old: one, new: other, .. } = &mut measured {
        (one.bytes, other.bytes) = (old.bytes, new.bytes);
    }
    Ok(measured)
}

/// Measures one candidate; returns its values and the number of inputs.
///
/// # Errors
/// As [`measure`].
pub async fn alone(candidate: &Candidate, plan: &Plan<'_>) -> Result<(Values, usize), Error> {
    let mut values = Values { bytes: candidate.bytes, ..Values::default() };
    match &candidate.kind {
        Kind::Function { function, events } => {
            let inputs = inputs(plan, &[events]);
            let answers = count_function(function, &inputs, plan, 0, &mut values).await?;
            let mut timed = Timed::start(function).await?;
            timed.invoke(&inputs[0].event).await?;
            for index in (0..plan.pairs as usize).map(|pair| pair % inputs.len()) {
                let sample = timed.invoke(&inputs[index].event).await?;
                values.add_sample(&sample, &answers[index], &inputs[index])?;
            }
            timed.stop().await;
            Ok((values, inputs.len()))
        }
        Kind::Program(file) => {
            let (status, _) = count_program(file, plan, 0, &mut values).await?;
            let status = of_exit(status, file)?;
            for _ in 0..plan.pairs {
                values.samples.push(time_program(file, &plan.arguments, status)?);
            }
            Ok((values, 1))
        }
    }
}

/// The events that the user gave, or all different ones of the fixtures, or an empty object.
fn inputs(plan: &Plan<'_>, fixtures: &[&Vec<Named>]) -> Vec<Named> {
    let mut inputs = plan.events.clone();
    for event in fixtures.iter().copied().flatten() {
        if plan.events.is_empty() && !inputs.iter().any(|input| input.event == event.event) {
            inputs.push(event.clone());
        }
    }
    if inputs.is_empty() {
        inputs.push(Named { name: "the event {}".to_owned(), event: b"{}".to_vec() });
    }
    inputs
}

/// Counts an invocation with each input, and returns the answers.
async fn count_function(
    function: &Function,
    inputs: &[Named],
    plan: &Plan<'_>,
    index: usize,
    values: &mut Values,
) -> Result<Vec<Answer>, Error> {
    let folder = folder(plan, index)?;
    let mut running = Running::start(plan.valgrind, function, &Counting::default(), &folder).await?;
    // The first invocation includes initialization.
    running.count(&inputs[0].event, &inputs[0].event).await?;
    let mut answers = Vec::new();
    for input in inputs {
        let counted = running.count(&input.event, &input.event).await?;
        values.add_counts(&counted.dump);
        answers.push(counted.answer);
    }
    Ok(answers)
}

/// Counts a run, and returns its status and its output.
async fn count_program(file: &Path, plan: &Plan<'_>, index: usize, values: &mut Values) -> Result<(Option<i32>, Vec<u8>), Error> {
    let counting = Counting { toggles: vec![program::ENTRY.to_owned()], ..Counting::default() };
    let run = program::count(plan.valgrind, file, &plan.arguments, &counting, &folder(plan, index)?).await?;
    values.add_counts(&run.dump);
    Ok((run.status, run.output))
}

fn folder(plan: &Plan<'_>, index: usize) -> Result<PathBuf, Error> {
    let folder = plan.folder.join(format!("counts-{index}"));
    std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
    Ok(folder)
}

impl Values {
    fn add_counts(&mut self, dump: &Dump) {
        self.instructions += dump.total(0);
        self.allocations += allocations::total(dump);
    }

    /// Adds a timed invocation with `input`, to which the counted invocation answered `counted`.
    fn add_sample(&mut self, sample: &Sample, counted: &Answer, input: &Named) -> Result<(), Error> {
        if sample.answer.is_ok() != counted.is_ok() {
            let end = |answer: &Answer| answer.as_ref().map_or_else(|error| format!("failed: {error}"), |_| "succeeded".to_owned());
            return Err(Error::Refused(format!(
                "{}: the counted invocation {}; a timed one {}",
                input.name,
                end(counted),
                end(&sample.answer)
            )));
        }
        self.samples.push(sample.nanoseconds);
        self.peak_memory_kb = self.peak_memory_kb.max(sample.peak_memory_kb);
        Ok(())
    }
}

async fn functions(both: [&Function; 2], inputs: &[Named], plan: &Plan<'_>) -> Result<Measured, Error> {
    let mut values = [Values::default(), Values::default()];
    let mut answers: [Vec<Answer>; 2] = [Vec::new(), Vec::new()];
    for (index, function) in both.into_iter().enumerate() {
        answers[index] = count_function(function, inputs, plan, index, &mut values[index]).await?;
    }
    for (input, (one, other)) in inputs.iter().zip(answers[0].iter().zip(&answers[1])) {
        if let Some(difference) = differ(one, other) {
            return Ok(Measured::Different { input: input.name.clone(), difference });
        }
    }
    let mut timed = [Timed::start(both[0]).await?, Timed::start(both[1]).await?];
    let mut random = Rng::with_seed(1);
    for pair in 0..plan.pairs {
        let number = pair as usize % inputs.len();
        let input = &inputs[number];
        let first = usize::from(random.bool());
        for index in [first, 1 - first] {
            let sample = timed[index].invoke(&input.event).await?;
            values[index].add_sample(&sample, &answers[index][number], input)?;
        }
    }
    for timed in timed {
        timed.stop().await;
    }
    let [old, new] = values;
    Ok(Measured::Both { old, new, inputs: inputs.len() })
}

/// Describes the difference between two answers. The order of an object's members does not
/// matter.
fn differ(one: &Answer, other: &Answer) -> Option<String> {
    let json = |answer: &Answer| answer.as_ref().ok().and_then(|body| serde_json::from_slice::<serde_json::Value>(body).ok());
    if one == other || json(one).is_some() && json(one) == json(other) {
        return None;
    }
    let text = |answer: &Answer| match answer {
        Ok(body) => String::from_utf8_lossy(body).into_owned(),
        Err(error) => format!("error {error}"),
    };
    Some(lines(&text(one), &text(other)))
}

/// Returns both strings with each line marked.
fn lines(one: &str, other: &str) -> String {
    let mut marked = String::new();
    for (mark, text) in [("-", one), ("+", other)] {
        for line in text.lines() {
            let _ = writeln!(marked, "{mark} {line}");
        }
    }
    marked
}

async fn programs(both: [&PathBuf; 2], plan: &Plan<'_>) -> Result<Measured, Error> {
    let mut values = [Values::default(), Values::default()];
    let mut outputs = Vec::new();
    for (index, file) in both.into_iter().enumerate() {
        outputs.push(count_program(file, plan, index, &mut values[index]).await?);
    }
    if outputs[0] != outputs[1] {
        let text = |(status, output): &(Option<i32>, Vec<u8>)| {
            let status = status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"));
            format!("{}\n({status})", String::from_utf8_lossy(output).trim_end())
        };
        let difference = lines(&text(&outputs[0]), &text(&outputs[1]));
        return Ok(Measured::Different { input: "this run".to_owned(), difference });
    }
    // Both ended alike.
    let status = of_exit(outputs[0].0, both[0])?;
    let mut random = Rng::with_seed(1);
    for _ in 0..plan.pairs {
        let first = usize::from(random.bool());
        for index in [first, 1 - first] {
            values[index].samples.push(time_program(both[index], &plan.arguments, status)?);
        }
    }
    let [old, new] = values;
    Ok(Measured::Both { old, new, inputs: 1 })
}

/// The exit status of a counted run. The times of a program that a signal ends mean nothing.
fn of_exit(status: Option<i32>, program: &Path) -> Result<i32, Error> {
    status.ok_or_else(|| Error::Refused(format!("{}: a signal ended the counted run", program.display())))
}

/// The time of a run, in nanoseconds.
///
/// # Errors
/// [`Error::Refused`] if it does not end with `status`, as the counted run did.
fn time_program(program: &Path, arguments: &[String], status: i32) -> Result<u64, Error> {
    let begun = Instant::now();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = command.status().map_err(|error| Error::file(program, error))?;
    let nanoseconds = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
    if ended.code() != Some(status) {
        return Err(Error::Refused(format!("{}: the counted run ended with status {status}; a timed run: {ended}", program.display())));
    }
    Ok(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::{Values, differ, of_exit, time_program};
    use crate::measure::event::Named;
    use crate::measure::timed::Sample;
    use hyper::body::Bytes;
    use std::path::Path;

    #[test]
    fn timed_run_with_another_status_is_an_error() {
        let run = |script: &str| {
            let arguments = ["-c", script].map(str::to_owned);
            time_program(Path::new("/bin/sh"), &arguments, 3).map_err(|error| error.to_string())
        };
        assert!(run("exit 3").is_ok());
        assert_eq!(run("exit 4").unwrap_err(), "/bin/sh: the counted run ended with status 3; a timed run: exit status: 4");
        assert!(run("kill -KILL $$").unwrap_err().contains("signal: 9"));
        assert!(of_exit(None, Path::new("a")).unwrap_err().to_string().contains("a signal ended the counted run"));
    }

    #[test]
    fn pair_reports_timed_invocation_that_fails() {
        let input = Named { name: "the fixture a".to_owned(), event: Vec::new() };
        let sample = |answer| Sample { nanoseconds: 1, answer, peak_memory_kb: None };
        let mut values = Values::default();
        let (works, fails) = (|| Ok(Bytes::new()), || Err("Function.Error: x".to_owned()));
        assert!(
            values.add_sample(&sample(works()), &works(), &input).is_ok() && values.add_sample(&sample(fails()), &fails(), &input).is_ok()
        );
        let error = values.add_sample(&sample(fails()), &works(), &input).unwrap_err().to_string();
        assert_eq!(error, "the fixture a: the counted invocation succeeded; a timed one failed: Function.Error: x");
        assert_eq!(values.samples, [1, 1]);
    }

    #[test]
    fn answers_differ_in_values_and_not_in_the_order_of_members() {
        let answer = |text: &'static str| Ok(Bytes::from_static(text.as_bytes()));
        assert_eq!(differ(&answer("{\"a\":1,\"b\":2}"), &answer("{\"b\": 2, \"a\": 1}")), None);
        assert_eq!(differ(&answer("plain"), &answer("plain")), None);
        let difference = differ(&answer("{\"a\":1}"), &answer("{\"a\":2}")).unwrap();
        assert!(difference.contains("{\"a\":1}") && difference.contains("{\"a\":2}"), "{difference}");
        assert!(differ(&answer("1"), &Err("Function.Error: x".to_owned())).is_some());
    }
}
