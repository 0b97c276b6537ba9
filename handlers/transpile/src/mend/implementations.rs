//! `impl` blocks, which ruchy does not take: their methods stand in the struct's own braces. The struct is moved to where its `impl` is, so that each
//! method keeps its line.

use super::source::{closing, tokens};
use std::ops::Range;

/// `source` with each struct that has one `impl` of its own in that one's place.
pub fn joined(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let starts = |keyword: &'static str| (0..tokens.len()).filter(move |index| text(*index) == keyword && text(*index + 2) == "{");
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for start in starts("impl") {
        let name = text(start + 1);
        let has_one = starts("impl").filter(|index| text(index + 1) == name).count() == 1;
        let Some(structure) = starts("struct").find(|index| text(index + 1) == name).filter(|_| has_one) else { continue };
        let (Some(end), Some(last)) = (closing(&tokens, source, structure + 2), closing(&tokens, source, start + 2)) else { continue };
        if (structure..end).any(|index| text(index) == "fun") {
            continue;
        }
        let fields: Vec<&str> = (structure + 3..end).map(text).collect();
        let comma = if matches!(fields.last(), None | Some(&",")) { "" } else { "," };
        let place = tokens[structure].place.start..tokens[end].place.end;
        let lines = source[place.clone()].matches('\n').count();
        edits.push((place, "\n".repeat(lines)));
        edits.push((tokens[start].place.start..tokens[start + 2].place.end, format!("struct {name} {{ {}{comma}", fields.join(" "))));
        // Whoever can use the struct can use them.
        let is_public = |index: &usize| text(*index) == "pub" && text(index + 1) == "fun";
        edits.extend((start..last).filter(is_public).map(|index| (tokens[index].place.clone(), String::new())));
        if structure > 0 && text(structure - 1) == "pub" {
            edits.push((tokens[structure - 1].place.clone(), String::new()));
        }
    }
    edits.sort_by_key(|(place, _)| place.start);
    let mut result = source.to_owned();
    for (place, text) in edits.into_iter().rev() {
        result.replace_range(place, &text);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_struct_is_where_its_methods_are() {
        let source = "pub struct P {\n    x: i32 // why\n}\n\nimpl P {\n    pub fun f(&self) -> i32 { self.x }\n}\n";
        let wanted = " \n\n\n\nstruct P { x : i32,\n     fun f(&self) -> i32 { self.x }\n}\n";
        assert_eq!(joined(source), wanted);
    }

    #[test]
    fn all_else_is_left_alone() {
        for source in ["struct P { x: i32 }", "impl T for P { }", "struct P { x: i32 } impl P { } impl P { }", "impl Q { fun f() {} }"] {
            assert_eq!(joined(source), source);
        }
    }
}
