//! Tests of the examples in the API documentation of functions. `build.rs` extracts the code
//! blocks:
//!
//! - A block with a `lambda_handler` becomes a module. Its test checks that the handler can be
//!   registered. If the block ends with `// event: EVENT` and `// response: RESPONSE`, the test
//!   also calls it.
//! - Any other block becomes the body of a test.
//!
//! They are not doctests, because rustdoc cannot compile with a crate of the name `std`.

#![cfg_attr(test, allow(unused, clippy::all, clippy::pedantic, reason = "examples are short"))]

#[cfg(test)]
mod harness {
    use registry::{Context, Signature};

    /// Checks that `handler` has a signature that can be registered.
    pub fn accept<Shape>(_handler: impl Signature<Shape>) {}

    /// Calls `handler` and compares its response, or its failure as text.
    pub fn check<Shape>(handler: impl Signature<Shape>, event: &str, response: &str) {
        let answer = handler.invoke(&Context::new("example", b""), event, None);
        assert_eq!(answer.map_or_else(String::from, std::borrow::Cow::into_owned), response);
    }

    /// Items that examples use without naming them, and those for the crates themselves.
    const UNNAMED: [&str; 15] = [
        "Bucket",
        "FromEvent",
        "IntoAnswer",
        "IntoResponse",
        "Page",
        "Plain",
        "Repeat",
        "Route",
        "Selection",
        "StdinLock",
        "ToFailure",
        "answer_to",
        "unsigned_payload",
        "with_opener",
        "write_fmt",
    ];

    #[test]
    fn examples_are_extracted() {
        assert!(crate::COUNT >= 70, "only {} examples", crate::COUNT);
    }

    #[test]
    fn examples_use_every_public_item() {
        let is_unnamed = |item: &&&str| item.rsplit(' ').next().is_some_and(|name| UNNAMED.contains(&name));
        let unused: Vec<_> = crate::UNUSED.iter().filter(|item| !is_unnamed(item)).collect();
        assert!(unused.is_empty(), "no example in the documentation of {unused:#?}");
    }
}

#[cfg(test)]
include!(concat!(env!("OUT_DIR"), "/examples.rs"));
