//! The instructions of one call of a function, counted one by one. The results do not depend on the
//! processor.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

/// The instructions of one call of the function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// The number of times that the instruction at each address ran; each repetition of a repeated
    /// one counts.
    pub instructions: BTreeMap<u64, u64>,
    /// By the address of a call instruction and the address that it called: the number of calls,
    /// and the instructions of the called functions with all that they called.
    pub calls: BTreeMap<(u64, u64), (u64, u64)>,
    /// The function ran more instructions than the tracer counts.
    pub is_cut_off: bool,
}

/// The calls of a traced process, as they end.
#[derive(Debug)]
pub struct Traced(pub(super) Receiver<Steps>);

impl Traced {
    /// Returns the oldest call that has ended and was not returned before.
    #[must_use]
    pub fn next(&self) -> Option<Steps> {
        self.0.try_recv().ok()
    }
}
