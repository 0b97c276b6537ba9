//! Statements, bodies of files, `let`, attributes, and where statements end.

use super::cursor::begins_item;
use super::{Parsed, Parser, Reported, Rules};
use crate::diagnostic::{Code, Diagnostic, most_similar};
use crate::span::Span;
use crate::token::{Token, TokenKind};
use crate::tree::{Attribute, Body, Expression, ExpressionKind, Let, Pattern, PatternKind, Statement, StatementKind, Visibility};

impl Parser<'_> {
    /// Reads the whole file.
    pub(super) fn body(&mut self) -> Body {
        let mut attributes = Vec::new();
        while self.at(TokenKind::Hash) && self.ahead(1).kind == TokenKind::Not {
            match self.attribute() {
                Ok(attribute) => attributes.push(attribute),
                Err(Reported) => self.recover(0),
            }
        }
        let mut statements = Vec::new();
        loop {
            self.statements(&mut statements);
            if self.at(TokenKind::End) {
                break;
            }
            let error = Diagnostic::error(Code::Unopened, self.span(), "this `}` closes nothing");
            self.report(error.help("remove it, or add the `{` that it belongs to; a block above may be closed too early"));
            self.bump();
        }
        Body { file: self.source.id, span: self.source.span(), attributes, statements }
    }

    /// Reads statements up to a `}` or the end of the file.
    pub(super) fn statements(&mut self, statements: &mut Vec<Statement>) {
        while !matches!(self.kind(), TokenKind::End | TokenKind::BraceClose) {
            let start = self.token();
            let statement = self.statement(false);
            if start.newline_before
                && let Some(before) = statements.last()
            {
                self.check_line(before, start, &statement);
            }
            statements.push(statement);
        }
    }

    /// Reads a statement, at least one token. `in_braces`: it may be the element of a comprehension in braces, which goes on.
    pub(super) fn statement(&mut self, in_braces: bool) -> Statement {
        let (start, span) = (self.position, self.span());
        let rules = Rules { indent: self.indentation(span), ..Rules::STATEMENT };
        let had_bad_token = std::mem::take(&mut self.has_bad_token);
        let mut attributes = Vec::new();
        let read = self.nested(rules, |parser| {
            parser.attributes(&mut attributes)?;
            parser.statement_kind()
        });
        let kind = read.unwrap_or_else(|Reported| {
            self.recover(start);
            if self.position == start {
                self.bump();
            }
            StatementKind::Error
        });
        let end = self.previous();
        let is_element = in_braces && matches!(self.kind(), TokenKind::For | TokenKind::Colon) && !self.token().newline_before;
        let ends = matches!(kind, StatementKind::Error | StatementKind::Empty) || is_element;
        let semicolon = !ends && self.statement_end(start, &kind);
        self.has_bad_token = had_bad_token;
        Statement { id: self.new_id(), span: span.to(end), attributes, kind, semicolon }
    }

    /// Reports a line that may be meant to continue the statement above it, and does nothing by itself: its value is not used.
    fn check_line(&mut self, before: &Statement, start: Token, statement: &Statement) {
        let ends_by_newline = match &before.kind {
            StatementKind::Let(_) => !before.semicolon,
            StatementKind::Expression(expression) => !before.semicolon && !expression.is_block_like(),
            _ => false,
        };
        let StatementKind::Expression(expression) = &statement.kind else { return };
        let is_value = matches!(
            expression.kind,
            ExpressionKind::Unary { .. }
                | ExpressionKind::Reference { .. }
                | ExpressionKind::Binary { .. }
                | ExpressionKind::Range { .. }
                | ExpressionKind::Lambda(_)
                | ExpressionKind::Parenthesized(_)
                | ExpressionKind::Tuple(_)
                | ExpressionKind::List(_)
        );
        let is_unused = statement.semicolon || !matches!(self.kind(), TokenKind::BraceClose | TokenKind::End);
        if !ends_by_newline || !is_value || !is_unused || !begins_or_continues(start.kind) {
            return;
        }
        let sign = self.text(start.span);
        let message = format!("this line begins a statement with `{sign}`, and its value is not used");
        // With a `;` it is surely the end of the statement above; without, it may be left over.
        let error = if statement.semicolon {
            Diagnostic::error(Code::UnusedLine, start.span, message)
        } else {
            Diagnostic::warning(Code::UnusedLine, start.span, message)
        };
        let error = error.note_at(before.span.after(), "the statement above ends here");
        self.diagnostics.push(match start.kind {
            TokenKind::ParenthesisOpen | TokenKind::BracketOpen => {
                error.help(format!("to continue the line above, write the `{sign}` at its end; otherwise remove this line"))
            }
            _ => error.help("to continue the line above, indent this line deeper; otherwise remove it"),
        });
    }

    fn statement_kind(&mut self) -> Parsed<StatementKind> {
        self.refuse_statement()?;
        if self.depth == 1 && matches!(self.kind(), TokenKind::Fun | TokenKind::Fn) && self.ahead(1).kind == TokenKind::ParenthesisOpen {
            // A closure that nothing uses.
            self.bump();
            return Err(self.unexpected("the name of the function"));
        }
        match self.kind() {
            TokenKind::Semicolon => {
                self.bump();
                Ok(StatementKind::Empty)
            }
            _ if self.at_let(0) => {
                let start = self.span();
                let binding = self.let_statement(Visibility::Private)?;
                if self.at(TokenKind::In) {
                    return Ok(StatementKind::Expression(self.body_of_let(start, binding)?));
                }
                Ok(StatementKind::Let(Box::new(binding)))
            }
            TokenKind::Pub if self.at_public_let() => {
                let visibility = self.visibility()?;
                Ok(StatementKind::Let(Box::new(self.let_statement(visibility)?)))
            }
            _ if self.at_item() => Ok(StatementKind::Item(Box::new(self.item()?))),
            _ => Ok(StatementKind::Expression(self.statement_expression()?)),
        }
    }

    fn at_public_let(&self) -> bool {
        let after = if self.ahead(1).kind == TokenKind::ParenthesisOpen { 4 } else { 1 };
        self.at_let(after)
    }

    /// `let`, or `var` with a pattern after it: `var` alone is a name like others.
    pub(super) fn at_let(&self, count: usize) -> bool {
        let (first, next) = (self.ahead(count), self.ahead(count + 1));
        if first.kind != TokenKind::Identifier {
            return first.kind == TokenKind::Let;
        }
        self.is_word(count, "var")
            && match next.kind {
                TokenKind::Identifier | TokenKind::Mut | TokenKind::Underscore => !next.newline_before,
                TokenKind::ParenthesisOpen => {
                    self.tokens.get(next.partner as usize + 1).is_some_and(|after| after.kind == TokenKind::Assign)
                }
                _ => false,
            }
    }

    /// Takes the `;` of a statement, and returns whether it was there. Reports that the statement does not end.
    fn statement_end(&mut self, start: usize, kind: &StatementKind) -> bool {
        if self.eat(TokenKind::Semicolon) {
            return true;
        }
        let ends_itself = match kind {
            StatementKind::Item(_) => true,
            StatementKind::Expression(expression) => expression.is_block_like(),
            _ => false,
        };
        let token = self.token();
        if ends_itself || token.newline_before || matches!(token.kind, TokenKind::BraceClose | TokenKind::End) {
            return false;
        }
        self.statement_goes_on(kind);
        if !begins_item(token.kind) {
            self.recover(start);
        }
        false
    }

    /// Reports the token that follows a statement on its line.
    fn statement_goes_on(&mut self, kind: &StatementKind) -> Reported {
        let found = self.describe();
        let error =
            Diagnostic::error(Code::StatementEnd, self.span(), format!("expected `;` or a newline after the statement, found {found}"));
        let before = self.text(self.previous());
        let help = match (self.kind(), kind) {
            (TokenKind::Identifier, _) => match self.text(self.span()) {
                "and" => Some("write `&&`".to_owned()),
                "or" => Some("write `||`".to_owned()),
                "is" => Some("write `==`, or `match` for a pattern".to_owned()),
                "then" => Some("write the branch as a block: `{ … }`".to_owned()),
                "if" | "unless" => Some("write the condition first: `if … { … }`".to_owned()),
                name => self.declaration_help(before, name),
            },
            (TokenKind::If, _) => Some("write the condition first: `if … { … }`".to_owned()),
            (TokenKind::Else, _) => Some("an `else` follows the `}` of an `if`".to_owned()),
            (TokenKind::Colon, _) if self.ahead(1).kind == TokenKind::Assign => {
                Some(format!("a variable is declared with `let {before} = …`"))
            }
            (TokenKind::Colon, _) => {
                Some(format!("a block is written in braces, and a variable is declared with `let {before}: type = …`"))
            }
            (TokenKind::FatArrow, _) => Some("a closure is written `x => …`, `(a, b) => …` or `|a, b| …`".to_owned()),
            (TokenKind::String | TokenKind::FStringStart | TokenKind::Integer | TokenKind::Float, StatementKind::Expression(called))
                if matches!(called.kind, ExpressionKind::Path(_)) =>
            {
                Some(format!("a call needs parentheses: `{before}(…)`"))
            }
            (TokenKind::ParenthesisClose | TokenKind::BracketClose, _) => Some(format!("remove it: no {found} is open here")),
            (TokenKind::Assign, _) if before == "==" || before == "!=" => Some(format!("write `{before}`")),
            _ => misspelled_keyword(before),
        };
        let error = error.label("the statement should end here");
        self.report(match help {
            Some(help) => error.help(help),
            None => error,
        })
    }

    /// What to write where one name follows another.
    fn declaration_help(&self, before: &str, name: &str) -> Option<String> {
        match before {
            "function" | "def" | "func" | "fnc" | "sub" | "method" => Some(format!("a function is declared with `fun {name}(…) {{ … }}`")),
            "elif" | "elsif" | "elseif" => Some("write `else if`".to_owned()),
            "switch" | "case" | "when" => Some("write `match value { pattern => …, _ => … }`".to_owned()),
            "int" | "float" | "string" | "bool" | "auto" | "i64" | "i32" | "f64" | "String" | "val" | "final"
                if self.ahead(1).kind == TokenKind::Assign =>
            {
                Some(format!("a variable is declared with `let {name} = …`"))
            }
            "not" => Some(format!("write `!{name}`")),
            "new" => Some(format!("a value of a struct is written `{name} {{ field: value }}`")),
            "print" | "println" => Some(format!("a call needs parentheses: `{before}({name})`")),
            "foreach" => Some(format!("write `for {name} in list {{ … }}`")),
            "do" | "until" | "repeat" => Some("write `loop { … }` with `break`, or `while`".to_owned()),
            "delete" | "del" => Some("memory needs no release: remove the statement".to_owned()),
            _ => misspelled_keyword(before),
        }
    }

    /// `let pattern = value in body` as a value.
    pub(super) fn let_in(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let binding = self.let_statement(Visibility::Private)?;
        if self.at(TokenKind::In) {
            return self.body_of_let(start, binding);
        }
        let error =
            Diagnostic::error(Code::Expected, start, "`let` begins a statement, and is not a value").label("expected an expression");
        Err(self.report(error.help("write the `let` in a line of its own; in a condition it is `if let pattern = value`")))
    }

    /// `in body`, after a `let`.
    fn body_of_let(&mut self, start: Span, binding: Let) -> Parsed<Expression> {
        self.bump();
        let body = Box::new(self.expression()?);
        let span = start.to(body.span);
        Ok(self.node(span, ExpressionKind::LetIn { binding: Box::new(binding), body }))
    }

    pub(super) fn let_statement(&mut self, visibility: Visibility) -> Parsed<Let> {
        let word = self.bump();
        let mut pattern = self.pattern()?;
        if word.kind == TokenKind::Identifier {
            make_mutable(&mut pattern);
        }
        let ty = if self.eat(TokenKind::Colon) { Some(self.ty()?) } else { None };
        let value = if self.eat(TokenKind::Assign) {
            if self.at(TokenKind::Assign) {
                return Err(self.unexpected("a value"));
            }
            Some(self.expression()?)
        } else {
            None
        };
        let otherwise = if value.is_some() && self.eat(TokenKind::Else) { Some(self.block()?) } else { None };
        Ok(Let { visibility, pattern, ty, value, otherwise })
    }

    pub(super) fn attributes(&mut self, attributes: &mut Vec<Attribute>) -> Parsed<()> {
        while self.at(TokenKind::Hash) {
            attributes.push(self.attribute()?);
        }
        self.refuse_decorator()
    }

    /// `#[path arguments]` or `#![path arguments]`
    fn attribute(&mut self) -> Parsed<Attribute> {
        let start = self.bump().span;
        self.eat(TokenKind::Not);
        let open = self.expect(TokenKind::BracketOpen)?;
        let path = self.type_path()?;
        let arguments_start = self.span().start;
        if open.partner as usize >= self.tokens.len() {
            return Err(self.expect_close(open, "").map_or_else(|reported| reported, |_| Reported));
        }
        self.position = open.partner as usize;
        let end = self.bump().span;
        let arguments = self.text(Span::new(start.file, arguments_start, end.start)).trim().to_owned();
        Ok(Attribute { span: start.to(end), path, arguments })
    }
}

