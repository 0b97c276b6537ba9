//! A tuple of one, `(a,)`, which loses its comma in ruchy's Rust. For ruchy it is a call, `tuple_of_one(a)`.

use super::source::{closing, tokens};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, parse_quote};

const NAME: &str = "tuple_of_one";
/// What an expression may stand behind, and a type not.
const BEFORE: [&str; 11] = ["=", "(", "[", ",", "{", "=>", "return", ";", "==", "!=", "}"];

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = String::new();
    let mut reached = 0;
    for index in 1..tokens.len() {
        if text(index) != "(" || !BEFORE.contains(&text(index - 1)) {
            continue;
        }
        let Some(end) = closing(&tokens, source, index) else { continue };
        let mut place = index + 1;
        while place < end && text(place) != "," {
            place = if matches!(text(place), "(" | "[" | "{") { closing(&tokens, source, place).unwrap_or(end) } else { place } + 1;
        }
        let is_pattern = matches!(text(end + 1), "=>" | "|" | "=" | "if");
        if place + 1 == end && place > index + 1 && !is_pattern {
            result += &source[reached..tokens[index].place.start];
            result += NAME;
            reached = tokens[index].place.start;
        }
    }
    result + &source[reached..]
}

/// Undoes it.
pub fn mend(file: &mut File, _: &str) {
    Tuples.visit_file_mut(file);
}

struct Tuples;

impl VisitMut for Tuples {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Call(call) = expression
            && matches!(&*call.func, Expr::Path(path) if path.path.is_ident(NAME))
        {
            let element = call.args.first();
            *expression = parse_quote!((#element,));
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn tuples_of_one_are_calls() {
        assert_eq!(spell("let a = (1,)"), "let a = tuple_of_one(1,)");
        assert_eq!(spell("f((g(a, b),), c)"), "f(tuple_of_one(g(a, b),), c)");
    }

    #[test]
    fn all_else_stays() {
        for source in ["f(1,)", "let a = (1, 2,)", "let (a,) = b", "match x { (a,) => a }", "let a: (i32,) = b", "let a = (1)", "x = ()"] {
            assert_eq!(spell(source), source);
        }
    }
}
