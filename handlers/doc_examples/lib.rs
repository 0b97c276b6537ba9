//! Tests of the examples in the API documentation of functions. `build.rs` extracts the code blocks:
//!
//! - A block with a `lambda_handler` becomes a module. Its test checks that the handler can be
//!   registered. If the block ends with `// event: EVENT` and `// response: RESPONSE`, the test also
//!   calls it.
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

    #[test]
    fn examples_are_extracted() {
        assert!(crate::COUNT >= 40, "only {} examples", crate::COUNT);
    }
}

#[cfg(test)]
include!(concat!(env!("OUT_DIR"), "/examples.rs"));
