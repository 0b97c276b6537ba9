//! A storm of signals: every call in which the process waits is interrupted repeatedly.

use super::play::{ID, Play, play_all};
use super::wire;
use crate::support::bootstrap::{MISBEHAVING, is_emulated};
use crate::support::runtime_api::Request;
use crate::support::text;

/// The number of invocations within one storm.
const INVOCATIONS: usize = 200;
const LARGE_BYTES: usize = 1 << 20;

/// The traffic during the storm.
type Weather = fn(&mut Play, usize);

/// The event of an invocation: each tenth is large.
fn event(number: usize) -> Vec<u8> {
    if number.is_multiple_of(10) { text(LARGE_BYTES) } else { number.to_string().into_bytes() }
}

fn acknowledge(play: &mut Play, post: &Request, event: &[u8]) {
    assert!(post.body == event);
    play.connection.acknowledge(202);
    play.connection.next();
}

fn whole(play: &mut Play, number: usize) {
    let event = event(number);
    play.connection.deliver(ID, &event);
    let post = play.take_post();
    acknowledge(play, &post, &event);
}

fn in_chunks(play: &mut Play, number: usize) {
    let event = event(number);
    play.connection.deliver_chunked(ID, &event, 1000);
    let post = play.take_post();
    acknowledge(play, &post, &event);
}

/// Loses the connection instead of a reply to `next`, and instead of a reply to the POST.
fn lost(play: &mut Play, number: usize) {
    wire::reset(&play.connection);
    play.connection = play.api.accept();
    play.connection.next();
    let event = event(number);
    play.connection.deliver(ID, &event);
    let post = play.take_post();
    wire::finish(&play.connection);
    play.reconnected();
    assert_eq!(play.take_post(), post);
    acknowledge(play, &post, &event);
}

const STORMS: &[(&str, Weather)] = &[("whole replies", whole), ("replies in chunks", in_chunks)];
/// Storms in which the process pauses before it connects again.
const STORMS_WITH_PAUSES: &[(&str, Weather)] = &[("connections lost", lost)];

/// Returns the number of signals so far.
fn signals(play: &mut Play) -> usize {
    play.connection.deliver(ID, b"count");
    let count = play.take_post().text().parse().unwrap();
    play.connection.acknowledge(202);
    play.connection.next();
    count
}

#[test]
fn function_survives_storms_of_signals() {
    play_all("storms", STORMS, |weather| storm(*weather));
    if is_emulated() {
        // If a signal arrives just before a pause, QEMU writes the remaining time without having
        // asked the kernel, so it is arbitrary.
        eprintln!("not run: storms with pauses, because a pause may never end under the emulator");
        return;
    }
    play_all("storms with pauses", STORMS_WITH_PAUSES, |weather| storm(*weather));
}

fn storm(weather: Weather) {
    let mut play = Play::begin_narrow(&MISBEHAVING, "fault_interrupted");
    let before = signals(&mut play);
    for number in 0..INVOCATIONS {
        weather(&mut play, number);
    }
    assert!(signals(&mut play) > before, "there was no storm");
    play.continues_silently();
}
