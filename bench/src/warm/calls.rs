//! How many system calls an invocation takes: counted by tracing, of a process that nobody times.

use super::results::{SIZES, event_of, invocations_max};
use super::running::command;
use super::server::{Gone, Server};
use crate::Error;
use crate::cold_start::contestant::Contestant;
use ruchy_lambda_cli::tracer::at_requests;
use ruchy_lambda_cli::tracer::counts::Counted;
use rustix::process::{Signal, pidfd_send_signal};
use std::sync::mpsc::channel;
use std::thread;

/// Invocations of each size that are not counted: the first ones set things up.
const WARM_UP: usize = 2;
/// Invocations of each size that are, where a block has so many: traced, they take several times as long.
const COUNTED_MAX: usize = 32;

/// The mean over many invocations, for events of each of [`SIZES`].
///
/// # Errors
/// [`Error::ColdStart`]: nobody may be traced here, or it did anything but answer.
pub fn count(contestant: &Contestant) -> Result<Vec<f64>, Error> {
    let calls = traced(contestant, Counted::Calls, converse)?;
    means(&calls).ok_or_else(|| seen(contestant, &calls))
}

/// How much `contestant` had done at each request for an event, while `converse` is the Runtime API to it.
///
/// # Errors
/// As [`count`].
pub fn traced(
    contestant: &Contestant,
    counted: Counted,
    converse: impl FnOnce(&mut Server, Gone<'_>) -> Result<(), String>,
) -> Result<Vec<u64>, Error> {
    let mut server = Server::listen().map_err(Error::system("starting the Runtime API"))?;
    let address = server.address().map_err(Error::system("starting the Runtime API"))?;
    let failed = |reason: String| Error::cold_start(&contestant.name, reason);
    let (counts, answered) = thread::scope(|scope| {
        let (sender, started) = channel();
        // Whoever starts a traced process must be the one who waits for it.
        let tracer =
            scope.spawn(move || at_requests(&contestant.name, command(contestant, address), counted, |process| drop(sender.send(process))));
        let answered = started.recv().map_or(Ok(()), |process| {
            let answered = converse(&mut server, &mut || tracer.is_finished().then(|| "traced, it ended".to_owned()));
            // It may have ended by itself.
            let _ = pidfd_send_signal(&process, Signal::KILL);
            answered
        });
        (tracer.join(), answered)
    });
    let counts = counts.map_err(|_| failed("tracing it failed".to_owned()))??;
    answered.map_err(failed)?;
    Ok(counts)
}

/// What is said where there are more or fewer counts than there were requests.
#[must_use]
pub fn seen(contestant: &Contestant, counts: &[u64]) -> Error {
    let reason = format!("traced, it was seen to ask for an event {} times, which is not how often it did", counts.len());
    Error::cold_start(&contestant.name, reason)
}

/// How many invocations of this size are counted.
fn counted(event_bytes: usize) -> usize {
    invocations_max(event_bytes).min(COUNTED_MAX)
}

/// Has the function answer events of all sizes.
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

/// The means of the counted invocations, of how many calls there had been at each request for an event; none where there were more or fewer
/// requests than that.
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
    fn only_what_follows_the_warm_up_of_each_size_is_counted() {
        // Five calls to the first request; then a hundred for each that warms up, four for each other.
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
        assert_eq!(means(&calls), None, "a request too many");
    }
}
