//! Memory over a great many invocations.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::RuntimeApi;
use std::fs;

/// How many invocations the promise is made for.
const INVOCATIONS: usize = 100_000;
/// After so many the function has seen every size of event that is to come.
const SETTLED: usize = 1000;

#[test]
fn memory_and_descriptors_are_flat_over_a_hundred_thousand_invocations() {
    let api = RuntimeApi::listen();
    let (function, mut connection) = api.start(&MISBEHAVING, "keeps");
    let descriptors = || fs::read_dir(format!("/proc/{}/fd", function.id())).unwrap().count();
    let mut settled = None;
    for number in 0..INVOCATIONS {
        if number == SETTLED {
            settled = Some((function.memory_kib("VmRSS"), descriptors()));
        }
        let count = number % 100;
        let post = connection.invoke("id", count.to_string().as_bytes());
        assert!(post.line.ends_with("/response HTTP/1.1"), "{post:?}");
    }
    assert_eq!(Some((function.memory_kib("VmRSS"), descriptors())), settled);
    // The whole of it: event, response and everything between took this much at the most.
    assert!(function.memory_kib("VmHWM") < 512, "{} KiB", function.memory_kib("VmHWM"));
}
