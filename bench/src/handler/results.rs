//! The results of a run, and as JSON with every round. Pure.

use super::pair::{MINIMAL, OURS, Pair};
use crate::Error;
use crate::cold_start::candidate::Absent;
use crate::cold_start::results::ratio_json;
use crate::statistics::{Difference, Ratio, difference, median, ratio, ratio_of_sums};
use serde_json::{Value, json};
use std::fs;

/// The number of unmeasured rounds. They begin with short blocks, and determine the block length of
/// each function.
pub const WARM_UP_ROUNDS: usize = 3;

/// The measurements of one function in one round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Block {
    /// CPU time of the process for one invocation.
    pub cpu_nanoseconds: u64,
    /// User time of all invocations. The kernel counts it in ticks, so it is accurate only over
    /// many rounds.
    pub user_nanoseconds: u64,
}

/// All rounds of one function.
#[derive(Clone, Debug)]
pub struct Series {
    pub client: String,
    pub handler: String,
    /// See [`Pair::like`].
    pub like: String,
    pub file_bytes: u64,
    pub invocations_a_round: usize,
    pub blocks: Vec<Block>,
    /// The mean number of instructions in user space of an invocation, if they could be counted.
    pub instructions: Option<f64>,
}

/// The statistics of a series, alone and compared with others over the same rounds.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// User time of an invocation, in nanoseconds.
    pub user: f64,
    pub cpu: u64,
    /// CPU time above `minimal` of the same client. The system calls are the same, so this is the
    /// handler's time.
    pub above_minimal: Option<Difference>,
    /// The ratio to our equivalent handler.
    pub user_ratio: Option<Ratio>,
    pub cpu_ratio: Option<Ratio>,
    pub instructions_ratio: Option<f64>,
}

impl Series {
    /// Creates a series without rounds.
    ///
    /// # Errors
    /// `Error::File`.
    pub fn new(pair: &Pair, invocations_a_round: usize) -> Result<Self, Error> {
        let path = &pair.candidate.path;
        let file_bytes = fs::metadata(path).map_err(|error| Error::file(path, error))?.len();
        let (client, handler, like) = (pair.client.clone(), pair.candidate.handler.clone(), pair.like.clone());
        Ok(Self { client, handler, like, file_bytes, invocations_a_round, blocks: Vec::new(), instructions: None })
    }

    fn cpu(&self) -> Vec<u64> {
        self.blocks.iter().map(|block| block.cpu_nanoseconds).collect()
    }

    fn user(&self) -> Vec<u64> {
        self.blocks.iter().map(|block| block.user_nanoseconds).collect()
    }

    /// Returns the number of counted invocations.
    #[must_use]
    pub fn invocations(&self) -> usize {
        self.invocations_a_round * self.blocks.len()
    }
}

/// A complete run.
#[derive(Clone, Debug)]
pub struct Results {
    pub conditions: Value,
    pub event_bytes: usize,
    pub rounds: usize,
    pub seed: u64,
    pub absent: Vec<Absent>,
    pub all: Vec<Series>,
}

impl Results {
    /// Returns the statistics of a series; `None` without rounds.
    #[must_use]
    pub fn figures(&self, series: &Series) -> Option<Figures> {
        let minimal = self.of(&series.client, MINIMAL).filter(|minimal| minimal.handler != series.handler);
        let ours = self.of(OURS, &series.like).filter(|_| series.client != OURS);
        let cpu = series.cpu();
        #[expect(clippy::cast_precision_loss, reason = "nanoseconds of minutes are far below 2^53")]
        let user = series.user().iter().sum::<u64>() as f64 / series.invocations() as f64;
        Some(Figures {
            user,
            cpu: median(&cpu)?,
            above_minimal: minimal.and_then(|minimal| difference(&cpu, &minimal.cpu(), self.seed)),
            user_ratio: ours.and_then(|ours| {
                ratio_of_sums(&series.user(), series.invocations_a_round, &ours.user(), ours.invocations_a_round, self.seed)
            }),
            cpu_ratio: ours.and_then(|ours| ratio(&cpu, &ours.cpu(), self.seed)),
            instructions_ratio: ours.and_then(|ours| Some(series.instructions? / ours.instructions?)),
        })
    }

    fn of(&self, client: &str, handler: &str) -> Option<&Series> {
        self.all.iter().find(|series| series.client == client && series.handler == handler)
    }

    fn series_json(&self, series: &Series) -> Value {
        let figures = self.figures(series);
        let ratio = |of: fn(&Figures) -> Option<Ratio>| figures.as_ref().and_then(of).map(ratio_json);
        json!({
            "client": series.client,
            "handler": series.handler,
            "file_bytes": series.file_bytes,
            "invocations_a_round": series.invocations_a_round,
            "instructions": series.instructions,
            "cpu_nanoseconds": series.cpu(),
            "user_nanoseconds_of_a_round": series.user(),
            "user_nanoseconds": figures.map(|figures| figures.user),
            "above_minimal_nanoseconds": figures.and_then(|figures| figures.above_minimal).map(|above| {
                json!({ "median": above.median, "low_95": above.low, "high_95": above.high })
            }),
            "user_to_ours": ratio(|figures| figures.user_ratio),
            "cpu_to_ours": ratio(|figures| figures.cpu_ratio),
            "instructions_to_ours": figures.and_then(|figures| figures.instructions_ratio),
        })
    }

    /// Returns the content of `target/bench/handler.json`. Samples with the same index, in all
    /// series, are from the same round.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut conditions = self.conditions.clone();
        conditions["rounds"] = json!(self.rounds);
        conditions["warm_up_rounds"] = json!(WARM_UP_ROUNDS);
        conditions["seed"] = json!(self.seed);
        json!({
            "bench": "handler",
            "conditions": conditions,
            "event_bytes": self.event_bytes,
            "series": self.all.iter().map(|series| self.series_json(series)).collect::<Vec<_>>(),
            "not_measured": self.absent.iter().map(|absent| json!({ "name": absent.name, "needs": absent.needs })).collect::<Vec<_>>(),
        })
    }
}
