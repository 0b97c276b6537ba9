//! `xs >> filter(f) >> map(g)`, which is a shift to ruchy, for what is meant: `xs.filter(f).map(g)`.

use super::source::tokens;

/// What may stand behind it.
const STEPS: [&str; 12] = ["all", "and_then", "any", "filter", "find", "flat_map", "fold", "map", "reverse", "skip", "sort", "take"];

/// `source` so.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let defined = |name: &str| (0..tokens.len()).any(|index| matches!(text(index), "fun" | "fn") && text(index + 1) == name);
    let mut result = String::new();
    let mut reached = 0;
    for index in 0..tokens.len() {
        let name = text(index + 1);
        if text(index) == ">>" && STEPS.contains(&name) && text(index + 2) == "(" && !defined(name) {
            result += source[reached..tokens[index].place.start].trim_end_matches(' ');
            result += ".";
            reached = tokens[index + 1].place.start;
        }
    }
    result + &source[reached..]
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn steps_are_methods() {
        assert_eq!(spell("a >> filter(|x| x > 1)\n    >> map(f)"), "a.filter(|x| x > 1)\n.map(f)");
    }

    #[test]
    fn shifts_stay() {
        for source in ["a >> b", "a >> map", "fun map(a) { a } 8 >> map(1)", "a >> len(b)"] {
            assert_eq!(spell(source), source);
        }
    }
}
