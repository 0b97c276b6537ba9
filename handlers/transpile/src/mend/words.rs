//! Words that ruchy reads as something else than they are: `with` and `from` as methods, variables and fields, names in capitals in front of a block,
//! which it takes for a struct's, methods and functions of one's own that have the name of one that it writes in another way, and `_` as a parameter
//! of a closure. They are given to it in a spelling of their own, and get their names back in the Rust.

use super::source::{Token, closing, tokens, with_holes};
use std::collections::HashSet;
use std::ops::Range;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Ident, LitStr, Pat, parse_quote};

/// What is in front of a word in that spelling.
pub const SPELLED: &str = "word_of_";
/// `_` in that spelling.
const NOTHING: &str = "word_of__";
/// Words of Ruchy's that are methods elsewhere.
const METHODS: [&str; 11] = ["as", "ask", "default", "extend", "from", "in", "send", "super", "type", "where", "with"];
/// Words of Ruchy's that are names elsewhere.
const NAMES: [&str; 15] = [
    "actor",
    "ask",
    "class",
    "default",
    "df",
    "export",
    "extend",
    "finally",
    "from",
    "import",
    "interface",
    "module",
    "receive",
    "spawn",
    "with",
];
/// Functions that ruchy writes in another way, whoever's they are. (Those that print are its own, whatever a source says: its interpreter holds to that.)
const FUNCTIONS: [&str; 49] = [
    "BTreeMap",
    "BTreeSet",
    "HashMap",
    "HashSet",
    "Vec",
    "abs",
    "append_file",
    "array",
    "bool",
    "ceil",
    "char",
    "col",
    "cos",
    "dict",
    "exp",
    "float",
    "floor",
    "format",
    "get_time_ms",
    "input",
    "int",
    "len",
    "list",
    "log",
    "log10",
    "log2",
    "max",
    "min",
    "now_millis",
    "pow",
    "random",
    "range",
    "read_file",
    "read_line",
    "readline",
    "round",
    "set",
    "sin",
    "sqrt",
    "str",
    "tan",
    "time_micros",
    "timestamp",
    "todo",
    "trunc",
    "unimplemented",
    "unreachable",
    "vec",
    "write_file",
];
/// Methods that ruchy writes in another way, whoever's they are.
const WRITTEN: [&str; 51] = [
    "add",
    "all",
    "any",
    "append",
    "build",
    "column",
    "columns",
    "concat",
    "contains",
    "describe",
    "difference",
    "ends_with",
    "endswith",
    "filter",
    "find",
    "first",
    "flatten",
    "fold",
    "get",
    "insert",
    "intersection",
    "items",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "lstrip",
    "map",
    "reduce",
    "replace",
    "rows",
    "rstrip",
    "sample",
    "slice",
    "split",
    "starts_with",
    "startswith",
    "strip",
    "substring",
    "sum",
    "symmetric_difference",
    "to_lower",
    "to_s",
    "to_upper",
    "trim",
    "union",
    "unique",
    "update",
    "upper",
    "values",
];
/// What stands in front of a block.
const HEADS: [&str; 5] = ["if", "in", "match", "while", "for"];

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let own = Own {
        methods: own_methods(&tokens, source),
        functions: own_functions(&tokens, source),
        names: NAMES.into_iter().filter(|name| is_bound(&tokens, source, name)).collect(),
        foreign: super::receivers::foreign_names(&tokens, source),
    };
    spell_with(source, &own)
}

/// What a source names itself.
struct Own<'source> {
    methods: Vec<&'source str>,
    /// With the tokens between which they can be called.
    functions: Vec<(&'source str, Range<usize>)>,
    names: Vec<&'static str>,
    /// What has none of its methods.
    foreign: HashSet<&'source str>,
}

impl Own<'_> {
    /// What there is in the text at `index`.
    fn at(&self, index: usize) -> Self {
        let here = self.functions.iter().filter(|(_, place)| place.contains(&index)).map(|(name, _)| (*name, 0..usize::MAX));
        Self { methods: self.methods.clone(), functions: here.collect(), names: self.names.clone(), foreign: self.foreign.clone() }
    }
}