/// A token that both begins and continues expressions: at the start of a line it mostly begins a statement.
pub(super) fn begins_or_continues(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::ParenthesisOpen
            | TokenKind::BracketOpen
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::Power
            | TokenKind::Ampersand
            | TokenKind::AndAnd
            | TokenKind::Bar
            | TokenKind::OrOr
            | TokenKind::Range
            | TokenKind::RangeInclusive
    )
}

/// Makes the variables that a pattern binds mutable, as `var` does.
fn make_mutable(pattern: &mut Pattern) {
    match &mut pattern.kind {
        PatternKind::Binding { mutable, by_reference: false, .. } => *mutable = true,
        PatternKind::Tuple(patterns) | PatternKind::List(patterns) | PatternKind::TupleStruct { elements: patterns, .. } => {
            patterns.iter_mut().for_each(make_mutable);
        }
        PatternKind::Struct { fields, .. } => fields.iter_mut().for_each(|field| make_mutable(&mut field.pattern)),
        PatternKind::Parenthesized(inner) => make_mutable(inner),
        _ => {}
    }
}

/// The words that begin statements.
const KEYWORDS: [&str; 14] =
    ["const", "enum", "for", "fun", "function", "if", "impl", "let", "loop", "match", "return", "struct", "trait", "while"];

/// A suggestion for a word that something follows which only follows a keyword.
pub(super) fn misspelled_keyword(word: &str) -> Option<String> {
    let near = most_similar(word, KEYWORDS)?;
    Some(format!("did you mean `{}`?", if near == "function" { "fun" } else { near }))
}
