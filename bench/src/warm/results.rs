//! What a run gave, and as JSON with every round in it. Pure.

use crate::cold_start::contestant::{Absent, Contestant};
use crate::cold_start::results::ratio_json;
use crate::statistics::{Distribution, Ratio, distribution, ratio};
use serde_json::{Value, json};

/// Rounds that are played and not counted. The first of them has short blocks, and says how long each contestant's may be.
pub const WARM_UP_ROUNDS: usize = 2;

/// Events of these sizes are sent, in bytes, and answered with their own copies.
pub const SIZES: [usize; 5] = [16, 1 << 10, 64 << 10, 1 << 20, 6 << 20];
/// How many bytes go each way in a block, about; and how many invocations it has at the most, and at the least.
const BLOCK_BYTES: usize = 24 << 20;
const INVOCATIONS_MAX: usize = 400;
pub const INVOCATIONS_MIN: usize = 4;

/// How many invocations a block of events of this size has at the most.
#[must_use]
pub fn invocations_max(event_bytes: usize) -> usize {
    (BLOCK_BYTES / event_bytes).clamp(INVOCATIONS_MIN, INVOCATIONS_MAX)
}

/// A JSON string of so many bytes, in printable ASCII.
#[must_use]
pub fn event_of(bytes: usize) -> Vec<u8> {
    let inside = (b'a'..=b'z').cycle().take(bytes.saturating_sub(2));
    std::iter::once(b'"').chain(inside).chain(std::iter::once(b'"')).collect()
}

/// A size as people say it.
#[must_use]
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}

/// What one contestant did in one round with events of one size.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The process's own time on the processor, for an invocation.
    pub cpu_nanoseconds: u64,
    /// From one request for an event to the next.
    pub wall_nanoseconds: u64,
    /// From the event's first byte to the response's last, for each invocation.
    pub latencies_nanoseconds: Vec<u64>,
}

/// All rounds of one contestant with events of one size.
#[derive(Clone, Debug)]
pub struct Series {
    pub contestant: String,
    pub event_bytes: usize,
    pub invocations_a_round: usize,
    pub blocks: Vec<Block>,
    /// The mean for an invocation, where it could be counted.
    pub system_calls: Option<f64>,
}

/// What the rounds of a series say beside those of the floor.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub cpu: Distribution,
    pub wall: Distribution,
    pub latency: Distribution,
    /// Its work to the floor's in the same rounds.
    pub cpu_ratio: Ratio,
    /// Its invocations a second to the floor's in the same rounds.
    pub throughput_ratio: Ratio,
}

impl Series {
    /// Before its first round.
    #[must_use]
    pub fn new(contestant: &str, event_bytes: usize, invocations_a_round: usize) -> Self {
        Self { contestant: contestant.to_owned(), event_bytes, invocations_a_round, blocks: Vec::new(), system_calls: None }
    }

    /// None of no rounds.
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
            "contestant": self.contestant,
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

/// A whole run.
#[derive(Clone, Debug)]
pub struct Results {
    pub conditions: Value,
    pub rounds: usize,
    pub seed: u64,
    pub contestants: Vec<Contestant>,
    pub absent: Vec<Absent>,
    /// By size, and within a size in the contestants' order, of which the first is the floor.
    pub all: Vec<Series>,
}

impl Results {
    /// The series of each size, the floor's first.
    pub fn sizes(&self) -> impl Iterator<Item = &[Series]> {
        self.all.chunks(self.contestants.len().max(1))
    }

    /// For `target/bench/warm.json`. The samples of one index, in all series of a size, are of one round.
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