fn spell_with(source: &str, own: &Own) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = String::new();
    let mut reached = 0;
    for (index, Token { place }) in tokens.iter().enumerate() {
        let word = text(index);
        result += &source[reached..place.start];
        reached = place.end;
        let before = if index == 0 { "" } else { text(index - 1) };
        let is_called = text(index + 1) == "(" || text(index + 1) == "::";
        let is_method = matches!(before, "." | "::" | "?." | "fun" | "fn") && is_called && METHODS.contains(&word);
        let is_own_function = || own.functions.iter().any(|(name, place)| *name == word && place.contains(&index));
        let is_own = before == "."
            && is_called
            && own.methods.contains(&word)
            && WRITTEN.contains(&word)
            && !super::receivers::is_foreign(&tokens, source, index, &own.methods, &own.foreign)
            || !matches!(before, "." | "::" | "?.") && text(index + 1) == "(" && FUNCTIONS.contains(&word) && is_own_function()
            || own.names.contains(&word) && !is_keyword(text(index + 1));
        let is_name =
            word.starts_with(char::is_uppercase) && text(index + 1) == "{" && before != "::" && is_before_block(&tokens, source, index);
        if is_method || is_own || is_name {
            result += SPELLED;
        }
        result += &if word.starts_with("f\"") {
            super::plus::marked(&with_holes(word, &|hole| spell_with(hole, &own.at(index))))
        } else if word == "_" && is_parameter(&tokens, source, index) {
            NOTHING.to_owned()
        } else {
            word.to_owned()
        };
    }
    result + &source[reached..]
}

/// The methods that a source has itself.
fn own_methods<'source>(tokens: &[Token], source: &'source str) -> Vec<&'source str> {
    defined(tokens, source).filter(|index| takes_self(tokens, source, *index)).map(|index| &source[tokens[index].place.clone()]).collect()
}

/// The functions that a source has itself, and the closures that have a name, each with the block that it is known in.
fn own_functions<'source>(tokens: &[Token], source: &'source str) -> Vec<(&'source str, Range<usize>)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let functions = defined(tokens, source).filter(|index| !takes_self(tokens, source, *index));
    let closures = (1..tokens.len())
        .filter(|index| text(index - 1) == "let" && text(index + 1) == "=" && matches!(text(index + 2), "|" | "||" | "move"));
    let known = functions.chain(closures).filter_map(|index| Some((index, block_around(tokens, source, index)?)));
    known.map(|(index, place)| (&source[tokens[index].place.clone()], place)).collect()
}

/// The tokens of the block around the function at `index`; nothing where that is a type's, whose functions are called by its name.
fn block_around(tokens: &[Token], source: &str, index: usize) -> Option<Range<usize>> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let mut depth = 0;
    let open = (0..index).rev().find(|index| {
        depth += match text(*index) {
            "}" => 1,
            "{" => -1,
            _ => 0,
        };
        depth < 0
    });
    let Some(open) = open else { return Some(0..tokens.len()) };
    let head = (0..open).rev().map(text).take_while(|token| !matches!(*token, "{" | "}" | ";"));
    let is_type = head.into_iter().any(|token| matches!(token, "impl" | "struct" | "trait" | "class"));
    if is_type { None } else { closing(tokens, source, open).map(|close| open..close) }
}

/// Where the names of functions and methods stand that a source has itself.
fn defined<'tokens>(tokens: &'tokens [Token], source: &'tokens str) -> impl Iterator<Item = usize> + 'tokens {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    (1..tokens.len()).filter(move |index| matches!(text(index - 1), "fun" | "fn") && matches!(text(index + 1), "(" | "<"))
}

fn takes_self(tokens: &[Token], source: &str, name: usize) -> bool {
    (name + 2..name + 6).any(|index| tokens.get(index).is_some_and(|token| &source[token.place.clone()] == "self"))
}

/// Whether a variable, a parameter or a field of this name is in a source.
fn is_bound(tokens: &[Token], source: &str, name: &str) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    (1..tokens.len()).any(|index| {
        let before = text(index - 1);
        let is_variable =
            matches!(before, "let" | "mut" | "for") || text(index + 1) == ":" && matches!(before, "(" | "," | "{" | "pub" | "|");
        text(index) == name && (is_variable || matches!(before, "(" | "," | "|") && matches!(text(index + 1), "," | "|"))
    })
}

/// Whether what stands behind such a word shows that it is Ruchy's: `import a`, `from "b"`, `spawn c()`.
fn is_keyword(behind: &str) -> bool {
    let is_word = behind.starts_with(|letter: char| letter.is_alphabetic() || matches!(letter, '_' | '"'));
    is_word && !matches!(behind, "in" | "as" | "and" | "or" | "if" | "else" | "is")
}

