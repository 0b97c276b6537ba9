//! The rounds: every program once per round, in a new random order, with a block of invocations.

use super::results::{INVOCATIONS_MIN, SIZES, Series, WARM_UP_ROUNDS, event_of, invocations_max, size};
use super::running::{Running, share_one_processor};
use crate::Error;
use crate::cold_start::candidate::Candidate;
use fastrand::Rng;
use ruchy_lambda_cli::progress::Progress;

/// Longest approximate duration of a block in nanoseconds: slow programs get fewer invocations.
const BLOCK_NANOSECONDS: u64 = 100_000_000;

/// Plays `rounds` rounds with events of each of [`SIZES`]; the first of `candidates` is the floor.
///
/// # Errors
/// `Error::ColdStart`: a program cannot be started, or does anything except answer with the
/// event.
pub fn play(candidates: &[Candidate], rounds: usize, seed: u64) -> Result<Vec<Series>, Error> {
    share_one_processor()?;
    let mut running = candidates.iter().map(Running::start).collect::<Result<Vec<_>, _>>()?;
    let mut random = Rng::with_seed(seed);
    let mut all = Vec::new();
    for event_bytes in SIZES {
        let mut series: Vec<_> = candidates.iter().map(|candidate| Series::new(&candidate.name, event_bytes, INVOCATIONS_MIN)).collect();
        let event = event_of(event_bytes);
        let mut order: Vec<usize> = (0..running.len()).collect();
        let mut progress = Progress::new(size(event_bytes), WARM_UP_ROUNDS + rounds);
        for round in 0..WARM_UP_ROUNDS + rounds {
            random.shuffle(&mut order);
            for &which in &order {
                let (Some(running), Some(series)) = (running.get_mut(which), series.get_mut(which)) else { continue };
                let block = running.block(&event, &mut |answer| answer == event, series.invocations_a_round)?;
                if round == 0 {
                    series.invocations_a_round = invocations(event_bytes, block.wall_nanoseconds);
                } else if round >= WARM_UP_ROUNDS {
                    series.blocks.push(block);
                }
            }
            progress.report(round + 1);
        }
        all.extend(series);
    }
    Ok(all)
}

/// Returns the number of invocations of a block, for a program with this wall time per invocation.
fn invocations(event_bytes: usize, wall_nanoseconds: u64) -> usize {
    let time = usize::try_from(BLOCK_NANOSECONDS / wall_nanoseconds.max(1)).unwrap_or(usize::MAX);
    time.min(invocations_max(event_bytes)).max(INVOCATIONS_MIN)
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_NANOSECONDS, INVOCATIONS_MIN, invocations};

    #[test]
    fn invocations_decrease_with_the_time_of_each() {
        for (event_bytes, wall_nanoseconds, count) in
            [(16, 0, 400), (16, 40_000, 400), (16, 1_000_000, 100), (16, BLOCK_NANOSECONDS, INVOCATIONS_MIN), (6 << 20, 1, 4)]
        {
            assert_eq!(invocations(event_bytes, wall_nanoseconds), count, "{event_bytes} {wall_nanoseconds}");
        }
    }
}
