//! Replays the records of a heap: allocations, peak, bytes left. Pure.

use super::record::{Action, Record};
use std::collections::BTreeMap;

/// The largest block that is not a mapping of its own, the smallest one, and the size of a page, in
/// bytes: as in `bootstrap/host/heap.rs`.
const BLOCK_BYTES_MAX: u64 = 64 << 10;
const BLOCK_BYTES_MIN: u64 = 16;
const PAGE_BYTES: u64 = 4096;

/// Bytes of the block that the heap gives for `bytes`.
#[must_use]
pub fn block_bytes(bytes: u64) -> u64 {
    if bytes <= BLOCK_BYTES_MAX { bytes.next_power_of_two().max(BLOCK_BYTES_MIN) } else { bytes.next_multiple_of(PAGE_BYTES) }
}

/// The numbers of one invocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invocation {
    pub allocations: u64,
    pub frees: u64,
    pub resizes: u64,
    /// Bytes asked for by allocations, and by resizes beyond what the block had.
    pub asked_bytes: u64,
    /// Bytes of the blocks of allocations.
    pub block_bytes: u64,
    /// Most bytes in use at a time, those that were there before included.
    pub peak_bytes: u64,
    /// Bytes in use at the end.
    pub left_bytes: u64,
    pub left_blocks: u64,
}

/// The numbers of one place in the source, over all invocations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub allocations: u64,
    pub resizes: u64,
    pub asked_bytes: u64,
    /// The bytes from this place at the largest peak.
    pub peak_bytes: u64,
    /// Bytes in use after each invocation.
    pub left_bytes: Vec<u64>,
}

/// The heap, replayed. `P` names places.
#[derive(Clone, Debug)]
pub struct Replay<P> {
    live: BTreeMap<u64, (u64, P)>,
    live_bytes: u64,
    pub invocations: Vec<Invocation>,
    pub places: BTreeMap<P, Place>,
    /// Most bytes in use at a time, of all invocations.
    pub peak_bytes: u64,
}

impl<P: Ord + Clone> Default for Replay<P> {
    fn default() -> Self {
        Self { live: BTreeMap::new(), live_bytes: 0, invocations: Vec::new(), places: BTreeMap::new(), peak_bytes: 0 }
    }
}

impl<P: Ord + Clone> Replay<P> {
    /// Adds the records of the next invocation. `place_of` names where a record came from.
    ///
    /// # Errors
    /// Those of `place_of`.
    pub fn add<E>(&mut self, records: &[Record], mut place_of: impl FnMut(&Record) -> Result<P, E>) -> Result<(), E> {
        let mut invocation = Invocation { peak_bytes: self.live_bytes, ..Invocation::default() };
        for record in records {
            let place = place_of(record)?;
            match record.action {
                Action::Allocate { address, bytes } => {
                    invocation.allocations += 1;
                    invocation.asked_bytes += bytes;
                    invocation.block_bytes += block_bytes(bytes);
                    let of_place = self.places.entry(place.clone()).or_default();
                    of_place.allocations += 1;
                    of_place.asked_bytes += bytes;
                    self.insert(address, bytes, place);
                }
                Action::Free { address, .. } => {
                    invocation.frees += 1;
                    self.remove(address);
                }
                Action::Resize { address, bytes, new_address, new_bytes } => {
                    invocation.resizes += 1;
                    invocation.asked_bytes += new_bytes.saturating_sub(bytes);
                    let of_place = self.places.entry(place.clone()).or_default();
                    of_place.resizes += 1;
                    of_place.asked_bytes += new_bytes.saturating_sub(bytes);
                    self.remove(address);
                    self.insert(new_address, new_bytes, place);
                }
            }
            invocation.peak_bytes = invocation.peak_bytes.max(self.live_bytes);
            if self.live_bytes > self.peak_bytes {
                self.peak_bytes = self.live_bytes;
                self.note_peak();
            }
        }
        (invocation.left_bytes, invocation.left_blocks) = (self.live_bytes, self.live.len() as u64);
        self.invocations.push(invocation);
        let mut left: BTreeMap<&P, u64> = BTreeMap::new();
        for (bytes, place) in self.live.values() {
            *left.entry(place).or_default() += bytes;
        }
        for (place, of_place) in &mut self.places {
            of_place.left_bytes.resize(self.invocations.len() - 1, 0);
            of_place.left_bytes.push(left.get(place).copied().unwrap_or(0));
        }
        Ok(())
    }

    fn insert(&mut self, address: u64, bytes: u64, place: P) {
        self.live_bytes += bytes;
        self.live.insert(address, (bytes, place));
    }

