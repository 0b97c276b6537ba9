//! Labels of loops, of which ruchy makes a `!`, or nothing that it can read. For ruchy a label is a call in the loop's body, `label_of_outer();`, and what
//! names it is a call too: `continue_to_outer()`, `break_of_outer(value)`. The Rust has the labels again.

use super::source::{OPERATORS, Token, closing, tokens};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, File, Label, Lifetime, Stmt, parse_quote};

const LABEL: &str = "label_of_";
const BREAK: &str = "break_of_";
const CONTINUE: &str = "continue_to_";

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut edits = Vec::new();
    for index in (0..tokens.len()).filter(|index| text(*index) == "'") {
        let (name, end) = (text(index + 1), tokens.get(index + 1).map_or(source.len(), |token| token.place.end));
        let before = index.checked_sub(1).map_or("", text);
        if text(index + 2) == ":"
            && matches!(text(index + 3), "for" | "while" | "loop")
            && let Some(open) = body(&tokens, source, index + 3)
        {
            edits.push((tokens[index].place.start..tokens[index + 2].place.end, String::new()));
            edits.push((tokens[open].place.end..tokens[open].place.end, format!(" {LABEL}{name}();")));
        } else if before == "continue" {
            edits.push((tokens[index - 1].place.start..end, format!("{CONTINUE}{name}()")));
        } else if before == "break" {
            let (value, last) = value(&tokens, source, index + 2);
            let end = last.map_or(end, |last| tokens[last].place.end);
            edits.push((tokens[index - 1].place.start..end, format!("{BREAK}{name}({})", spell(value))));
        }
    }
    let mut result = String::new();
    let mut reached = 0;
    edits.sort_by_key(|(place, _)| place.start);
    for (place, text) in edits {
        // What a `break` takes along has been spelled with it.
        if place.start >= reached {
            result += &source[reached..place.start];
            result += &text;
            reached = place.end;
        }
    }
    result + &source[reached..]
}

/// The brace that opens the body of the loop that begins at `index`.
fn body(tokens: &[Token], source: &str, mut index: usize) -> Option<usize> {
    loop {
        match &source[tokens.get(index)?.place.clone()] {
            "{" => return Some(index),
            "(" | "[" => index = closing(tokens, source, index)? + 1,
            ";" | "}" => return None,
            _ => index += 1,
        }
    }
}

/// What stands from `start` to the end of the statement, and its last token.
fn value<'source>(tokens: &[Token], source: &'source str, start: usize) -> (&'source str, Option<usize>) {
    let mut index = start;
    while index < tokens.len() {
        let begins_line = source[tokens[index - 1].place.end..tokens[index].place.start].contains('\n');
        match &source[tokens[index].place.clone()] {
            ";" | "}" | ")" | "]" | "," => break,
            token if begins_line && (index == start || !goes_on(token)) => break,
            "(" | "[" | "{" => index = closing(tokens, source, index).map_or(tokens.len(), |end| end + 1),
            _ => index += 1,
        }
    }
    if index == start { ("", None) } else { (&source[tokens[start].place.start..tokens[index - 1].place.end], Some(index - 1)) }
}

/// Whether a line that begins so goes on with the value before it: behind a `break` there is no other statement.
fn goes_on(token: &str) -> bool {
    token == "." || OPERATORS.iter().any(|(operator, _)| *operator == token)
}

/// Undoes it.
pub fn mend(file: &mut File, _: &str) {
    Labels.visit_file_mut(file);
}

struct Labels;

impl VisitMut for Labels {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::ForLoop(each) => each.label = taken(&mut each.body).or(each.label.take()),
            Expr::While(each) => each.label = taken(&mut each.body).or(each.label.take()),
            Expr::Loop(each) => each.label = taken(&mut each.body).or(each.label.take()),
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
        let Some((name, value)) = call(expression) else { return };
        if let Some(label) = name.strip_prefix(CONTINUE).map(lifetime) {
            *expression = parse_quote!(continue #label);
        } else if let Some(label) = name.strip_prefix(BREAK).map(lifetime) {
            *expression = parse_quote!(break #label #value);
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// What is called, and its first argument.
fn call(expression: &Expr) -> Option<(String, Option<Expr>)> {
    let Expr::Call(call) = expression else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    Some((path.path.get_ident()?.to_string(), call.args.first().cloned()))
}

/// The label that a loop's body begins with, taken out of it.
fn taken(body: &mut Block) -> Option<Label> {
    let first = body.stmts.first_mut()?;
    if let Stmt::Expr(Expr::Block(inner), _) = first {
        return taken(&mut inner.block);
    }
    let Stmt::Expr(expression, _) = first else { return None };
    let (name, _) = call(expression)?;
    let label = lifetime(name.strip_prefix(LABEL)?);
    body.stmts.remove(0);
    Some(parse_quote!(#label:))
}

fn lifetime(name: &str) -> Lifetime {
    Lifetime::new(&format!("'{name}"), proc_macro2::Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn labels_are_calls() {
        for (source, spelled) in [
            ("'a: for b in c(d) { break 'a; }", " for b in c(d) { label_of_a(); break_of_a(); }"),
            ("let x = 'a: loop { break 'a b + 1 }", "let x =  loop { label_of_a(); break_of_a(b + 1) }"),
            ("if b { continue 'a }\nelse { c }", "if b { continue_to_a() }\nelse { c }"),
            ("break 'a b\n    + 1\n    .c()\nd", "break_of_a(b\n    + 1\n    .c())\nd"),
            ("if b { break 'a }\n*c += 1", "if b { break_of_a() }\n*c += 1"),
            ("break 'a loop { break 'b 1 }", "break_of_a(loop { break_of_b(1) })"),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn letters_and_lifetimes_stay() {
        for source in ["fun f<'a>(b: &'a str) -> &'a str { b }", "match a { 'b' => 'c', _ => 'd' }", "\"'a: for\"", "break a"] {
            assert_eq!(spell(source), source);
        }
    }
}
