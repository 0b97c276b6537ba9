//! Gives one heap one trace, `heap-bench HEAP TRACE`, and prints the processor's nanoseconds for each step, the most bytes that were in use at once,
//! and the most memory that was resident for them. Every block is checked for what was written into it.

mod heaps {
    pub mod buddy;
    pub mod dlmalloc;
    pub mod linked_list;
    pub mod rlsf;
    pub mod talc;
}
mod traces;

// What the heaps that stand in for ours find in the bootstrap.
use ruchy_lambda::signals::crash;
use ruchy_lambda::sys;
use std::alloc::{GlobalAlloc, Layout};
use traces::Step;

/// What every block is aligned to, in bytes.
const ALIGN: usize = 8;
const PAGE_BYTES: usize = 4096;

static OURS: ruchy_lambda::host::heap::Heap = ruchy_lambda::host::heap::Heap::new();
static BUDDY: heaps::buddy::Heap = heaps::buddy::Heap::new();
static DLMALLOC: heaps::dlmalloc::Heap = heaps::dlmalloc::Heap::new();
static LINKED_LIST: heaps::linked_list::Heap = heaps::linked_list::Heap::new();
static RLSF: heaps::rlsf::Heap = heaps::rlsf::Heap::new();
static TALC: heaps::talc::Heap = heaps::talc::Heap::new();

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [heap, name] = arguments.as_slice() else {
        println!("{}", traces::NAMES.join("\n"));
        return;
    };
    let steps = traces::trace(name).unwrap_or_else(|| refuse("trace", name));
    match heap.as_str() {
        "ours" => run(&OURS, &steps),
        "buddy" => run(&BUDDY, &steps),
        "dlmalloc" => run(&DLMALLOC, &steps),
        "linked_list" => run(&LINKED_LIST, &steps),
        "rlsf" => run(&RLSF, &steps),
        "talc" => run(&TALC, &steps),
        _ => refuse("heap", heap),
    }
}

fn refuse(kind: &str, name: &str) -> ! {
    eprintln!("there is no {kind} {name:?}; `just bench-heap` knows those that there are");
    std::process::exit(1)
}

fn run(heap: &impl GlobalAlloc, steps: &[Step]) {
    let slots = steps.iter().map(|step| match step {
        Step::Take { slot, .. } | Step::Resize { slot, .. } | Step::Give { slot } => slot + 1,
    });
    let mut held = vec![(std::ptr::null_mut::<u8>(), 0_usize); slots.max().unwrap_or(0)];
    let (mut live, mut live_most) = (0, 0);
    forget_the_most_resident();
    let (before_kib, start_ns) = (resident_kib("VmRSS"), processor_ns());
    for step in steps {
        match *step {
            Step::Take { slot, bytes } => {
                // SAFETY: no trace has blocks of 0 bytes.
                let block = unsafe { heap.alloc(layout(bytes)) };
                write(block, 0, bytes, slot);
                held[slot] = (block, bytes);
                live += bytes;
            }
            Step::Resize { slot, bytes } => {
                let (block, before) = held[slot];
                // SAFETY: the block is held with this layout.
                let block = unsafe { heap.realloc(block, layout(before), bytes) };
                check(block, before.min(bytes), slot);
                write(block, before.min(bytes), bytes, slot);
                held[slot] = (block, bytes);
                live = live + bytes - before;
            }
            Step::Give { slot } => {
                let (block, bytes) = held[slot];
                check(block, bytes, slot);
                // SAFETY: the block is held with this layout, and let go of.
                unsafe { heap.dealloc(block, layout(bytes)) };
                live -= bytes;
            }
        }
        live_most = live_most.max(live);
    }
    let elapsed_ns = processor_ns() - start_ns;
    let resident = (resident_kib("VmHWM").saturating_sub(before_kib)) << 10;
    println!("{:.3} {live_most} {resident}", elapsed_ns as f64 / steps.len() as f64);
}

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes, ALIGN).expect("traces have no such sizes")
}

/// Writes what only this slot has: into each page from `from` on, and into the last byte.
fn write(block: *mut u8, from: usize, bytes: usize, slot: usize) {
    for place in (from..bytes).step_by(PAGE_BYTES).chain([bytes - 1]) {
        // SAFETY: the block has so many bytes.
        unsafe { block.add(place).write(tag(slot, place)) };
    }
}

/// Looks at the first byte, which no resize has moved elsewhere.
fn check(block: *mut u8, bytes: usize, slot: usize) {
    // SAFETY: the block has so many bytes, of which the first was written.
    let first = unsafe { block.read() };
    assert!(bytes > 0 && first == tag(slot, 0), "a block lost what was written into it");
}

fn tag(slot: usize, place: usize) -> u8 {
    (slot * 7 + place / PAGE_BYTES) as u8
}

fn processor_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes the time there.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Has the kernel count the most that is resident from now on.
fn forget_the_most_resident() {
    std::fs::write("/proc/self/clear_refs", "5").expect("the kernel counts what is resident");
}

fn resident_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel says what is resident");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("it has this line");
    line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().expect("a number of KiB")
}