    /// A block that was there before the recording began is not known.
    fn remove(&mut self, address: u64) {
        if let Some((bytes, _)) = self.live.remove(&address) {
            self.live_bytes -= bytes;
        }
    }

    fn note_peak(&mut self) {
        for place in self.places.values_mut() {
            place.peak_bytes = 0;
        }
        for (bytes, place) in self.live.values() {
            self.places.entry(place.clone()).or_default().peak_bytes += bytes;
        }
    }
}

/// The slope of `values` by least squares: how much they grow from one to the next. The first is
/// ignored, because it initializes.
#[must_use]
pub fn slope(values: &[u64]) -> f64 {
    let values = values.get(1..).unwrap_or_default();
    let count = as_f64(values.len() as u64);
    if values.len() < 2 {
        return 0.0;
    }
    let mean_x = (count - 1.0) / 2.0;
    let mean_y = values.iter().map(|value| as_f64(*value)).sum::<f64>() / count;
    let (mut xy, mut xx) = (0.0, 0.0);
    for (index, value) in values.iter().enumerate() {
        let x = as_f64(index as u64) - mean_x;
        xy += x * (as_f64(*value) - mean_y);
        xx += x * x;
    }
    xy / xx
}

/// Returns true if the bytes left after each invocation grow: the fitted slope is above zero,
/// and the end has more than the first half.
#[must_use]
pub fn grows(values: &[u64]) -> bool {
    let half = values.get(1..values.len().div_ceil(2)).unwrap_or_default();
    slope(values) > 0.0 && values.last().is_some_and(|last| half.iter().all(|value| value < last))
}

#[expect(clippy::cast_precision_loss, reason = "bytes are far below 2^53")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::super::record::{Action, Record};
    use super::{Replay, block_bytes, grows, slope};

    fn record(action: Action) -> Record {
        Record { action, frames: Vec::new() }
    }

    fn place(record: &Record) -> &'static str {
        if matches!(record.action, Action::Allocate { bytes: 100.., .. } | Action::Resize { .. }) { "large" } else { "small" }
    }

    fn add(replay: &mut Replay<&'static str>, records: &[Record]) {
        replay.add(records, |record| Ok::<_, ()>(place(record))).unwrap();
    }

    #[test]
    fn replay_knows_peak_and_what_is_left() {
        let mut replay = Replay::default();
        let records = [
            Action::Allocate { address: 1, bytes: 24 },
            Action::Allocate { address: 2, bytes: 100 },
            Action::Resize { address: 2, bytes: 100, new_address: 3, new_bytes: 300 },
            Action::Free { address: 3, bytes: 300 },
            Action::Free { address: 99, bytes: 8 },
        ];
        add(&mut replay, &records.map(record));
        add(&mut replay, &[record(Action::Allocate { address: 4, bytes: 24 })]);
        let [first, second] = replay.invocations[..] else { panic!() };
        assert_eq!((first.allocations, first.frees, first.resizes, first.asked_bytes, first.block_bytes), (2, 2, 1, 324, 32 + 128));
        assert_eq!((first.peak_bytes, first.left_bytes, first.left_blocks), (324, 24, 1));
        assert_eq!((second.peak_bytes, second.left_bytes, replay.peak_bytes), (48, 48, 324));
        assert_eq!((replay.places["large"].peak_bytes, replay.places["small"].peak_bytes), (300, 24));
        assert_eq!((&replay.places["small"].left_bytes, &replay.places["large"].left_bytes), (&vec![24, 48], &vec![0, 0]));
    }

    #[test]
    fn leak_is_a_slope_above_zero_that_lasts() {
        assert!(grows(&[0, 100, 200, 300, 400, 500]) && (slope(&[0, 100, 200, 300, 400]) - 100.0).abs() < 1e-9);
        for fine in [&[0, 0, 0, 0, 0][..], &[4096; 8], &[0, 512, 512, 512, 512], &[0, 900, 100, 900, 100, 900, 100], &[10], &[]] {
            assert!(!grows(fine), "{fine:?}");
        }
        // A list that doubles grows in steps.
        assert!(grows(&[0, 64, 128, 128, 256, 256, 256, 256, 512, 512]));
    }

    #[test]
    fn blocks_are_rounded_as_the_heap_does() {
        for (bytes, block) in [(1, 16), (16, 16), (17, 32), (100, 128), (65_536, 65_536), (65_537, 69_632), (70_000, 73_728)] {
            assert_eq!(block_bytes(bytes), block, "{bytes}");
        }
    }
}
