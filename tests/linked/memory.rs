//! Memory use: over many invocations, and for large events and responses.

use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::runtime_api::{Connection, RuntimeApi};
use crate::support::text;
use ruchy_lambda_cli::progress::Progress;
use std::collections::HashMap;
use std::env;
use std::process::Command;

/// The number of invocations, unless `just soak` sets it.
const INVOCATIONS: usize = 100_000;
/// After this many invocations the function has seen every size of event.
const SETTLED: usize = 1000;

#[test]
fn soak_keeps_memory_and_descriptors_constant() {
    let invocations = env::var("RUCHY_LAMBDA_SOAK").map_or(INVOCATIONS, |count| count.parse().unwrap_or(0));
    assert!(invocations > SETTLED, "RUCHY_LAMBDA_SOAK: how many invocations? A number above {SETTLED}");
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "keeps");
    let mut settled = None;
    let mut answers = HashMap::new();
    let mut progress = Progress::new("soak", invocations);
    for number in 0..invocations {
        progress.report(number + 1);
        if number == SETTLED {
            settled = Some((function.memory_kib("VmRSS"), function.descriptors()));
        }
        let event = (number % 100).to_string();
        // Each has a separate id, and equal events get equal answers.
        let post = connection.invoke(&format!("id-{number}"), event.as_bytes());
        assert!(post.line.ends_with("/response HTTP/1.1"), "{post:?}");
        assert_eq!(answers.entry(event).or_insert_with(|| post.body.clone()), &post.body);
    }
    assert_eq!(Some((function.memory_kib("VmRSS"), function.descriptors())), settled);
    // The peak for events, responses and everything else.
    let most = function.peak_memory_kib();
    assert!(most < 256, "{most} KiB");
    eprintln!("soak: {invocations} invocations by one process, none lost; {most} KiB of memory at the most");
}

/// Runs `just soak` for a few rounds; the full run takes minutes.
#[test]
fn soak_prints_its_progress() {
    let test = "memory::soak_keeps_memory_and_descriptors_constant";
    let count = (SETTLED + 1).to_string();
    let output =
        Command::new(env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]).env("RUCHY_LAMBDA_SOAK", &count).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && printed.contains(&format!("soak: {count} of {count} rounds, ")), "{printed}");
}

#[test]
fn memory_of_a_large_event_or_response_is_its_size() {
    const BYTES: usize = 6 << 20;
    /// The memory of the test functions' file, and other memory that it writes: less than half of a
    /// second copy.
    const OTHER_KIB: u64 = 2 << 10;
    let api = RuntimeApi::listen();
    // The event in one chunk, as Lambda sends it; the handler keeps nothing of it.
    let (function, mut connection) = api.start(&MISBEHAVING, "measures");
    connection.next();
    connection.deliver_chunked("id", &text(BYTES), BYTES);
    assert_eq!(connection.answer("id").text(), BYTES.to_string());
    let event = function.memory_kib("VmHWM");
    // A response of the same size: only the handler's own copy exists.
    let (function, mut connection) = api.start(&MISBEHAVING, "grows");
    assert_eq!(connection.invoke("id", BYTES.to_string().as_bytes()).body.len(), BYTES);
    let response = function.memory_kib("VmHWM");
    // The handler answers with the event itself.
    let (function, mut connection) = api.start(&ALL, "echo");
    assert_eq!(connection.invoke("id", &text(BYTES)).body.len(), BYTES);
    let both = function.memory_kib("VmHWM");
    for (name, kib) in [("event", event), ("response", response), ("both", both)] {
        let once = (BYTES >> 10) as u64;
        assert!((once..once + OTHER_KIB).contains(&kib), "{name}: {kib} KiB, of which the bytes take {once} once");
    }
}

#[test]
fn memory_is_constant_with_a_slow_reader() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    // 200 MB, Lambda's limit, in pieces of 64 KiB.
    connection.next();
    connection.deliver("id", b"pieces=3200");
    let streamed = connection.streamed("id");
    assert_eq!(streamed.chunks.len(), 3200);
    assert!(streamed.chunks.iter().all(|chunk| chunk.len() == 65_536 && chunk.iter().all(|byte| *byte == b'y')));
    connection.acknowledge(202);
    connection.next();
    assert!(function.peak_memory_kib() < 256, "{} KiB", function.peak_memory_kib());
}

