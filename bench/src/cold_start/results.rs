//! The results of a run, program by program, and as JSON with every sample.

use super::candidate::{Absent, Candidate};
use super::rounds::{Mode, Plan};
use super::start::Sample;
use crate::statistics::{Distribution, Ratio, distribution, disturbed_share, median, ratio, ratio_of_lower_quartiles};
use ruchy_lambda_cli::tracer::counts::Counts;
use serde_json::{Value, json};

/// A complete run.
#[derive(Clone, Debug)]
pub struct Results {
    pub conditions: Value,
    pub plan: Plan,
    pub programs: Vec<Program>,
    pub absent: Vec<Absent>,
    pub modes: Vec<(Mode, Vec<Figures>)>,
    /// A mode that this machine could not measure, and the reason.
    pub refused: Option<(Mode, String)>,
}

/// The properties of a program that need no clock.
#[derive(Clone, Debug)]
pub struct Program {
    pub candidate: Candidate,
    pub counts: Option<Counts>,
    pub file_bytes: u64,
    /// True if the file is a script: its size does not include what it starts.
    pub is_script: bool,
    /// The size of an archive that contains only this file.
    pub zip_bytes: u64,
}

/// The statistics of a program in one mode.
#[derive(Clone, Debug)]
pub struct Figures {
    pub next: Moment,
    pub response: Moment,
    pub minor_faults: u64,
    pub major_faults: u64,
    pub peak_kb: u64,
    /// The share of rounds in which the floor was delayed by other work.
    pub disturbed_share: f64,
    samples: Vec<Sample>,
}

/// The statistics of one of the two moments.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub distribution: Distribution,
    pub ratio: Ratio,
    /// The ratio of the lower quartiles, on which a busy machine has less effect than on the
    /// median.
    pub quartiles: Ratio,
    /// The ratio to our file, for programs that are measured in separate rounds.
    pub to_ours: Option<Ratio>,
}

impl Figures {
    /// Evaluates the rounds of a program with those of the floor, and of ours. `None` without
    /// rounds.
    #[must_use]
    pub fn new(samples: Vec<Sample>, floor: &[Sample], ours: Option<&[Sample]>, seed: u64) -> Option<Self> {
        let all = |samples: &[Sample], field: fn(&Sample) -> u64| samples.iter().map(field).collect::<Vec<_>>();
        let moment = |field: fn(&Sample) -> u64| {
            let own = all(&samples, field);
            let to_ours = ours.and_then(|ours| ratio(&own, &all(ours, field), seed));
            let floor = all(floor, field);
            let (ratio, quartiles) = (ratio(&own, &floor, seed)?, ratio_of_lower_quartiles(&own, &floor, seed)?);
            Some(Moment { distribution: distribution(&own)?, ratio, quartiles, to_ours })
        };
        let median_of = |field: fn(&Sample) -> u64| median(&all(&samples, field));
        Some(Self {
            next: moment(|sample| sample.next_ns)?,
            response: moment(|sample| sample.response_ns)?,
            minor_faults: median_of(|sample| sample.minor_faults)?,
            major_faults: median_of(|sample| sample.major_faults)?,
            peak_kb: median_of(|sample| sample.peak_kb)?,
            disturbed_share: disturbed_share(&all(floor, |sample| sample.next_ns)),
            samples,
        })
    }

    /// Returns the statistics with every sample; the ratios are to the floor.
    #[must_use]
    pub fn json(&self, name: &str) -> Value {
        let all = |field: fn(&Sample) -> u64| self.samples.iter().map(field).collect::<Vec<_>>();
        json!({
            "name": name,
            "disturbed_share_of_rounds": self.disturbed_share,
            "next": self.next.json(&all(|sample| sample.next_ns)),
            "response": self.response.json(&all(|sample| sample.response_ns)),
            "minor_faults": { "median": self.minor_faults, "samples": all(|sample| sample.minor_faults) },
            "major_faults": { "median": self.major_faults, "samples": all(|sample| sample.major_faults) },
            "peak_kb": { "median": self.peak_kb, "samples": all(|sample| sample.peak_kb) },
        })
    }
}

impl Moment {
    fn json(&self, samples: &[u64]) -> Value {
        let Distribution { min, median, p90, p99 } = self.distribution;
        let mut moment = json!({
            "ns": { "min": min, "median": median, "p90": p90, "p99": p99, "samples": samples },
            "ratio_to_floor": ratio_json(self.ratio),
            "ratio_of_lower_quartiles_to_floor": ratio_json(self.quartiles),
        });
        if let Some(ratio) = self.to_ours {
            moment["ratio_to_ours"] = ratio_json(ratio);
        }
        moment
    }
}

/// Returns a ratio with its interval.
#[must_use]
pub fn ratio_json(ratio: Ratio) -> Value {
    let Ratio { median, low, high } = ratio;
    json!({ "median": median, "low_95": low, "high_95": high })
}

impl Results {
    /// Returns the content of `target/bench/cold-start.json`. Samples with the same index, in all
    /// programs, are from the same round.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut conditions = self.plan.among(self.conditions.clone());
        conditions["modes"] = json!(self.modes.iter().map(|(mode, _)| mode.name()).collect::<Vec<_>>());
        let programs = self.programs.iter().map(|program| {
            json!({
                "name": program.candidate.name,
                "path": program.candidate.path.to_string_lossy(),
                "file_bytes": program.file_bytes,
                "is_script": program.is_script,
                "zip_bytes": program.zip_bytes,
                "before_next": program.counts.map(|counts| json!({
                    "system_calls": counts.system_calls,
                    "user_instructions": counts.instructions,
                    "minor_faults": counts.minor_faults,
                })),
            })
        });
        let named = |figures: &[Figures]| {
            self.programs.iter().zip(figures).map(|(program, figures)| figures.json(&program.candidate.name)).collect::<Vec<_>>()
        };
        let absent = self.absent.iter().map(|absent| json!({ "name": absent.name, "needs": absent.needs }));
        let refused = self.refused.iter().map(|(mode, reason)| json!({ "mode": mode.name(), "reason": reason }));
        json!({
            "bench": "cold-start",
            "conditions": conditions,
            "programs": programs.collect::<Vec<_>>(),
            "modes": self.modes.iter().map(|(mode, figures)| json!({ "mode": mode.name(), "programs": named(figures) })).collect::<Vec<_>>(),
            "not_measured": absent.chain(refused).collect::<Vec<_>>(),
        })
    }
}
