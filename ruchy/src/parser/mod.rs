//! Tokens to a tree: recursive descent, with precedence climbing for operators.
//!
//! # Where statements end
//! A statement ends at `;`, at a newline, at `}`, or after the `}` of its block. A newline does not end it
//! - inside parentheses and brackets, in conditions, and where an operand is missing: `let a =` goes on in the next line;
//! - if the next line begins with a token that only continues an expression: `.`, `+`, `/`, `==`, `as`, `?` and the like;
//! - if the next line begins with `-`, `*`, `&`, `&&`, `|`, `||`, `..` or `**`, which also begin statements, and is indented deeper than the
//!   line on which the statement starts.
//!
//! A line that begins with `(` or `[` begins a statement. A line that begins a statement in one of these ways and has no effect is reported.
//! After a statement's block only `.`, `?`, or an operator that begins no expression continues it: `if a { b } else { c }.len()`.
//!
//! # Braces
//! `{` begins an object if `name:`, `name,`, `"text":` or `...` follows, a block otherwise. `{}` is an object without entries where a value
//! must stand (`let m = {}`, arguments, elements, operands, `return {}`), and a block as the body of a closure or an arm and as a statement.
//! In the conditions of `if`, `while`, `for` and `match` a name is not followed by a struct literal, unless `name:` follows the brace.
//!
//! # Errors
//! A statement that cannot be read is an error node; reading goes on after it, so that one run reports several errors. Functions that return
//! `Parsed` have reported a diagnostic when they fail. The parser looks ahead a bounded number of tokens, or at the partner of a bracket,
//! and never goes back.

mod brace;
mod collection;
mod control;
mod cursor;
mod expression;
mod fstring;
mod function;
mod generics;
mod item;
mod lambda;
mod literal;
pub mod macros;
mod member;
mod path;
mod pattern;
mod postfix;
mod primary;
mod refused;
mod statement;
mod types;
mod unary;

use crate::diagnostic::Diagnostics;
use crate::lexer::lex;
use crate::source::Source;
use crate::token::Token;
use crate::tree::{Body, NodeId};

/// The deepest nesting of expressions, blocks, patterns and types that is read; deeper nesting is an error. A chain of operators or of method
/// calls counts each of them, because the tree of a chain is as deep.
pub const DEPTH_MAX: u32 = 400;

/// What the parser makes of one file.
#[derive(Debug)]
pub struct ParsedFile {
    pub body: Body,
    pub diagnostics: Diagnostics,
    /// The tokens that were read, and how often one was looked at: for tests that the parser's work is proportional to its input.
    pub tokens: usize,
    pub steps: u64,
}

pub(crate) use literal::literal_of_token;

/// The result of reading a construct. `Err` means that a diagnostic has been reported.
type Parsed<T> = Result<T, Reported>;

/// A diagnostic has been reported.
#[derive(Clone, Copy, Debug)]
struct Reported;

/// Reads a file. Nodes are numbered from `*nodes` on, which is advanced.
#[must_use]
pub fn parse_file(source: &Source, nodes: &mut u32) -> ParsedFile {
    let lexed = lex(source);
    let mut parser = Parser {
        source,
        tokens: &lexed.tokens,
        position: 0,
        nodes: *nodes,
        depth: 0,
        peak: 0,
        rules: Rules::STATEMENT,
        takes_generics: true,
        block_end: None,
        last_error: None,
        is_too_deep: false,
        has_bad_token: false,
        diagnostics: lexed.diagnostics,
        steps: std::cell::Cell::new(0),
    };
    let body = parser.body();
    *nodes = parser.nodes;
    let steps = parser.steps.get();
    ParsedFile { body, tokens: lexed.tokens.len(), steps, diagnostics: parser.diagnostics }
}

struct Parser<'a> {
    source: &'a Source,
    tokens: &'a [Token],
    /// INVARIANT: the index of a token, which is the last one, [`crate::token::TokenKind::End`], at the end.
    position: usize,
    /// The number of nodes so far.
    nodes: u32,
    /// How many constructs the current one is nested in.
    depth: u32,
    /// The height of the highest tree that was read so far in the current construct.
    peak: u32,
    rules: Rules,
    /// `<` after the name of a type begins its arguments: everywhere but after `as`.
    takes_generics: bool,
    /// The index of the `}` that ends the innermost block, if it has one.
    block_end: Option<usize>,
    /// The token at which the last error was reported: a second one there would be a consequence of it.
    last_error: Option<usize>,
    /// An error of too much nesting was reported: nothing is read after it.
    is_too_deep: bool,
    /// The current statement has a token that the lexer has reported: what is wrong with its structure is mostly a consequence.
    has_bad_token: bool,
    diagnostics: Diagnostics,
    steps: std::cell::Cell<u64>,
}

/// What is allowed where an expression is read.
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own, and most combinations occur")]
#[derive(Clone, Copy, Debug)]
struct Rules {
    /// `Name { … }` is a struct literal.
    structs: bool,
    /// `x => …` is a closure.
    arrows: bool,
    /// `let pattern = value` is a condition.
    lets: bool,
    /// A newline may end the expression.
    newlines: bool,
    /// The indentation, in characters, of the line on which the statement starts.
    indent: usize,
}

impl Rules {
    const STATEMENT: Self = Self { structs: true, arrows: true, lets: false, newlines: true, indent: 0 };
    /// Inside parentheses, brackets, and lists of values.
    const GROUP: Self = Self { structs: true, arrows: true, lets: false, newlines: false, indent: 0 };
    /// In front of a block.
    const CONDITION: Self = Self { structs: false, arrows: true, lets: true, newlines: false, indent: 0 };
}

impl Parser<'_> {
    fn new_id(&mut self) -> NodeId {
        let id = NodeId(self.nodes);
        self.nodes += 1;
        id
    }
}
