//! A `+` between what may be text and what may be a number. Where there is text in an operand ruchy puts the two together, though it be the length of the
//! text: `"ab".len() + 1` comes as `format!("{}{}", "ab".len(), 1)`, which is 21. It adds again what are numbers; where that cannot be told here, it is
//! left to the types (`std::added!`). F-strings of two expressions, which come out the same, are marked for ruchy, and stay as they are.
//! And text is added to text by reference: `text += f"{n}"`.

use super::kind::{Kind, Kinds};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, ExprReference, File, ImplItemFn, ItemFn, LitStr, Macro, Token, parse_quote};

/// What is between the expressions of an f-string that has nothing else in it: a letter that Unicode leaves to private use.
const MARK: &str = "\u{e000}";

/// An f-string with that mark, if it is to have it.
pub fn marked(text: &str) -> String {
    let mut depth = 0;
    let mut between = None;
    let inside = text.strip_prefix("f\"").and_then(|text| text.strip_suffix('"')).unwrap_or_default();
    for (place, letter) in inside.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => return text.to_owned(),
            _ => {}
        }
        if depth == 0 && inside[place + 1..].starts_with('{') && between.replace(place + 1).is_some() {
            return text.to_owned();
        }
    }
    between.map_or_else(|| text.to_owned(), |place| format!("f\"{}{MARK}{}\"", &inside[..place], &inside[place..]))
}

pub fn mend(file: &mut File, _: &str) {
    let kinds = Kinds::of(file);
    Plus { kinds: &kinds, locals: kinds.clone() }.visit_file_mut(file);
}

struct Plus<'file> {
    kinds: &'file Kinds,
    locals: Kinds,
}

impl VisitMut for Plus<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let outer = std::mem::replace(&mut self.locals, self.kinds.within(&function.sig, &function.block));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.locals = outer;
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Macro(text) = expression
            && let Some((left, right)) = operands(&text.mac)
        {
            let is_text = |value: &Expr| self.locals.kind(value).is_some_and(|kind| kind.is_text() || kind == Kind::Char);
            let is_number = |value: &Expr| matches!(self.locals.kind(value), Some(Kind::Integer | Kind::Float));
            if is_text(&left) || is_text(&right) {
                return;
            }
            let right = match right {
                Expr::Reference(reference) => *reference.expr,
                right => right,
            };
            *expression =
                if is_number(&left) || is_number(&right) { parse_quote!(#left + #right) } else { parse_quote!(std::added!(#left, #right)) };
        } else if let Expr::Binary(binary) = expression
            && matches!(binary.op, BinOp::AddAssign(_))
            && !matches!(*binary.right, Expr::Reference(_))
            && self.locals.kind(&binary.right) == Some(Kind::Text)
        {
            let text = Expr::Tuple(parse_quote!(()));
            let expr = Box::new(std::mem::replace(&mut *binary.right, text));
            *binary.right = Expr::Reference(ExprReference { attrs: Vec::new(), and_token: <Token![&]>::default(), mutability: None, expr });
        }
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// What a text is put together of by `+`. Who writes this out means it: there it has the mark of `literals`.
fn operands(text: &Macro) -> Option<(Expr, Expr)> {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(text.tokens.clone()).ok()?;
    let is_plus = text.path.is_ident("format") && arguments.first() == Some(&parse_quote!("{}{}"));
    (is_plus && arguments.len() == 3).then(|| (arguments[1].clone(), arguments[2].clone()))
}

/// Takes the marks away.
pub fn unmark(file: &mut File, _: &str) {
    Marks.visit_file_mut(file);
}

struct Marks;

impl VisitMut for Marks {
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if text.value().contains(MARK) {
            *text = LitStr::new(&text.value().replace(MARK, ""), text.span());
        }
    }

    fn visit_macro_mut(&mut self, text: &mut Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn texts_of_two_expressions_are_marked() {
        for (text, wanted) in [("f\"{a}{b}\"", "f\"{a}\u{e000}{b}\""), ("f\"{a.f(1)}{{ 2 }}\"", "f\"{a.f(1)}\u{e000}{{ 2 }}\"")] {
            assert_eq!(marked(text), wanted);
        }
        for text in ["f\"{a} {b}\"", "f\"{a}\"", "f\"{a}{b}{c}\"", "f\"a{b}{c}\"", "\"{a}{b}\""] {
            assert_eq!(marked(text), text);
        }
    }
}