#[test]
fn memory_is_constant_over_invalid_events() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "events_json");
    let wide = format!(r#"{{"a":[{}1"#, r#"{"key":"value"},"#.repeat(20_000));
    let round = |connection: &mut Connection| {
        for event in [wide.as_str(), &"[".repeat(10_000), "{}", r#"{"a":{"b":"x"},"n":1}"#] {
            connection.invoke("id", event.as_bytes());
        }
    };
    for _ in 0..10 {
        round(&mut connection);
    }
    let before = function.memory_kib("VmRSS");
    for _ in 0..200 {
        round(&mut connection);
    }
    assert!(function.memory_kib("VmRSS") <= before + 256, "{before} KiB before, {} after", function.memory_kib("VmRSS"));
}

#[test]
fn heap_keeps_blocks_that_a_handler_keeps() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "holds");
    let mut kept: Vec<String> = Vec::new();
    for round in 0..60_usize {
        kept.push(format!("{round}{}", "k".repeat(round * 37 % 400)));
        let answer = connection.invoke("id", format!("keep {}", kept[round]).as_bytes()).text().to_owned();
        assert_eq!(answer, kept.join(","), "round {round}");
        let (size, total) = (16 << (round % 14), 300_000 * (round % 5));
        assert_eq!(connection.invoke("id", format!("blocks {size} {total}").as_bytes()).text(), (total / size).to_string());
    }
}

/// Memory cut into blocks of one size is not reused for another size while one is in use; when none
/// is, all memory is cut again.
#[test]
fn heap_reuses_memory_for_changing_sizes() {
    const BYTES: usize = 4 << 20;
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "holds");
    let mut once = 0;
    for round in 0..3 {
        for shift in 8..17 {
            let size = 1 << shift;
            assert_eq!(connection.invoke("id", format!("blocks {size} {BYTES}").as_bytes()).text(), (BYTES / size).to_string());
            if once == 0 {
                once = function.memory_kib("VmHWM");
            }
            let most = function.memory_kib("VmHWM");
            assert!(most < once + (2 << 10), "round {round}, blocks of {size}: {most} KiB, and {once} at first");
        }
    }
}

#[test]
fn heap_unmaps_large_blocks_except_the_last() {
    const BLOCK_BYTES: usize = 1 << 20;
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "holds");
    assert_eq!(connection.invoke("id", b"blocks 64 640").text(), "10");
    let before = function.memory_kib("VmRSS");
    assert_eq!(connection.invoke("id", format!("blocks {BLOCK_BYTES} {}", 30 * BLOCK_BYTES).as_bytes()).text(), "30");
    // Zeroed memory uses no pages until it is written.
    assert!(function.memory_kib("VmHWM") > before + (28 << 10));
    // A page or two may be page tables.
    let after = function.memory_kib("VmRSS");
    assert!(after < before + (1 << 10) + 64, "{after} KiB, and {before} before");
}

#[test]
fn heap_reuses_pages_of_a_growing_text() {
    const BYTES: usize = 6 << 20;
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "grows_slowly");
    let mut grow = || assert_eq!(connection.invoke("id", BYTES.to_string().as_bytes()).text(), BYTES.to_string());
    grow();
    grow();
    let before = function.minor_faults();
    grow();
    let faults = function.minor_faults() - before;
    assert!(faults < (BYTES / 4096) as u64 / 8, "{faults} page faults for a text of {} pages", BYTES / 4096);
}

#[test]
fn heap_refuses_an_impossible_allocation() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "holds");
    for (bytes, answer) in [(usize::MAX, "refused"), (usize::MAX / 2 + 1, "refused"), (1 << 20, "had")] {
        assert_eq!(connection.invoke("id", format!("reserve {bytes}").as_bytes()).text(), answer, "{bytes}");
    }
    // A request that could be granted with enough memory ends the process: no caller carries code
    // for that.
    let post = connection.invoke("id", format!("reserve {}", 1_usize << 50).as_bytes());
    assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.OutOfMemory"));
}
