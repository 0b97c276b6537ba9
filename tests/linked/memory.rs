//! Memory: over a great many invocations, and for large events and responses.

use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::runtime_api::{Connection, RuntimeApi};
use crate::support::text;
use std::collections::HashMap;

/// How many invocations, unless `just soak` says otherwise.
const INVOCATIONS: usize = 100_000;
/// After so many the function has seen every size of event that is to come.
const SETTLED: usize = 1000;

#[test]
fn soak_memory_and_descriptors_are_flat_and_nothing_is_lost() {
    let invocations = std::env::var("RUCHY_LAMBDA_SOAK").map_or(INVOCATIONS, |count| count.parse().unwrap_or(0));
    assert!(invocations > SETTLED, "RUCHY_LAMBDA_SOAK: how many invocations? A number above {SETTLED}");
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "keeps");
    let mut settled = None;
    let mut answers = HashMap::new();
    for number in 0..invocations {
        if number == SETTLED {
            settled = Some((function.memory_kib("VmRSS"), function.descriptors()));
        }
        let event = (number % 100).to_string();
        // Each under an id of its own, and the same answer to the same event every time.
        let post = connection.invoke(&format!("id-{number}"), event.as_bytes());
        assert!(post.line.ends_with("/response HTTP/1.1"), "{post:?}");
        assert_eq!(answers.entry(event).or_insert_with(|| post.body.clone()), &post.body);
    }
    assert_eq!(Some((function.memory_kib("VmRSS"), function.descriptors())), settled);
    // The whole of it: event, response and everything between took this much at the most.
    let most = function.memory_kib("VmHWM");
    assert!(most < 512, "{most} KiB");
    eprintln!("soak: {invocations} invocations by one process, none lost; {most} KiB of memory at the most");
}

#[test]
fn a_large_event_is_received_into_place_and_a_large_response_sent_out_of_the_handler_s_memory() {
    const BYTES: usize = 6 << 20;
    let api = RuntimeApi::listen();
    // The event in one chunk, as Lambda sends it, and the handler keeps nothing of it.
    let (function, mut connection) = api.start(&MISBEHAVING, "measures");
    connection.next();
    connection.deliver_chunked("id", &text(BYTES), BYTES);
    assert_eq!(connection.answer("id").text(), BYTES.to_string());
    let event = function.memory_kib("VmHWM");
    // A response of the same size: the handler's own copy and no other.
    let (function, mut connection) = api.start(&MISBEHAVING, "grows");
    assert_eq!(connection.invoke("id", BYTES.to_string().as_bytes()).body.len(), BYTES);
    let response = function.memory_kib("VmHWM");
    // Both, where the handler answers with the event itself.
    let (function, mut connection) = api.start(&ALL, "echo");
    assert_eq!(connection.invoke("id", &text(BYTES)).body.len(), BYTES);
    let both = function.memory_kib("VmHWM");
    for (name, kib) in [("event", event), ("response", response), ("both", both)] {
        let once = (BYTES >> 10) as u64;
        assert!((once..once + 300).contains(&kib), "{name}: {kib} KiB, of which the bytes take {once} once");
    }
}

#[test]
fn a_slow_reader_grows_no_memory() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "streams");
    // 200 MB, the most that Lambda lets through, in pieces of 64 KiB.
    connection.next();
    connection.deliver("id", b"pieces=3200");
    let streamed = connection.streamed("id");
    assert_eq!(streamed.chunks.len(), 3200);
    assert!(streamed.chunks.iter().all(|chunk| chunk.len() == 65_536 && chunk.iter().all(|byte| *byte == b'y')));
    connection.acknowledge(202);
    connection.next();
    assert!(function.memory_kib("VmHWM") < 512, "{} KiB", function.memory_kib("VmHWM"));
}

#[test]
fn many_bad_events_leave_no_memory_behind() {
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
