//! The number of instructions of an invocation in user space, counted by tracing a process that is
//! not timed.

use super::pair::Pair;
use crate::Error;
use crate::warm::calls::{traced, wrong_count};
use ruchy_lambda_cli::tracer::counts::Counted;

/// The number of invocations that are not counted: the first ones initialize.
const WARM_UP: usize = 3;

/// Returns the mean over `counted` invocations with `event`.
///
/// # Errors
/// `Error::ColdStart`: tracing is not permitted here, or the function did anything but answer.
pub fn count(pair: &Pair, event: &[u8], counted: usize) -> Result<f64, Error> {
    let mut answer = pair.answer.clone();
    let counts = traced(&pair.candidate, Counted::InstructionsAfter(WARM_UP + 1), |server, gone| {
        server.expect_next(gone)?;
        (0..WARM_UP + counted).try_for_each(|_| server.invoke(event, &mut |response| answer.is(response), gone).map(drop))
    })?;
    mean(&counts, counted).ok_or_else(|| wrong_count(&pair.candidate, &counts))
}

/// Returns the mean over the counted invocations, from the instruction counts at each request for
/// an event. `None` if the number of requests is wrong.
fn mean(counts: &[u64], counted: usize) -> Option<f64> {
    let (begin, end) = (counts.get(WARM_UP)?, counts.get(WARM_UP + counted)?);
    #[expect(clippy::cast_precision_loss, reason = "instructions of an invocation are few")]
    let mean = (end - begin) as f64 / counted as f64;
    (counts.len() == WARM_UP + counted + 1).then_some(mean)
}

#[cfg(test)]
mod tests {
    use super::{WARM_UP, mean};

    #[test]
    fn mean_excludes_the_warm_up() {
        const COUNTED: usize = 4;
        let mut counts = vec![0; WARM_UP + 1];
        counts.extend((1..=COUNTED as u64).map(|invocation| invocation * 100));
        assert_eq!(mean(&counts, COUNTED), Some(100.0));
        assert_eq!(mean(&counts[1..], COUNTED), None);
        counts.push(1_000_000);
        assert_eq!(mean(&counts, COUNTED), None, "an additional request");
    }
}
