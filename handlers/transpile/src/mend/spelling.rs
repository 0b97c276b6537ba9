//! What ruchy cannot read, spelled so that it can: types in turbofish, `_` in numbers and `0xFF`, `?` before a method, and paths in f-strings. The
//! spelling is undone in the Rust, but that of numbers: it is a name that holds what was meant, `parse_turbofish_693332` for `parse::<i32>`,
//! `Shape_path_Dot` for `Shape::Dot`.

use super::source::{Token, tokens};
use syn::visit_mut::{self, VisitMut};
use syn::{AngleBracketedGenericArguments, Expr, ExprMethodCall, File, Path, parse_quote};

const TURBOFISH: &str = "_turbofish_";
const PATH: &str = "_path_";
/// What numbers of another base begin with.
const BASES: [(&str, u32); 3] = [("0b", 2), ("0o", 8), ("0x", 16)];

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let mut result = String::new();
    let mut reached = 0;
    let mut index = 0;
    while index < tokens.len() {
        let place = tokens[index].place.clone();
        result += &source[reached..place.start];
        reached = place.end;
        let text = &source[place.clone()];
        if let Some((turbofish, end)) = turbofish(&tokens, source, index) {
            result += &turbofish;
            reached = tokens[end].place.end;
            index = end;
        } else if text == "::" && is_variant(&tokens, source, index) {
            result += PATH;
        } else if text == "?." {
            result += "? .";
        } else if text.starts_with("f\"") {
            result += &super::source::with_holes(text, &|hole| paths_spelled(&spell(hole)));
        } else {
            result += &number(text);
        }
        index += 1;
    }
    result + &source[reached..]
}

/// A number as ruchy reads it, without `_` and of the base ten: `2i32` for `2_i32`, 255 for `0xFF`.
fn number(text: &str) -> String {
    if !text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return text.to_owned();
    }
    let number = text.replace('_', "");
    let Some((_, base)) = BASES.iter().find(|(beginning, _)| number.starts_with(beginning)) else { return number };
    let (digits, kind) = number[2..].split_at(number[2..].find(['i', 'u']).unwrap_or(number.len() - 2));
    u128::from_str_radix(digits, *base).map_or(number.clone(), |value| format!("{value}{kind}"))
}

/// What to write for `::<…>` behind a method's name, and its last token.
fn turbofish(tokens: &[Token], source: &str, index: usize) -> Option<(String, usize)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    if index < 2 || text(index) != "::" || text(index + 1) != "<" || !matches!(text(index - 2), "." | "?.") {
        return None;
    }
    let mut depth = 0;
    for end in index + 1..tokens.len() {
        depth += match text(end) {
            "<" => 1,
            ">" => -1,
            ">>" => -2,
            "(" | ")" | "[" | "]" | "," | "::" | "&" | "_" => 0,
            word if word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_' || letter == '\'') => 0,
            _ => return None,
        };
        if depth == 0 {
            let types = &source[tokens[index + 2].place.start..tokens[end].place.end - 1];
            return (text(end + 1) == "(").then(|| (format!("{TURBOFISH}{}", letters(types)), end));
        }
    }
    None
}

/// Whether the `::` at `index` is one of `Shape::Square { side: 1.0 }`: of that ruchy makes a name and an object.
fn is_variant(tokens: &[Token], source: &str, index: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let is_type = |index: usize| text(index).starts_with(char::is_uppercase);
    index > 0
        && is_type(index - 1)
        && is_type(index + 1)
        && text(index + 2) == "{"
        && text(index + 4) == ":"
        && text(index + 3).starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// An expression whose paths are single names.
fn paths_spelled(hole: &str) -> String {
    let tokens = tokens(hole);
    let mut result = String::new();
    let mut reached = 0;
    for token in &tokens {
        result += &hole[reached..token.place.start];
        let text = &hole[token.place.clone()];
        result += if text == "::" { PATH } else { text };
        reached = token.place.end;
    }
    result + &hole[reached..]
}

/// Undoes it.
pub fn mend(file: &mut File, _: &str) {
    Spelling.visit_file_mut(file);
}

struct Spelling;

impl VisitMut for Spelling {
    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let name = call.method.to_string();
        if let Some((method, letters)) = name.split_once(TURBOFISH)
            && let Some(types) = types(letters)
        {
            call.method = syn::Ident::new(method, call.method.span());
            call.turbofish = Some(types);
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if let Some(name) = path.get_ident().map(ToString::to_string).filter(|name| name.contains(PATH))
            && let Ok(whole) = syn::parse_str::<Path>(&name.replace(PATH, "::"))
        {
            *path = whole;
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        // Each step of a chain is collected into a list by ruchy, and the last one once more by whoever says into what.
        if let Expr::MethodCall(call) = expression
            && call.method == "collect"
            && let Expr::MethodCall(inner) = &mut *call.receiver
            && inner.method == "collect"
        {
            inner.turbofish.clone_from(&call.turbofish);
            *expression = (*call.receiver).clone();
        }
        // Parts of a text are owned, unless somebody says that they are not.
        if let Expr::MethodCall(call) = expression
            && call.method == "collect"
            && call.turbofish.as_ref().is_some_and(|types| *types == parse_quote!(::<Vec<&str>>))
            && let Expr::MethodCall(owned) = &*call.receiver
            && owned.method == "map"
            && owned.args.first() == Some(&parse_quote!(|s| s.to_string()))
        {
            let (parts, types) = (&owned.receiver, &call.turbofish);
            *expression = parse_quote!(#parts.collect #types ());
        }
    }
}

/// `text` as a part of a name: the number of each byte.
pub fn letters(text: &str) -> String {
    text.bytes().fold(String::new(), |letters, byte| letters + &format!("{byte:02x}"))
}

/// The text that [`letters`] wrote.
pub fn text_of_letters(letters: &str) -> Option<String> {
    let byte = |index: usize| u8::from_str_radix(letters.get(index..index + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..letters.len()).step_by(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

fn types(letters: &str) -> Option<AngleBracketedGenericArguments> {
    let types = text_of_letters(letters)?;
    let types: syn::Type = syn::parse_str(&format!("Spelled<{types}>")).ok()?;
    let syn::Type::Path(path) = types else { return None };
    let syn::PathArguments::AngleBracketed(mut arguments) = path.path.segments.last()?.arguments.clone() else { return None };
    arguments.colon2_token = Some(parse_quote!(::));
    Some(arguments)
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn what_ruchy_cannot_read_is_spelled() {
        for (source, spelled) in [
            ("a.parse::<i32>()", "a.parse_turbofish_693332()"),
            ("f()?.parse::<i32>()", "f()? .parse_turbofish_693332()"),
            ("a.collect::<Vec<u8>>()", "a.collect_turbofish_5665633c75383e()"),
            ("length(text)?.to_string()", "length(text)? .to_string()"),
            ("1_000 + 2_i32 + 0.5_0", "1000 + 2i32 + 0.50"),
            ("0xFF_u8 | 0b1_01 | 0o17i64", "255u8 | 5 | 15i64"),
            ("f\"{f(Shape::Dot)} ::\"", "f\"{f(Shape_path_Dot)} ::\""),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn all_else_is_left_alone() {
        for source in ["Vec::<i32>::new()", "a::b(c)", "\"a.parse::<i32>()\"", "a < b", "// a?.b", "a_1 + \"1_000\"", "t.0.1"] {
            assert_eq!(spell(source), source);
        }
    }
}
