//! The results of a run, and as JSON with every round. Pure.

use crate::cold_start::candidate::{Absent, Candidate};
use crate::cold_start::results::ratio_json;
use crate::statistics::{Distribution, Ratio, distribution, ratio};
use serde_json::{Value, json};

/// The number of unmeasured rounds. The first has short blocks, and determines the block length of
/// each program.
pub const WARM_UP_ROUNDS: usize = 2;

/// Sizes of the events in bytes; each is answered with a copy.
pub const SIZES: [usize; 5] = [16, 1 << 10, 64 << 10, 1 << 20, 6 << 20];
/// Approximate bytes in each direction of a block; most and least invocations of a block.
const BLOCK_BYTES: usize = 24 << 20;
const INVOCATIONS_MAX: usize = 400;
pub const INVOCATIONS_MIN: usize = 4;

/// Returns the most invocations of a block of events of this size.
#[must_use]
pub fn invocations_max(event_bytes: usize) -> usize {
    (BLOCK_BYTES / event_bytes).clamp(INVOCATIONS_MIN, INVOCATIONS_MAX)
}

/// Returns a JSON string of `bytes` bytes of printable ASCII.
#[must_use]
pub fn event_of(bytes: usize) -> Vec<u8> {
    let inside = (b'a'..=b'z').cycle().take(bytes.saturating_sub(2));
    std::iter::once(b'"').chain(inside).chain(std::iter::once(b'"')).collect()
}

/// Returns a size with its unit.
#[must_use]
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// The measurements of one program in one round with events of one size.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// CPU time of the process for one invocation.
    pub cpu_nanoseconds: u64,
    /// Time from one request for an event to the next.
    pub wall_nanoseconds: u64,
    /// Time from the event's first byte to the response's last, for each invocation.
    pub latencies_nanoseconds: Vec<u64>,
}

/// All rounds of one program with events of one size.
#[derive(Clone, Debug)]
pub struct Series {
    pub candidate: String,
    pub event_bytes: usize,
    pub invocations_a_round: usize,
    pub blocks: Vec<Block>,
    /// The mean number of system calls of an invocation, if they could be counted.
    pub system_calls: Option<f64>,
}

/// The statistics of a series, compared with the floor.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub cpu: Distribution,
    pub wall: Distribution,
    pub latency: Distribution,
    /// The ratio of its CPU time to the floor's over the same rounds.
    pub cpu_ratio: Ratio,
    /// The ratio of its invocations per second to the floor's over the same rounds.
    pub throughput_ratio: Ratio,
}

impl Series {
    /// Creates a series without rounds.
    #[must_use]
    pub fn new(candidate: &str, event_bytes: usize, invocations_a_round: usize) -> Self {
        Self { candidate: candidate.to_owned(), event_bytes, invocations_a_round, blocks: Vec::new(), system_calls: None }
    }

    /// Returns the statistics; `None` without rounds.
    #[must_use]
    pub fn figures(&self, floor: &Self, seed: u64) -> Option<Figures> {
        let (cpu, wall) = (self.each(|block| block.cpu_nanoseconds), self.each(|block| block.wall_nanoseconds));
        let latencies: Vec<u64> = self.blocks.iter().flat_map(|block| block.latencies_nanoseconds.iter().copied()).collect();
        Some(Figures {
            cpu: distribution(&cpu)?,
            wall: distribution(&wall)?,
            latency: distribution(&latencies)?,
            cpu_ratio: ratio(&cpu, &floor.each(|block| block.cpu_nanoseconds), seed)?,
            throughput_ratio: ratio(&floor.each(|block| block.wall_nanoseconds), &wall, seed)?,
        })
    }

    fn each(&self, of: impl Fn(&Block) -> u64) -> Vec<u64> {
        self.blocks.iter().map(of).collect()
    }

    fn json(&self, floor: &Self, seed: u64) -> Value {
        let figures = self.figures(floor, seed);
        json!({
            "program": self.candidate,
            "event_bytes": self.event_bytes,
            "invocations_a_round": self.invocations_a_round,
            "system_calls": self.system_calls,
            "cpu_nanoseconds": self.each(|block| block.cpu_nanoseconds),
            "wall_nanoseconds": self.each(|block| block.wall_nanoseconds),
            "latency_nanoseconds": figures.map(|Figures { latency, .. }| {
                json!({ "min": latency.min, "p50": latency.median, "p90": latency.p90, "p99": latency.p99 })
            }),
            "cpu_to_floor": figures.map(|figures| ratio_json(figures.cpu_ratio)),
            "throughput_to_floor": figures.map(|figures| ratio_json(figures.throughput_ratio)),
        })
    }
}

/// A complete run.
#[derive(Clone, Debug)]
pub struct Results {
    pub conditions: Value,
    pub rounds: usize,
    pub seed: u64,
    pub candidates: Vec<Candidate>,
    pub absent: Vec<Absent>,
    /// The series by size, and for each size in the order of the programs, of which the first is
    /// the floor.
    pub all: Vec<Series>,
}

impl Results {
    /// Returns the series of each size, the floor's first.
    pub fn sizes(&self) -> impl Iterator<Item = &[Series]> {
        self.all.chunks(self.candidates.len().max(1))
    }

    /// Returns the content of `target/bench/warm.json`. Samples with the same index, in all series
    /// of a size, are from the same round.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut conditions = self.conditions.clone();
        conditions["rounds"] = json!(self.rounds);
        conditions["warm_up_rounds"] = json!(WARM_UP_ROUNDS);
        conditions["seed"] = json!(self.seed);
        let json = |series: &[Series]| series.iter().map(|own| own.json(series.first().unwrap_or(own), self.seed)).collect::<Vec<_>>();
        json!({
            "bench": "warm",
            "conditions": conditions,
            "series": self.sizes().flat_map(json).collect::<Vec<_>>(),
            "not_measured": self.absent.iter().map(|absent| json!({ "name": absent.name, "needs": absent.needs })).collect::<Vec<_>>(),
        })
    }
}
