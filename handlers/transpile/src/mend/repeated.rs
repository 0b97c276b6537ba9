//! A list of one value, repeated: of `vec![0; n]` ruchy makes `vec![0, n]`, a list of two. `[0; n]`, which it makes a list of too, it repeats.

use super::source::{Token, closing, tokens, with_holes};

/// `source` with lists of repeated values so.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = String::new();
    let mut reached = 0;
    for (index, token) in tokens.iter().enumerate() {
        let is_list = text(index) == "vec" && text(index + 1) == "!" && text(index + 2) == "[";
        if is_list && is_repeated(index + 2, &tokens, source) {
            result += &source[reached..token.place.start];
            reached = tokens[index + 2].place.start;
        } else if text(index).starts_with("f\"") {
            result += &source[reached..token.place.start];
            result += &with_holes(text(index), &spell);
            reached = token.place.end;
        }
    }
    result + &source[reached..]
}

/// Whether there is a semicolon between the brackets that open at `open`, and in no others.
fn is_repeated(open: usize, tokens: &[Token], source: &str) -> bool {
    let Some(end) = closing(tokens, source, open) else { return false };
    let mut index = open + 1;
    while index < end {
        match &source[tokens[index].place.clone()] {
            ";" => return true,
            "(" | "[" | "{" => index = closing(tokens, source, index).unwrap_or(end) + 1,
            _ => index += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn repeated_values_stand_in_brackets() {
        for (source, spelled) in [
            ("let a = vec![0; n]", "let a = [0; n]"),
            ("vec![vec![f(1, 2); 2]; n]", "[[f(1, 2); 2]; n]"),
            ("f\"{vec![1; 2].len()}\"", "f\"{[1; 2].len()}\""),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn all_else_stays() {
        for source in ["vec![0, n]", "vec![{ a; b }, c]", "\"vec![0; n]\"", "vec![]"] {
            assert_eq!(spell(source), source);
        }
    }
}
