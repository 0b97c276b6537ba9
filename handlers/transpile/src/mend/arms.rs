//! Arms of a `match` that end in a brace and have no comma behind it: where the next one is a list or a tuple, ruchy takes it for an index of the block,
//! or a call. So it is given the comma.

use super::source::{Token, closing, tokens};

/// What may begin a pattern, and goes on with an expression too.
const AMBIGUOUS: [&str; 4] = ["[", "(", "-", "&"];

/// `source` with those commas.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = String::new();
    let mut reached = 0;
    let mut ends: Vec<usize> = (0..tokens.len())
        .filter(|index| text(*index) == "=>" && text(index + 1) == "{")
        .filter_map(|arrow| closing(&tokens, source, arrow + 1))
        .filter(|end| AMBIGUOUS.contains(&text(end + 1)) && is_pattern(&tokens, source, end + 1))
        .map(|end| tokens[end].place.end)
        .collect();
    ends.sort_unstable();
    for end in ends {
        result += &source[reached..end];
        result += ",";
        reached = end;
    }
    result + &source[reached..]
}

/// Whether a `=>` comes behind the tokens from `index`, before anything that no pattern has.
fn is_pattern(tokens: &[Token], source: &str, mut index: usize) -> bool {
    while index < tokens.len() {
        match &source[tokens[index].place.clone()] {
            "=>" => return true,
            "[" | "(" => index = closing(tokens, source, index).map_or(tokens.len(), |end| end + 1),
            ";" | "=" | "{" | "}" | "let" | "return" => return false,
            _ => index += 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn an_arm_in_front_of_a_list_or_a_tuple_has_a_comma() {
        let (source, spelled) = (
            "match x {\n    [1] => { a() }\n    [b, ..] => { c(b) }\n    _ => {}\n}",
            "match x {\n    [1] => { a() },\n    [b, ..] => { c(b) }\n    _ => {}\n}",
        );
        assert_eq!(spell(source), spelled);
        assert_eq!(spell("match x { 1 => { a } (2) => b }"), "match x { 1 => { a }, (2) => b }");
    }

    #[test]
    fn what_is_no_pattern_stays() {
        for source in ["match x { 1 => { a }, [2] => b }", "match x { _ => { a } } [1, 2]", "xs.map(x => { x })(3); y"] {
            assert_eq!(spell(source), source);
        }
    }
}