/// Whether the `{` behind the name at `index` begins the block of an `if`, a `while`, a `match` or a `for`.
fn is_before_block(tokens: &[Token], source: &str, index: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut depth = 0;
    let is_in_head = (0..index).rev().map(text).find_map(|token| {
        match token {
            // A statement begins after the end of a block, as after the others.
            "}" | "(" | "[" | "{" | ";" | "=>" | "," if depth == 0 => return Some(false),
            ")" | "]" | "}" => depth += 1,
            "(" | "[" | "{" => depth -= 1,
            word if depth == 0 && HEADS.contains(&word) => return Some(true),
            _ => {}
        }
        None
    });
    if is_in_head != Some(true) {
        return false;
    }
    let mut depth = 0;
    let end = (index + 1..tokens.len()).find(|index| {
        depth += match text(*index) {
            "{" => 1,
            "}" => -1,
            _ => 0,
        };
        depth == 0
    });
    // Behind a struct's literal there is the block still to come.
    end.is_some_and(|end| text(end + 1) != "{")
}

/// Whether the `_` at `index` is among the parameters of a closure: `|_|`, `|a, _|`.
fn is_parameter(tokens: &[Token], source: &str, index: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let is_part = |token: &&str| *token == "," || token.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let begins = (0..index).rev().map(text).find(|token| !is_part(token)) == Some("|");
    let ends = (index + 1..tokens.len()).map(text).find(|token| !is_part(token)) == Some("|");
    let is_alternative =
        matches!(text(index + 1), "=>") || (index + 1..tokens.len()).map(text).find(|token| !is_part(token) && *token != "|") == Some("=>");
    begins && ends && !is_alternative
}

/// Gives the words their names back.
pub fn mend(file: &mut File, _: &str) {
    Words.visit_file_mut(file);
}

struct Words;

impl VisitMut for Words {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        if matches!(pattern, Pat::Ident(name) if name.ident == NOTHING) {
            *pattern = parse_quote!(_);
        }
        visit_mut::visit_pat_mut(self, pattern);
    }

    fn visit_ident_mut(&mut self, name: &mut Ident) {
        if let Some(word) = name.to_string().strip_prefix(SPELLED).filter(|word| !word.is_empty()) {
            *name = Ident::new(word, name.span());
        }
    }

    /// An object's keys are text.
    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        if let Some(name) = text.value().strip_prefix(SPELLED).filter(|name| NAMES.contains(name)) {
            *text = LitStr::new(name, text.span());
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument: &mut Expr| self.visit_expr_mut(argument));
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn words_are_spelled() {
        for (source, spelled) in [
            ("a.with(b)", "a.word_of_with(b)"),
            ("String::from(\"a\")", "String::word_of_from(\"a\")"),
            ("if a > LIMIT { 1 }", "if a > word_of_LIMIT { 1 }"),
            ("while A { b(P { c: 1 }) }", "while word_of_A { b(P { c: 1 }) }"),
            ("f(|_| 1, |a, _| 2)", "f(|word_of__| 1, |a, word_of__| 2)"),
            ("struct S { fun get(&self) -> i32 { 1 } } f(s.get())", "struct S { fun get(&self) -> i32 { 1 } } f(s.word_of_get())"),
            ("f\"{String::from(a)}\"", "f\"{String::word_of_from(a)}\""),
            (
                "fun f() { max(1) } mod m { fun max() { max(1) } fun f() { f\"{max(1)}\" } } impl T { fun min() { min(1) } }",
                "fun f() { max(1) } mod m { fun word_of_max() { word_of_max(1) } fun f() { f\"{word_of_max(1)}\" } } impl T { fun min() { min(1) } }",
            ),
            ("fun max(a: i32) {} a.max(max(b))", "fun word_of_max(a: i32) {} a.max(word_of_max(b))"),
            ("let len = |a| a; let max = max(len(b), 1)", "let len = |a| a; let max = max(word_of_len(b), 1)"),
            ("fun f(from: &str) { g(from); p.from }", "fun f(word_of_from: &str) { g(word_of_from); p.word_of_from }"),
            ("let with = 1; f\"{with}\"", "let word_of_with = 1; f\"{word_of_with}\""),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn all_else_is_left_alone() {
        for source in [
            "import a from b",
            "if p == P { x: 1 } { 2 }",
            "let p = P { x: 1 }",
            "fun f() -> P { if a { return P { x: 0 }; } P { x: 1 } }",
            "fun f() -> P { if a { b() } let p = P { x: 1 }; p }",
            "fun f() -> P { for a in b { c() } P { x: 1 } }",
            "struct P { x: i32 }",
            "match a { Some(_) | None => 1, _ => 2 }",
            "match a { x | _ => 1 }",
            "a.get(b)",
            "P { x: _ }",
        ] {
            assert_eq!(spell(source), source);
        }
    }
}
