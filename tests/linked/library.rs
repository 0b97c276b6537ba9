//! The functions' `std` compared with the real one, in the linked file.

use crate::support::bootstrap::MISBEHAVING;
use crate::support::runtime_api::RuntimeApi;
use std::time::{SystemTime, UNIX_EPOCH};

#[test]
fn floats_have_the_methods_of_std() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "floats");
    for (event, result) in [
        ("sqrt 2", 2f64.sqrt()),
        ("sqrt -1", f64::NAN),
        ("powi 3 -2", 3f64.powi(-2)),
        ("powf 2 0.5", 2f64.powf(0.5)),
        ("exp 1", 1f64.exp()),
        ("ln 10", 10f64.ln()),
        ("log10 1000", 3.0),
        ("sin 1e6", 1e6f64.sin()),
        ("atan2 -1 -1", (-1f64).atan2(-1.0)),
        ("hypot 3 4", 5.0),
        ("abs -2.5", 2.5),
        ("rem 7.5 -2", 1.5),
        ("round -2.5", -3.0),
        ("fract -3.75", -0.75),
        ("single 17", 4.0),
    ] {
        let answer: f64 = connection.invoke("id", event.as_bytes()).text().parse().unwrap();
        // The last digit may differ: each library rounds differently.
        let near = (answer - result).abs() <= 2.0 * f64::EPSILON * result.abs();
        assert!(near || answer.is_nan() && result.is_nan(), "{event}: {answer}, not {result}");
    }
    let (_function, mut connection) = api.start(&MISBEHAVING, "floats_ruchy");
    // A float in an f-string keeps its point. The function `floor` returns an integer.
    assert_eq!(connection.invoke("id", b"6.25").text(), "2.5 6 39.0625 0.0 6.0");
}

/// Returns nanoseconds since 1970.
fn epoch_ns() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}

#[test]
fn clocks_advance_and_match_the_system_time() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "clock");
    let before = epoch_ns();
    let time: u128 = connection.invoke("id", b"epoch").text().parse().unwrap();
    assert!((before..=epoch_ns()).contains(&time), "{time} is before {before}");
    assert_eq!(connection.invoke("id", b"steady").text(), "true");
    assert_eq!(connection.invoke("id", b"an hour ahead").text(), "59");

    let (_function, mut connection) = api.start(&MISBEHAVING, "clock_ruchy");
    let before_ms = epoch_ns() / 1_000_000;
    let post = connection.invoke("id", b"{}");
    let (time_ms, drawn) = post.text().split_once(' ').unwrap();
    assert!((before_ms..=epoch_ns() / 1_000_000).contains(&time_ms.parse().unwrap()), "{time_ms} is before {before_ms}");
    assert_eq!(drawn, "true");
}

#[test]
fn random_numbers_are_in_range_and_differ_between_invocations() {
    let api = RuntimeApi::listen();
    let (_function, mut connection) = api.start(&MISBEHAVING, "random");
    let mut ask = |what: &str| connection.invoke("id", what.as_bytes()).text().to_owned();
    for what in ["secret", "seed"] {
        assert_ne!(ask(what), ask(what), "{what}");
    }
    // The chance that one byte is zero in all forty answers is 256^-40.
    let secrets: Vec<String> = (0..40).map(|_| ask("secret")).collect();
    for place in (0..600).step_by(2) {
        assert!(secrets.iter().any(|secret| &secret[place..place + 2] != "00"), "byte {} is filled", place / 2);
    }
    let dice = ask("dice");
    assert!(dice.len() == 100 && dice.bytes().all(|number| (b'1'..=b'6').contains(&number)), "{dice}");
    assert_eq!(ask("part"), "true");

    let (_function, mut connection) = api.start(&MISBEHAVING, "random_ruchy");
    let sum: u32 = connection.invoke("id", b"{}").text().parse().unwrap();
    assert!((100..=600).contains(&sum), "{sum}");
}
