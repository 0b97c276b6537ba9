//! A tree back to text: [`same`] to the text that it was read from, with its comments and spaces, and [`canonical`] to a layout that depends
//! on the tree alone.
//!
//! Both walk the tree and write its tokens in the order of the source. A token that the source may leave out, such as a comma before a closing
//! bracket, is not in the tree: it is written where the source has it.

mod control;
mod expression;
mod function;
mod item;
mod pattern;
mod statement;
mod types;
mod writer;

use crate::source::Source;
use crate::tree::{Body, Expression};
use writer::Writer;

/// The text that `body` was read from, made of its tokens and of the source's spaces and comments. Tokens of a changed tree that are not in the
/// source are written in between.
#[must_use]
pub fn same(body: &Body, source: &Source) -> String {
    let mut writer = Writer::of_source(source);
    writer.body(body);
    writer.finish()
}

/// The text of a tree, in a layout of its own, without comments.
#[must_use]
pub fn canonical(body: &Body) -> String {
    let mut writer = Writer::canonical();
    writer.body(body);
    writer.finish()
}

/// The text of an expression in one layout.
#[must_use]
pub fn canonical_expression(expression: &Expression) -> String {
    let mut writer = Writer::canonical();
    writer.expression(expression);
    writer.finish()
}
