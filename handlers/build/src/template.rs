//! What a macro that formats is given, taken apart: its format string and its arguments, as pieces of text one behind the other.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Token};

/// What may stand between a macro's parentheses: values, of which some have names.
pub struct Arguments(pub Vec<Argument>);

pub struct Argument {
    pub name: Option<Ident>,
    pub value: Expr,
}

impl Arguments {
    /// As many as there are, between commas.
    ///
    /// # Errors
    /// Where something else stands there.
    pub fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(Punctuated::<Argument, Token![,]>::parse_terminated(input)?.into_iter().collect()))
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let named = input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]);
        let name = if named { Some(input.parse()?) } else { None };
        if named {
            input.parse::<Token![=]>()?;
        }
        Ok(Self { name, value: input.parse()? })
    }
}

/// What a macro's text is made of.
pub struct Template<'call> {
    /// One behind the other.
    pub pieces: Vec<Piece>,
    /// The values that are no texts themselves, in order.
    pub arguments: Vec<&'call Expr>,
    /// Names of variables that only the format string mentions.
    pub captured: Vec<String>,
}

/// A piece of it.
pub enum Piece {
    /// As it stands.
    Text(String),
    /// The argument of this number.
    Argument(usize),
    /// The captured variable of this number.
    Captured(usize),
}

impl<'call> Template<'call> {
    /// With `behind` behind it. Nothing where there is no format string to read, where a hole of it is not plain, or where holes and arguments do not fit together.
    pub fn of(arguments: &'call Arguments, behind: &str) -> Option<Self> {
        let mut template = Self { pieces: Vec::new(), arguments: Vec::new(), captured: Vec::new() };
        let Some((format, arguments)) = arguments.0.split_first() else {
            template.push_text(behind);
            return Some(template);
        };
        let format = literal(&format.value).filter(|_| format.name.is_none())?.value();
        template.arguments = arguments.iter().map(|argument| &argument.value).filter(|value| literal(value).is_none()).collect();
        let mut used = vec![false; arguments.len()];
        let mut next = 0..;
        for part in parts(&format)? {
            let (number, name) = match part {
                Part::Text(text) => {
                    template.push_text(&text);
                    continue;
                }
                Part::Hole("") => (next.next(), ""),
                Part::Hole(name) => (name.parse().ok().or_else(|| position(arguments, name)), name),
            };
            if let Some(number) = number {
                *used.get_mut(number)? = true;
                template.push_argument(&arguments[number].value);
            } else {
                template.push_captured(name)?;
            }
        }
        template.push_text(behind);
        used.iter().all(|used| *used).then_some(template)
    }

    fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => *last += text,
            _ if text.is_empty() => (),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    fn push_argument(&mut self, value: &Expr) {
        match (literal(value), self.arguments.iter().position(|other| std::ptr::eq(*other, value))) {
            (Some(text), _) => self.push_text(&text.value()),
            (None, Some(number)) => self.pieces.push(Piece::Argument(number)),
            (None, None) => unreachable!("all but literals are kept"),
        }
    }

    fn push_captured(&mut self, name: &str) -> Option<()> {
        syn::parse_str::<Ident>(name).ok().filter(|_| name != "_")?;
        let number = self.captured.iter().position(|other| other == name).unwrap_or_else(|| {
            self.captured.push(name.to_owned());
            self.captured.len() - 1
        });
        self.pieces.push(Piece::Captured(number));
        Some(())
    }

    /// The whole, when nothing has to be put together.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] if self.arguments.is_empty() => Some(""),
            [Piece::Text(text)] if self.arguments.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// Which of `arguments` has this name.
fn position(arguments: &[Argument], name: &str) -> Option<usize> {
    arguments.iter().position(|argument| argument.name.as_ref().is_some_and(|other| other == name))
}

fn literal(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit { attrs, lit: Lit::Str(text) }) if attrs.is_empty() && text.suffix().is_empty() => Some(text),
        _ => None,
    }
}

enum Part<'format> {
    Text(String),
    /// A hole, and what it says: nothing, a number or a name.
    Hole(&'format str),
}

/// The parts of a format string; nothing where a hole says how to format, or where it is none.
fn parts(format: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, behind) = rest.split_at(at);
        let brace = &behind[..1];
        if behind[1..].starts_with(brace) {
            parts.push(Part::Text(text.to_owned() + brace));
            rest = &behind[2..];
            continue;
        }
        let (hole, behind) = behind.strip_prefix('{')?.split_once('}')?;
        if !hole.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        parts.extend([Part::Text(text.to_owned()), Part::Hole(hole)]);
        rest = behind;
    }
    parts.push(Part::Text(rest.to_owned()));
    Some(parts)
}
