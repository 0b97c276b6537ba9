//! The emitter: the typed tree as Rust. Line N of the source is line N of the Rust.
//!
//! Code is made in the order of the source; before each node the emitter goes to the node's line, so a piece of code may begin with newlines.
//! Conversions, clones and references that the types ask for are inserted; what is not known is emitted as it was written.

mod assign;
mod builtin;
mod call;
mod collection;
mod compare;
mod concatenation;
mod control;
mod convert;
mod data;
mod derive;
mod escape;
mod expression;
mod format;
mod function;
mod generics;
mod hoist;
mod index;
mod item;
mod lambda;
mod literal;
mod macros;
mod method;
mod object;
mod operator;
mod path;
mod pattern;
mod program;
mod statement;
mod structure;
mod throws;
mod try_catch;
mod type_text;

pub use program::HEADER;

use crate::diagnostic::Diagnostic;
use crate::map::{Map, Set};
use crate::names::{ItemOf, LocalId, Meaning, Names};
use crate::ownership::Ownership;
use crate::positions::Positions;
use crate::source::Sources;
use crate::span::Span;
use crate::tree::{Expression, NodeId, Program};
use crate::types::{Ty, Types};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

/// How tightly an expression binds, in Rust.
mod level {
    pub const BLOCK: u8 = 0;
    pub const JUMP: u8 = 1;
    pub const RANGE: u8 = 3;
    pub const OR: u8 = 4;
    pub const AND: u8 = 5;
    pub const COMPARE: u8 = 6;
    pub const BIT_OR: u8 = 7;
    pub const BIT_XOR: u8 = 8;
    pub const BIT_AND: u8 = 9;
    pub const SHIFT: u8 = 10;
    pub const SUM: u8 = 11;
    pub const PRODUCT: u8 = 12;
    pub const CAST: u8 = 13;
    pub const UNARY: u8 = 14;
    pub const POSTFIX: u8 = 15;
}

/// A piece of Rust.
#[derive(Clone, Debug)]
struct Code {
    text: String,
    level: u8,
}

impl Code {
    fn new(text: impl Into<String>, level: u8) -> Self {
        Self { text: text.into(), level }
    }

    fn atom(text: impl Into<String>) -> Self {
        Self::new(text, level::POSTFIX)
    }

    /// The text, in parentheses unless it binds at least as tightly as `least`. Newlines at its beginning stay in front.
    fn at(&self, least: u8) -> Cow<'_, str> {
        if self.level >= least {
            return Cow::Borrowed(&self.text);
        }
        let (space, code) = self.parts();
        Cow::Owned([space, "(", code, ")"].concat())
    }

    /// [`Self::at`], for a code that is used once.
    fn into_text_at(self, least: u8) -> String {
        if self.level >= least { self.text } else { self.at(least).into_owned() }
    }

    /// The space at the beginning of the text, and what follows it.
    fn parts(&self) -> (&str, &str) {
        let code = self.text.trim_start();
        self.text.split_at(self.text.len() - code.len())
    }

    /// `prefix` in front of the code, after the newlines that it begins with.
    fn prefixed(&self, prefix: &str, least: u8) -> String {
        let (space, code) = self.parts();
        if self.level >= least { [space, prefix, code].concat() } else { [space, prefix, "(", code, ")"].concat() }
    }

    fn method(&self, call: &str) -> Self {
        Self::atom([&self.at(level::POSTFIX), call].concat())
    }
}

/// Emits `program`.
pub fn emit<'tree>(
    program: &'tree Program,
    sources: &'tree Sources,
    names: &'tree Names<'tree>,
    types: &'tree Types,
    ownership: &'tree Ownership,
    positions: &'tree Positions,
    errors: &'tree mut Vec<Diagnostic>,
) -> String {
    let throwing = throws::throwing(names, types);
    let copies = derive::copies(names, types);
    let mut emitter = Emitter {
        sources,
        names,
        types,
        ownership,
        positions,
        errors,
        throwing,
        copies,
        line: 1,
        tries: Vec::new(),
        next_try: 0,
        throws: Throws::No,
        condition: false,
        self_item: None,
        lambda_depth: 0,
        escaping: escape::escaping(program, names, types),
        changing: Set::default(),
        locked: None,
        hoisted: None,
        unstable: Set::default(),
        kept: Set::default(),
        of_trait: false,
        in_trait: false,
        cloned: RefCell::default(),
        shown_parameters: RefCell::default(),
        needs_show: false,
        possible: OnceCell::new(),
        used: OnceCell::new(),
        declared: names.items.iter().filter(|item| is_type(item.kind)).map(|item| item.name.as_str()).collect(),
        imported: names.scopes.iter().flat_map(|scope| scope.names.keys().map(String::as_str)).collect(),
        imports_all_of_std: names
            .scopes
            .iter()
            .any(|scope| scope.globs.iter().any(|glob| glob.first().is_some_and(|first| first == "std"))),
    };
    emitter.program(program)
}

/// What a `throw` does in the function that is emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Throws {
    /// Nothing throws.
    No,
    /// The function returns `Result<_, Thrown>`, which it does not say.
    Hidden,
    /// It returns a `Result` of its own.
    Result,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
