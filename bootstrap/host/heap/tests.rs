//! The heap in isolation: each test creates one, without the reserves.

use super::{BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, Heap, SIZES, index};
use core::alloc::{GlobalAlloc, Layout};
use proptest::prelude::*;
use std::vec::Vec;

#[test]
fn heap_uses_the_smallest_size_class() {
    let index = |bytes, align| index(Layout::from_size_align(bytes, align).unwrap());
    for bytes in (1..=BLOCK_BYTES_MAX).step_by(if cfg!(miri) { 997 } else { 1 }) {
        let block = BLOCK_BYTES_MIN << index(bytes, 8);
        assert!(block >= bytes && (block == BLOCK_BYTES_MIN || block / 2 < bytes), "{bytes} in {block}");
    }
    for (bytes, align) in [(BLOCK_BYTES_MAX + 1, 8), (1 << 40, 1), (1, 32), (16, 64), (3, 4096)] {
        assert!(index(bytes, align) >= SIZES, "{bytes}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Take { bytes: usize, align: usize },
    Resize { which: usize, bytes: usize },
    Give { which: usize },
}

/// Small under Miri, which interprets each byte that is compared.
const STEP_BYTES_MAX: usize = if cfg!(miri) { 3000 } else { 300_000 };
const STEPS_MAX: usize = if cfg!(miri) { 20 } else { 120 };

fn step() -> impl Strategy<Value = Step> {
    let bytes = prop_oneof![1usize..300, 1..STEP_BYTES_MAX];
    prop_oneof![
        (bytes.clone(), 0u32..7).prop_map(|(bytes, shift)| Step::Take { bytes, align: 1 << shift }),
        (any::<usize>(), bytes).prop_map(|(which, bytes)| Step::Resize { which, bytes }),
        any::<usize>().prop_map(|which| Step::Give { which }),
    ]
}

/// Fills a block with its number, so that an overlap shows.
fn fill(memory: *mut u8, bytes: usize, tag: u8) {
    // SAFETY: the block has this size.
    unsafe { memory.write_bytes(tag, bytes) };
}

fn check(memory: *mut u8, bytes: usize, tag: u8) {
    // SAFETY: the block has this size and was filled.
    let block = unsafe { core::slice::from_raw_parts(memory, bytes) };
    // Each byte equals the next: one memcmp, where a loop over bytes takes minutes without
    // optimisation.
    assert!(block[0] == tag && block[1..] == block[..bytes - 1]);
}

proptest! {
    #[test]
    fn heap_blocks_are_aligned_and_never_overlap(steps in proptest::collection::vec(step(), 1..STEPS_MAX)) {
        let heap = Heap::new();
        // The second time it is cut again.
        for _ in 0..2 {
            play(&heap, &steps)?;
        }
    }
}

fn play(heap: &Heap, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
    for (number, step) in steps.iter().cloned().enumerate() {
        let tag = u8::try_from(number).unwrap();
        match step {
            Step::Take { bytes, align } => {
                let layout = Layout::from_size_align(bytes, align).unwrap();
                // SAFETY: the size is not 0.
                let memory = unsafe { heap.alloc(layout) };
                prop_assert_eq!(memory.addr() % align, 0);
                fill(memory, bytes, tag);
                held.push((memory, layout, tag));
            }
            Step::Resize { which, bytes } if !held.is_empty() => {
                let which = which % held.len();
                let (memory, layout, tag) = held[which];
                // SAFETY: the block is held with this layout.
                let moved = unsafe { heap.realloc(memory, layout, bytes) };
                check(moved, bytes.min(layout.size()), tag);
                fill(moved, bytes, tag);
                held[which] = (moved, Layout::from_size_align(bytes, layout.align()).unwrap(), tag);
            }
            Step::Give { which } if !held.is_empty() => {
                let (memory, layout, tag) = held.swap_remove(which % held.len());
                check(memory, layout.size(), tag);
                // SAFETY: the block is held with this layout, and is let go of.
                unsafe { heap.dealloc(memory, layout) };
            }
            _ => {}
        }
        for (memory, layout, tag) in &held {
            check(*memory, layout.size(), *tag);
        }
    }
    for (memory, layout, _) in held {
        // SAFETY: the block is held with this layout, and is let go of.
        unsafe { heap.dealloc(memory, layout) };
    }
    Ok(())
}

#[test]
fn heap_lends_the_spare_mapping_and_grows_it_in_place() {
    let heap = Heap::new();
    let layout = |bytes| Layout::from_size_align(bytes, 1).unwrap();
    // SAFETY: the sizes are not 0, and each block is resized and given back with its layout.
    unsafe {
        let large = heap.alloc(layout(6 << 20));
        heap.dealloc(large, layout(6 << 20));
        let small = heap.alloc(layout(100_000));
        assert_eq!(small, large, "the spare mapping is used");
        fill(small, 100_000, 1);
        let other = heap.alloc(layout(100_000));
        assert_ne!(other, small, "it is lent once");
        let grown = heap.realloc(small, layout(100_000), 6 << 20);
        assert_eq!(grown, large, "it grows in place");
        check(grown, 100_000, 1);
        let shrunk = heap.realloc(grown, layout(6 << 20), 200_000);
        let moved = heap.realloc(shrunk, layout(200_000), 7 << 20);
        check(moved, 100_000, 1);
        heap.dealloc(other, layout(100_000));
        heap.dealloc(moved, layout(7 << 20));
        assert_eq!(heap.alloc(layout(100_000)), moved);
        heap.dealloc(moved, layout(100_000));
        assert_eq!(heap.spare_bytes.get(), 7 << 20);
    }
}

/// Counts the chunks that were mapped.
fn chunks(heap: &Heap) -> usize {
    let mut chunk: *const *const u8 = heap.chunks.get().cast();
    let mut count = 0;
    while !chunk.is_null() {
        // SAFETY: by the invariant of `chunks`.
        chunk = unsafe { chunk.read() }.cast();
        count += 1;
    }
    count
}

#[test]
fn heap_reuses_memory_for_any_size_when_empty() {
    const BYTES: usize = if cfg!(miri) { 8 << 10 } else { 3 << 20 };
    let heap = Heap::new();
    let at_once = |size: usize| {
        let layout = Layout::from_size_align(size, 16).unwrap();
        // SAFETY: the size is not 0, and each block is given back with its layout.
        let blocks: Vec<*mut u8> = (0..BYTES / size).map(|_| unsafe { heap.alloc(layout) }).collect();
        for block in &blocks {
            fill(*block, size, 7);
        }
        for block in blocks {
            check(block, size, 7);
            // SAFETY: see above.
            unsafe { heap.dealloc(block, layout) };
        }
    };
    for index in (0..SIZES).chain((0..SIZES).rev()) {
        at_once(BLOCK_BYTES_MIN << index);
        assert!(chunks(&heap) <= 4, "{} chunks after blocks of {}", chunks(&heap), BLOCK_BYTES_MIN << index);
    }
    // A block that stays in use keeps the free lists, so the memory is not cut again.
    // SAFETY: the size is not 0.
    let kept = unsafe { heap.alloc(Layout::new::<u64>()) };
    fill(kept, 8, 9);
    at_once(64);
    at_once(128);
    assert!(chunks(&heap) > if cfg!(miri) { 0 } else { 4 }, "{} chunks", chunks(&heap));
    check(kept, 8, 9);
}

#[test]
fn heap_zeroes_reused_memory() {
    let heap = Heap::new();
    for bytes in [24, 100_000] {
        let layout = Layout::from_size_align(bytes, 8).unwrap();
        for _ in 0..2 {
            // SAFETY: the size is not 0, and the block is given back with its layout.
            unsafe {
                let memory = heap.alloc_zeroed(layout);
                check(memory, bytes, 0);
                fill(memory, bytes, 1);
                heap.dealloc(memory, layout);
            }
        }
    }
}
