//! The results of a run, as JSON.

use super::linked::{File, Starts};
use super::memory::Memory;
use super::{linked, sandboxes};
use crate::cold_start::results::ratio_json;
use crate::cold_start::rounds::Plan;
use crate::statistics;
use serde_json::{Value, json};

/// A complete run.
#[derive(Clone, Debug)]
pub struct Results {
    pub conditions: Value,
    pub plan: Plan,
    pub linked: linked::Measured,
    pub sandboxes: sandboxes::Measured,
}

/// One of a sandbox's sizes.
type Field = fn(&Memory) -> u64;
/// All of them, by name.
const MEMORY: [(&str, Field); 5] = [
    ("pss", |memory| memory.proportional),
    ("private", |memory| memory.private),
    ("private_dirty", |memory| memory.private_dirty),
    ("rss", |memory| memory.resident),
    ("page_tables", |memory| memory.page_tables),
];

impl Results {
    /// Returns the content of `target/bench/scale.json`. Samples with the same index, in all
    /// programs of a list, are from the same round.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut conditions = self.plan.among(self.conditions.clone());
        conditions["starts_at_once"] = json!(self.sandboxes.starts);
        let absent = self.sandboxes.absent.iter().map(|absent| json!({ "name": absent.name, "needs": absent.needs }));
        let refused = self.linked.refused.iter().map(|(mode, reason)| json!({ "mode": mode.name(), "reason": reason }));
        json!({
            "bench": "scale",
            "conditions": conditions,
            "files": self.linked.files.iter().map(of_file).collect::<Vec<_>>(),
            "starts": self.linked.modes.iter().map(|starts| self.of_starts(starts)).collect::<Vec<_>>(),
            "sandboxes": self.sandboxes.programs.iter().filter_map(|program| self.of_program(program)).collect::<Vec<_>>(),
            "not_measured": absent.chain(refused).collect::<Vec<_>>(),
        })
    }

    fn of_starts(&self, starts: &Starts) -> Value {
        let names = std::iter::once("floor").chain(self.linked.files.iter().map(|file| file.candidate.name.as_str()));
        let programs = names.zip(starts.to_floor.iter().zip(&starts.to_first)).map(|(name, (to_floor, to_first))| {
            let mut program = to_floor.json(name);
            for (moment, of) in [("next", to_first.next), ("response", to_first.response)] {
                program[moment]["ratio_to_first"] = ratio_json(of.ratio);
            }
            program
        });
        json!({ "mode": starts.mode.name(), "programs": programs.collect::<Vec<_>>() })
    }

    fn of_program(&self, program: &sandboxes::Program) -> Option<Value> {
        let (response, max) = program.response()?;
        let ratio = program.ratio(self.sandboxes.programs.first()?, self.plan.seed)?;
        let memory = MEMORY.into_iter().map(|(name, field)| (name.to_owned(), json!(program.memory(field))));
        Some(json!({
            "name": program.candidate.name,
            "path": program.candidate.path.to_string_lossy(),
            "answered": program.bursts.iter().map(|burst| burst.response_ns.len()).collect::<Vec<_>>(),
            "all_responses": { "ns": program.whole(), "ratio_to_floor": ratio_json(ratio) },
            "response": {
                "ns": { "median": response.median, "p90": response.p90, "p99": response.p99, "max": max },
                "samples": program.bursts.iter().map(|burst| &burst.response_ns).collect::<Vec<_>>(),
            },
            "memory_samples": program.bursts.iter().map(|burst| burst.memory.len()).collect::<Vec<_>>(),
            "kib": memory.collect::<serde_json::Map<_, _>>(),
        }))
    }
}

fn of_file(file: &File) -> Value {
    json!({
        "name": file.candidate.name,
        "path": file.candidate.path.to_string_lossy(),
        "functions": file.functions,
        "file_bytes": file.file_bytes,
        "zip_bytes": file.zip_bytes,
        "user_instructions_before_next": {
            "of_the_timed": file.instructions.first(),
            "median": statistics::median(&file.instructions),
            "max": file.instructions.iter().max(),
            "of_each": file.instructions,
        },
    })
}
