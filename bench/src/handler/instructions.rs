//! How many instructions an invocation takes in user space: counted by tracing, of a process that nobody times.

use super::pair::Pair;
use crate::Error;
use crate::warm::calls::{seen, traced};
use ruchy_lambda_cli::tracer::counts::Counted;

/// Invocations that are not counted: the first ones set things up.
const WARM_UP: usize = 3;

/// The mean over `counted` invocations with `event`.
///
/// # Errors
/// [`Error::ColdStart`]: nobody may be traced here, or it did anything but answer.
pub fn count(pair: &Pair, event: &[u8], counted: usize) -> Result<f64, Error> {
    let mut answer = pair.answer.clone();
    let counts = traced(&pair.contestant, Counted::InstructionsAfter(WARM_UP + 1), |server, gone| {
        server.expect_next(gone)?;
        (0..WARM_UP + counted).try_for_each(|_| server.invoke(event, &mut |response| answer.is(response), gone).map(drop))
    })?;
    mean(&counts, counted).ok_or_else(|| seen(&pair.contestant, &counts))
}

/// Of the counted invocations, of how many instructions there had been at each request for an event; none where there were more or fewer
/// requests than that.
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
    fn only_what_follows_the_warm_up_is_counted() {
        const COUNTED: usize = 4;
        let mut counts = vec![0; WARM_UP + 1];
        counts.extend((1..=COUNTED as u64).map(|invocation| invocation * 100));
        assert_eq!(mean(&counts, COUNTED), Some(100.0));
        assert_eq!(mean(&counts[1..], COUNTED), None);
        counts.push(1_000_000);
        assert_eq!(mean(&counts, COUNTED), None, "a request too many");
    }
}
