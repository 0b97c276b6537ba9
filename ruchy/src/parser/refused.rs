//! Constructs of Ruchy and of other languages that are not supported: each is reported by its name, with what to write instead.

use super::{Parsed, Parser, Reported};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::TokenKind;

/// A word that begins a construct at the start of a statement if a name follows, and what to write instead.
const DECLARATIONS: [(&str, &str, &str); 8] = [
    ("class", "classes", "write `struct Name { … }` with its methods in `impl Name { … }`"),
    ("interface", "interfaces", "write `trait Name { … }`"),
    ("mixin", "mixins", "write `trait Name { … }` with methods that have a body"),
    ("extend", "extensions", "write a trait and `impl Trait for Type { … }`"),
    ("effect", "effects", "write functions that return `Result`"),
    ("export", "exports", "write `pub` in front of the item"),
    ("extern", "foreign functions", "functions are linked into one file without other libraries"),
    ("union", "unions", "write an `enum`"),
];

impl Parser<'_> {
    pub(super) fn refuse(&mut self, construct: &str, instead: &str) -> Reported {
        let error = Diagnostic::error(Code::Unsupported, self.span(), format!("{construct} are not supported"));
        self.report(error.label("not supported").help(instead))
    }

    /// Reports a construct at the start of a statement.
    pub(super) fn refuse_statement(&mut self) -> Parsed<()> {
        if !self.at(TokenKind::Identifier) {
            return Ok(());
        }
        let (word, next) = (self.text(self.span()), self.ahead(1));
        let before_name = (next.kind == TokenKind::Identifier || next.kind.is_word() && next.kind != TokenKind::As) && !next.newline_before;
        if let Some((_, construct, instead)) = DECLARATIONS.iter().find(|(declared, ..)| *declared == word && before_name) {
            return Err(self.refuse(construct, instead));
        }
        match word {
            "async" if before_name => Err(self.refuse("async functions", "write a plain function: an invocation has one thread")),
            "macro_rules" if next.kind == TokenKind::Not => {
                Err(self.refuse("declarations of macros", "write a function, generic if need be"))
            }
            "macro" if before_name => Err(self.refuse("declarations of macros", "write a function, generic if need be")),
            "import" if matches!(next.kind, TokenKind::String | TokenKind::BraceOpen | TokenKind::Star) => {
                Err(self.refuse("imports by a file's name", "write `mod name;` for a file beside this one, and `use name::item;`"))
            }
            "from" if before_name && self.is_word(2, "import") => {
                let module = self.text(next.span);
                Err(self.refuse("imports with `from`", &format!("write `use {module}::{{…}}`")))
            }
            "import" if next.kind == TokenKind::Identifier && self.ahead(2).kind != TokenKind::PathSeparator => {
                let module = self.text(next.span);
                let error = Diagnostic::error(Code::Expected, self.span(), format!("`import {module}` names no item of the module"));
                Err(self
                    .report(error.help(format!("write `use {module}::name`, or the whole path where the item is used: `{module}::name`"))))
            }
            "catch" | "finally" if self.at_handler() => {
                let error = Diagnostic::error(Code::Expected, self.span(), format!("this `{word}` belongs to no `try`"));
                Err(self.report(error.help(format!("it follows the block of a `try`: `try {{ … }} {word} … {{ … }}`"))))
            }
            "export" if next.kind == TokenKind::BraceOpen => Err(self.refuse("exports", "write `pub` in front of each item")),
            _ => Ok(()),
        }
    }

    /// A block follows the current word, or a name or parentheses and a block.
    fn at_handler(&self) -> bool {
        let next = self.ahead(1);
        let block = match next.kind {
            TokenKind::Identifier => self.ahead(2),
            TokenKind::ParenthesisOpen => self.tokens.get(next.partner as usize + 1).copied().unwrap_or(next),
            _ => next,
        };
        block.kind == TokenKind::BraceOpen && !block.newline_before
    }

    /// Reports an item after `pub`, or a member, that is not supported.
    pub(super) fn refuse_item(&mut self) -> Parsed<()> {
        if self.at_word("async") {
            return Err(self.refuse("async functions", "write a plain function: an invocation has one thread"));
        }
        self.refuse_statement()
    }

    /// Reports a construct at the start of an operand.
    pub(super) fn refuse_expression(&mut self) -> Parsed<()> {
        if !self.at(TokenKind::Identifier) {
            return Ok(());
        }
        let next = self.ahead(1);
        let begins = matches!(next.kind, TokenKind::Identifier | TokenKind::SelfValue) && !next.newline_before;
        match self.text(self.span()) {
            "await" if begins => Err(self.refuse("`await` and async functions", "call the function: it returns when it is done")),
            "async"
                if matches!(
                    next.kind,
                    TokenKind::BraceOpen | TokenKind::Move | TokenKind::Bar | TokenKind::OrOr | TokenKind::Fun | TokenKind::Fn
                ) =>
            {
                Err(self.refuse("async blocks", "write a plain block: an invocation has one thread"))
            }
            "spawn" if begins || next.kind == TokenKind::BraceOpen && !next.newline_before => {
                Err(self.refuse("tasks", "call a function, and create an actor as a struct, `Name { … }`: an invocation has one thread"))
            }
            "yield" if begins => Err(self.refuse("generators", "return a list, or take a closure that is called with each value")),
            "not" if begins => {
                let name = self.text(next.span);
                let error = Diagnostic::error(Code::Operator, self.span(), "`not` is not an operator");
                Err(self.report(error.help(format!("write `!{name}`"))))
            }
            "lambda" if begins => Err(self.refuse("closures with `lambda`", "write `|x| x + 1`")),
            "df" if next.kind == TokenKind::Not && self.ahead(2).kind == TokenKind::BracketOpen => {
                Err(self.refuse("data frames with `df!`", "write `DataFrame::new().column(name, values).build()`"))
            }
            _ => Ok(()),
        }
    }

    /// Reports a field or method that is not supported.
    pub(super) fn refuse_member(&mut self) -> Parsed<()> {
        if self.at_word("await") && self.ahead(1).kind != TokenKind::ParenthesisOpen {
            return Err(self.refuse("`await` and async functions", "call the function: it returns when it is done"));
        }
        Ok(())
    }

    /// Reports `@name` in front of a statement.
    pub(super) fn refuse_decorator(&mut self) -> Parsed<()> {
        if self.at(TokenKind::At) {
            return Err(self.refuse("decorators", "write an attribute, `#[name]`, or call a function"));
        }
        Ok(())
    }
}
