//! The number of system calls of an invocation, counted by tracing a process that is not timed.

use super::results::{SIZES, event_of, invocations_max};
use super::running::command;
use super::server::{Gone, Server};
use crate::Error;
use crate::cold_start::candidate::Candidate;
use ruchy_lambda_cli::tracer::at_requests;
use ruchy_lambda_cli::tracer::counts::Counted;
use rustix::process::{Signal, pidfd_send_signal};
use std::sync::mpsc::channel;
use std::thread;

/// The number of invocations of each size that are not counted: the first ones initialize.
const WARM_UP: usize = 2;
/// Most invocations of each size that are counted: traced, they take several times as long.
const COUNTED_MAX: usize = 32;

/// Returns the mean over many invocations, for events of each of [`SIZES`].
///
/// # Errors
/// `Error::ColdStart`: tracing is not permitted here, or the function did anything but answer.
pub fn count(candidate: &Candidate) -> Result<Vec<f64>, Error> {
    let calls = traced(candidate, Counted::Calls, converse)?;
    means(&calls).ok_or_else(|| wrong_count(candidate, &calls))
}

/// Returns the count of `candidate` at each request for an event, while `converse` acts as the
/// Runtime API.
///
/// # Errors
/// The errors of [`count`].
pub fn traced(
    candidate: &Candidate,
    counted: Counted,
    converse: impl FnOnce(&mut Server, Gone<'_>) -> Result<(), String>,
) -> Result<Vec<u64>, Error> {
    let mut server = Server::listen().map_err(Error::system("starting the Runtime API"))?;
    let address = server.address().map_err(Error::system("starting the Runtime API"))?;
    let failed = |reason: String| Error::cold_start(&candidate.name, reason);
    let (counts, answered) = thread::scope(|scope| {
        let (sender, started) = channel();
        // Only the thread that starts a traced process can wait for it.
        let tracer =
            scope.spawn(move || at_requests(&candidate.name, command(candidate, address), counted, |process| drop(sender.send(process))));
        let answered = started.recv().map_or(Ok(()), |process| {
            let answered = converse(&mut server, &mut || tracer.is_finished().then(|| "it ended while traced".to_owned()));
            // It may already have ended.
            let _ = pidfd_send_signal(&process, Signal::KILL);
            answered
        });
        (tracer.join(), answered)
    });
    let counts = counts.map_err(|_| failed("tracing failed".to_owned()))??;
    answered.map_err(failed)?;
    Ok(counts)
}

/// Returns the error for a wrong number of counts.
#[must_use]
pub fn wrong_count(candidate: &Candidate, counts: &[u64]) -> Error {
    let reason = format!("the trace shows {} requests for an event, which is not the number received", counts.len());
    Error::cold_start(&candidate.name, reason)
}

/// Returns the number of invocations of this size that are counted.
fn counted(event_bytes: usize) -> usize {
    invocations_max(event_bytes).min(COUNTED_MAX)
}

/// Sends events of all sizes to the function.
fn converse(server: &mut Server, gone: Gone<'_>) -> Result<(), String> {
    server.expect_next(gone)?;
    for event_bytes in SIZES {
        let event = event_of(event_bytes);
        for _ in 0..WARM_UP + counted(event_bytes) {
            server.invoke(&event, &mut |answer| answer == event, gone)?;
        }
    }
    Ok(())
}

/// Returns the means of the counted invocations, from the call counts at each request for an event.
/// `None` if the number of requests is wrong.
fn means(calls: &[u64]) -> Option<Vec<f64>> {
    let mut rest = calls;
    let mut means = Vec::new();
    for event_bytes in SIZES {
        let counted = counted(event_bytes);
        let (begin, end) = (rest.get(WARM_UP)?, rest.get(WARM_UP + counted)?);
        #[expect(clippy::cast_precision_loss, reason = "calls are few")]
        means.push((end - begin) as f64 / counted as f64);
        rest = rest.get(WARM_UP + counted..)?;
    }
    (rest.len() == 1).then_some(means)
}

#[cfg(test)]
mod tests {
    use super::{SIZES, WARM_UP, counted, means};

    #[test]
    fn means_exclude_the_warm_up_of_each_size() {
        // Five calls to the first request; then a hundred for each warm-up invocation, and four for
        // each other.
        let mut calls = vec![5];
        for event_bytes in SIZES {
            for (number, each) in [(WARM_UP, 100), (counted(event_bytes), 4)] {
                calls.extend(
                    std::iter::successors(calls.last().map(|last| last + each), |last| Some(last + each))
                        .take(number)
                        .collect::<Vec<u64>>(),
                );
            }
        }
        assert_eq!(means(&calls), Some(vec![4.0; SIZES.len()]));
        assert_eq!(means(&calls[1..]), None);
        calls.push(2_000);
        assert_eq!(means(&calls), None, "an additional request");
    }
}
