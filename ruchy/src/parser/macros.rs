//! Calls of macros. Those that are known have expressions for arguments; of others the text is kept.

use super::{Parsed, Parser, Reported, Rules};
use crate::lexer::closing;
use crate::span::Span;
use crate::token::{NO_PARTNER, TokenKind};
use crate::tree::{Delimiter, Expression, ExpressionKind, MacroArguments, MacroCall, Path};

/// Macros whose arguments are expressions.
pub const EXPRESSIONS: [&str; 23] = [
    "vec",
    "println",
    "print",
    "eprintln",
    "eprint",
    "format",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "todo",
    "unimplemented",
    "unreachable",
    "dbg",
    "env",
    "concat",
    "include_str",
    "stringify",
];

impl Parser<'_> {
    /// `!(…)` after the path of a macro.
    pub(super) fn macro_call(&mut self, path: Path) -> Parsed<Expression> {
        self.bump();
        let open = self.token();
        let delimiter = match open.kind {
            TokenKind::ParenthesisOpen => Delimiter::Parentheses,
            TokenKind::BracketOpen => Delimiter::Brackets,
            _ => Delimiter::Braces,
        };
        let name = path.last().map_or("", |name| name.text.as_str());
        let arguments = match name {
            "matches" => self.nested(Rules::GROUP, Self::matches_arguments)?,
            name if EXPRESSIONS.contains(&name) => self.nested(Rules::GROUP, Self::macro_expressions)?,
            _ if open.partner == NO_PARTNER => return Err(self.unclosed_macro()),
            _ => {
                self.position = open.partner as usize;
                let close = self.bump().span;
                let inside = Span::new(close.file, open.span.end, close.start);
                MacroArguments::Tokens(self.text(inside).to_owned())
            }
        };
        let span = path.span.to(self.previous());
        Ok(self.node(span, ExpressionKind::Macro(Box::new(MacroCall { path, delimiter, arguments }))))
    }

    fn unclosed_macro(&mut self) -> Reported {
        let open = self.bump();
        self.expect_close(open, "").map_or_else(|reported| reported, |_| Reported)
    }

    fn macro_expressions(&mut self) -> Parsed<MacroArguments> {
        let open = self.bump();
        let close = closing(open.kind);
        let mut arguments = Vec::new();
        while Some(self.kind()) != close {
            let argument = self.element()?;
            if arguments.is_empty() && self.eat(TokenKind::Semicolon) {
                let count = self.expression()?;
                self.expect_close(open, "")?;
                return Ok(MacroArguments::Repeat(argument, count));
            }
            arguments.push(argument);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect_close(open, " or `,`")?;
        Ok(MacroArguments::Expressions(arguments))
    }

    /// `(value, pattern if guard)`
    fn matches_arguments(&mut self) -> Parsed<MacroArguments> {
        let open = self.bump();
        let value = self.expression()?;
        self.expect(TokenKind::Comma)?;
        let pattern = self.pattern()?;
        let guard = if self.eat(TokenKind::If) { Some(self.expression()?) } else { None };
        self.eat(TokenKind::Comma);
        self.expect_close(open, "")?;
        Ok(MacroArguments::Matches(value, pattern, guard))
    }
}
