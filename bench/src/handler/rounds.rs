//! The rounds: every function once per round, in a new random order, with a block of invocations.

use super::pair::Pair;
use super::results::{Block, Series, WARM_UP_ROUNDS};
use crate::Error;
use crate::warm::running::{Running, share_one_processor};
use fastrand::Rng;
use ruchy_lambda_cli::progress::Progress;
use std::time::Duration;

/// Approximate duration of a block in nanoseconds, for every function: the kernel's ticks, which
/// count user time, are periodic.
const BLOCK_NANOSECONDS: u64 = 50_000_000;
/// Least and largest number of invocations of a block.
const INVOCATIONS_MIN: usize = 20;
const INVOCATIONS_MAX: usize = 10_000;

/// Plays `rounds` rounds with `event`.
///
/// # Errors
/// `Error::ColdStart`: a function cannot be started, or does anything except give the expected
/// answer.
pub fn play(pairs: &[Pair], event: &[u8], rounds: usize, seed: u64) -> Result<Vec<Series>, Error> {
    share_one_processor()?;
    let mut running = pairs.iter().map(|pair| Running::start(&pair.candidate)).collect::<Result<Vec<_>, _>>()?;
    let mut answers: Vec<_> = pairs.iter().map(|pair| pair.answer.clone()).collect();
    let mut all = pairs.iter().map(|pair| Series::new(pair, INVOCATIONS_MIN)).collect::<Result<Vec<_>, _>>()?;
    let mut random = Rng::with_seed(seed);
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    let mut progress = Progress::new("handlers", WARM_UP_ROUNDS + rounds);
    for round in 0..WARM_UP_ROUNDS + rounds {
        random.shuffle(&mut order);
        for &which in &order {
            let (Some(running), Some(answer), Some(series)) = (running.get_mut(which), answers.get_mut(which), all.get_mut(which)) else {
                continue;
            };
            let user = running.user()?;
            let block = running.block(event, &mut |response| answer.is(response), series.invocations_a_round)?;
            if round < WARM_UP_ROUNDS {
                // Keeps the longer block: a block that was delayed by other work would shorten the
                // next ones.
                series.invocations_a_round = series.invocations_a_round.max(invocations(block.wall_nanoseconds));
            } else {
                let user_nanoseconds = nanoseconds(running.user()?.saturating_sub(user));
                series.blocks.push(Block { cpu_nanoseconds: block.cpu_nanoseconds, user_nanoseconds });
            }
        }
        progress.report(round + 1);
    }
    Ok(all)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Returns the number of invocations of a block, for a function with this wall time per invocation.
fn invocations(wall_nanoseconds: u64) -> usize {
    usize::try_from(BLOCK_NANOSECONDS / wall_nanoseconds.max(1)).unwrap_or(usize::MAX).clamp(INVOCATIONS_MIN, INVOCATIONS_MAX)
}

#[cfg(test)]
mod tests {
    use super::invocations;

    #[test]
    fn invocations_decrease_with_the_time_of_each() {
        for (wall_nanoseconds, count) in [(0, 10_000), (25_000, 2_000), (500_000, 100), (1_000_000_000, 20)] {
            assert_eq!(invocations(wall_nanoseconds), count);
        }
    }
}