struct Emitter<'tree> {
    sources: &'tree Sources,
    names: &'tree Names<'tree>,
    types: &'tree Types,
    ownership: &'tree Ownership,
    positions: &'tree Positions,
    errors: &'tree mut Vec<Diagnostic>,
    /// Functions that pass on what is thrown in them.
    throwing: Set<NodeId>,
    /// Structs and enums that are `Copy`.
    copies: Set<crate::names::ItemId>,
    /// The line that is written.
    line: usize,
    /// The labels of the `try` blocks around.
    tries: Vec<String>,
    next_try: usize,
    throws: Throws,
    /// Within a condition, where a struct literal needs parentheses.
    condition: bool,
    self_item: Option<Ty>,
    lambda_depth: usize,
    /// Closures that outlive the place that makes them.
    escaping: Set<NodeId>,
    /// Variables that hold closures which change what they capture.
    changing: Set<LocalId>,
    /// The global that the statement has locked, and the name of its guard.
    locked: Option<(crate::names::ItemId, String)>,
    /// What the assignment that is emitted computes before its place.
    hoisted: Option<Vec<String>>,
    /// Variables that the text which is made changes: it shows copies of their parts.
    unstable: Set<LocalId>,
    /// Closures that variables hold: nothing but themselves says what they take.
    kept: Set<NodeId>,
    /// Within a trait, or what implements one.
    of_trait: bool,
    /// In a trait itself.
    in_trait: bool,
    /// The type parameters whose values the function that is emitted clones.
    cloned: RefCell<BTreeSet<String>>,
    /// The type parameters whose values the function that is emitted shows.
    shown_parameters: RefCell<BTreeSet<String>>,
    /// A function has a bound for values that are shown: the types of the program need that trait.
    needs_show: bool,
    /// The traits that the program's types may derive.
    possible: OnceCell<Map<crate::names::ItemId, derive::Possible>>,
    /// The items that paths of the program mean.
    used: OnceCell<Set<crate::names::ItemId>>,
    /// The names of the program's types.
    declared: Set<&'tree str>,
    /// The names that scopes declare or import.
    imported: Set<&'tree str>,
    imports_all_of_std: bool,
}

impl<'tree> Emitter<'tree> {
    /// The newlines up to the line of a place, and that line's indentation.
    fn sync(&mut self, span: Span) -> String {
        self.sync_to(span.file, span.start)
    }

    fn sync_end(&mut self, span: Span) -> String {
        self.sync_to(span.file, span.end.saturating_sub(1))
    }

    fn sync_to(&mut self, file: crate::span::FileId, offset: u32) -> String {
        let source = self.sources.get(file);
        if file.0 != 0 || source.is_within_lines(offset, self.line) {
            return String::new();
        }
        let line = source.line_of(offset);
        let text = source.line(line);
        let breaks = line - self.line;
        let width = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let mut space = String::with_capacity(breaks + width);
        space.extend(std::iter::repeat_n('\n', breaks));
        space.push_str(&text[..width]);
        // Other space is shown as wide as its characters.
        space.extend(
            text[width..].chars().take_while(|letter| letter.is_whitespace()).map(|letter| if letter == '\t' { '\t' } else { ' ' }),
        );
        self.line = line;
        space
    }

    fn ty(&self, expression: &Expression) -> &'tree Ty {
        self.types.ty(expression.id)
    }

    fn wanted(&self, expression: &Expression) -> Option<&'tree Ty> {
        self.types.wanted.get(&expression.unparenthesized().id)
    }

    /// The local that a path means.
    fn local_of(&self, expression: &Expression) -> Option<LocalId> {
        match self.names.meaning(expression.id) {
            Meaning::Local(id) => Some(*id),
            _ => None,
        }
    }

    fn is_copy(&self, ty: &Ty) -> bool {
        derive::is_copy(ty, &self.copies)
    }
}

fn is_type(kind: ItemOf<'_>) -> bool {
    !matches!(kind, ItemOf::Function(_) | ItemOf::Constant(_) | ItemOf::Global(_))
}

/// A name in Rust: keywords of Rust that Ruchy does not reserve are raw.
fn identifier(name: &str) -> Cow<'_, str> {
    if is_keyword(name) { Cow::Owned(format!("r#{name}")) } else { Cow::Borrowed(name) }
}

/// Whether a name is reserved in Rust.
fn is_keyword(name: &str) -> bool {
    #[rustfmt::skip]
    let is_keyword = matches!(
        name,
        "abstract" | "as" | "async" | "await" | "become" | "box" | "break" | "const" | "continue" | "do" | "dyn" | "else" | "enum"
            | "extern" | "false" | "final" | "fn" | "for" | "gen" | "if" | "impl" | "in" | "let" | "loop" | "macro" | "match" | "mod"
            | "move" | "mut" | "override" | "priv" | "pub" | "ref" | "return" | "static" | "struct" | "trait" | "true" | "try" | "type"
            | "typeof" | "unsafe" | "unsized" | "use" | "virtual" | "where" | "while" | "yield"
    );
    is_keyword
}

/// A text literal of Rust.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            control if control.is_control() => quoted.push_str(&format!("\\u{{{:x}}}", control as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
