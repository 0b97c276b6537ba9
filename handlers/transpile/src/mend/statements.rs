//! A program of statements alone, without a function: there ruchy loses a `let` within a loop. So it is given a function, which the Rust is without.

use super::source::tokens;
use syn::{File, Item};

/// What the function is called.
const NAME: &str = "nothing_but_statements";

/// `source` with it, behind its last line, where it has no function.
pub fn spell(source: &str) -> String {
    let has_function = tokens(source).iter().any(|token| matches!(&source[token.place.clone()], "fun" | "fn"));
    if has_function { source.to_owned() } else { format!("{source}\nfun {NAME}() {{}}\n") }
}

/// Undoes it.
pub fn mend(file: &mut File, _: &str) {
    file.items.retain(|item| !matches!(item, Item::Fn(function) if function.sig.ident == NAME));
}
