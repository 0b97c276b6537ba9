//! A program of statements alone, without a function: there ruchy loses a `let` within a loop. So it is given as the `main` that ruchy makes of it anyway.

use super::source::tokens;

/// What has no place within a function, or means something else there.
const ITEMS: [&str; 12] = ["fun", "fn", "struct", "enum", "trait", "impl", "mod", "module", "use", "import", "class", "actor"];

/// `source` so, on the same lines.
pub fn spell(source: &str) -> String {
    let has_items = tokens(source).iter().any(|token| ITEMS.contains(&&source[token.place.clone()]));
    if has_items { source.to_owned() } else { format!("fun main() {{ {source}\n}}\n") }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn statements_stand_in_a_function() {
        assert_eq!(spell("let a = 1\na"), "fun main() { let a = 1\na\n}\n");
        assert_eq!(spell("let a = 1\nfun b() {}"), "let a = 1\nfun b() {}");
    }
}
