//! What handlers do with memory, as traces that any heap can be given: invocations that take, resize and give back.

/// One step. A slot holds one block at a time.
#[derive(Clone, Copy)]
pub enum Step {
    Take { slot: usize, bytes: usize },
    Resize { slot: usize, bytes: usize },
    Give { slot: usize },
}

pub const NAMES: [&str; 6] = ["json", "response", "cache", "any order", "drift", "drift, one kept"];

/// A xorshift: the same numbers every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// As often small as large: any number of bits alike.
    fn size(&mut self, bits_min: usize, bits_max: usize) -> usize {
        let bits = bits_min + self.below(bits_max - bits_min);
        (1 << bits) + self.below(1 << bits)
    }
}

/// The trace called `name`.
pub fn trace(name: &str) -> Option<Vec<Step>> {
    let (mut steps, mut numbers) = (Vec::new(), Numbers(0x9e37_79b9_7f4a_7c15));
    match name {
        "json" => (0..20).for_each(|_| json(&mut steps, &mut numbers)),
        "response" => (0..10).for_each(|_| response(&mut steps)),
        "cache" => cache(&mut steps, &mut numbers),
        "any order" => any_order(&mut steps, &mut numbers),
        "drift" => drift(&mut steps, false),
        "drift, one kept" => drift(&mut steps, true),
        _ => return None,
    }
    Some(steps)
}

/// A document is read: texts and small tables, of which one grows; then an answer is put together; then all is dropped.
fn json(steps: &mut Vec<Step>, numbers: &mut Numbers) {
    const TEXTS: usize = 20_000;
    let (table, answer) = (TEXTS, TEXTS + 1);
    steps.push(Step::Take { slot: table, bytes: 96 });
    let mut rows = 4;
    for slot in 0..TEXTS {
        if slot == rows {
            rows *= 2;
            steps.push(Step::Resize { slot: table, bytes: rows * 24 });
        }
        steps.push(Step::Take { slot, bytes: 4 + numbers.below(60) });
    }
    steps.push(Step::Take { slot: answer, bytes: 64 });
    steps.extend((7..17).map(|bits| Step::Resize { slot: answer, bytes: 1 << bits }));
    steps.extend((0..TEXTS + 2).map(|slot| Step::Give { slot }));
}

/// A response of 6 MiB grows out of pieces.
fn response(steps: &mut Vec<Step>) {
    const PIECE_BYTES: usize = 4096;
    let mut room = 64;
    steps.push(Step::Take { slot: 0, bytes: room });
    for piece in 1..=(6 << 20) / PIECE_BYTES {
        steps.push(Step::Take { slot: 1, bytes: PIECE_BYTES });
        while room < piece * PIECE_BYTES {
            room *= 2;
            steps.push(Step::Resize { slot: 0, bytes: room });
        }
        steps.push(Step::Give { slot: 1 });
    }
    steps.push(Step::Give { slot: 0 });
}

/// What is kept from one invocation to the next is replaced little by little.
fn cache(steps: &mut Vec<Step>, numbers: &mut Numbers) {
    const ENTRIES: usize = 4000;
    steps.extend((0..ENTRIES).map(|slot| Step::Take { slot, bytes: numbers.size(4, 11) }));
    for _ in 0..2000 {
        steps.extend((0..60).map(|slot| Step::Take { slot: ENTRIES + slot, bytes: numbers.size(3, 9) }));
        for _ in 0..40 {
            let slot = numbers.below(ENTRIES);
            steps.extend([Step::Give { slot }, Step::Take { slot, bytes: numbers.size(4, 11) }]);
        }
        steps.extend((0..60).map(|slot| Step::Give { slot: ENTRIES + slot }));
    }
    steps.extend((0..ENTRIES).map(|slot| Step::Give { slot }));
}

/// Blocks of all sizes come and go, none in the order of another.
fn any_order(steps: &mut Vec<Step>, numbers: &mut Numbers) {
    const SLOTS: usize = 4000;
    let mut held = [false; SLOTS];
    for _ in 0..200_000 {
        let slot = numbers.below(SLOTS);
        let bytes = numbers.size(3, 13);
        steps.push(match (held[slot], numbers.below(4)) {
            (false, _) => Step::Take { slot, bytes },
            (true, 0) => Step::Resize { slot, bytes },
            (true, _) => Step::Give { slot },
        });
        held[slot] = !matches!(steps.last(), Some(Step::Give { .. }));
    }
    steps.extend((0..SLOTS).filter(|slot| held[*slot]).map(|slot| Step::Give { slot }));
}

/// Each invocation has blocks of another size, 2 MiB of them, and drops them: all, or all but the very first.
fn drift(steps: &mut Vec<Step>, keeps_one: bool) {
    steps.push(Step::Take { slot: 0, bytes: 24 });
    if !keeps_one {
        steps.push(Step::Give { slot: 0 });
    }
    for invocation in 0..39 {
        let bytes = 16 << (invocation % 13);
        let slots = 1..1 + (2 << 20) / bytes;
        steps.extend(slots.clone().map(|slot| Step::Take { slot, bytes }));
        steps.extend(slots.map(|slot| Step::Give { slot }));
    }
    if keeps_one {
        steps.push(Step::Give { slot: 0 });
    }
}
