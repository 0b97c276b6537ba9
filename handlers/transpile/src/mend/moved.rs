//! A program as ruchy's own interpreter can be given it where its parser refuses `impl` blocks: with their methods in the braces of the struct, which is
//! where its message asks for them. Only to compare with: what becomes Rust is another spelling, see `blocks`.

use super::blocks::{brace, head_type};
use super::source::{Token, closing, tokens};

/// `source` so.
#[must_use]
pub fn moved(source: &str) -> String {
    let mut text = super::pipes::spell(&super::attributes::spell(&super::arms::spell(source)));
    // One block at a time: each changes the places of the others.
    while let Some(next) = one_moved(&text) {
        text = next;
    }
    ended(&text)
}

/// With a semicolon behind each line that the next one would go on with.
fn ended(source: &str) -> String {
    let mut text = source.to_owned();
    for end in super::tries::lines_before_parentheses(&tokens(source), source).into_iter().rev() {
        text.insert(end, ';');
    }
    text
}

/// The first block that has a struct, moved into it.
fn one_moved(source: &str) -> Option<String> {
    let tokens = tokens(source);
    let mut blocks = (0..tokens.len()).filter(|index| source[tokens[*index].place.clone()] == *"impl");
    blocks.find_map(|start| with_block_moved(source, &tokens, start))
}

/// `source` with the `impl` at `start` in the braces of its struct.
fn with_block_moved(source: &str, tokens: &[Token], start: usize) -> Option<String> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let open = brace(tokens, source, start)?;
    let close = closing(tokens, source, open)?;
    let name = head_type(tokens, source, start, open)?;
    let owner = (0..tokens.len()).find(|index| text(*index) == "struct" && text(index + 1) == name)?;
    let end = closing(tokens, source, brace(tokens, source, owner)?)?;
    let methods = source[tokens[open].place.end..tokens[close].place.start].replace("pub fun ", "fun ").replace("pub fn ", "fn ");
    let comma = if matches!(text(end - 1), "," | "{" | "}") { "" } else { "," };
    let (block, member) = (tokens[start].place.start..tokens[close].place.end, tokens[end - 1].place.end);
    let last = tokens[end].place.start;
    Some(if block.start > member {
        format!("{}{comma}\n{methods}\n{}{}", &source[..member], &source[last..block.start], &source[block.end..])
    } else {
        format!("{}{}{comma}\n{methods}\n{}", &source[..block.start], &source[block.end..member], &source[last..])
    })
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn methods_stand_in_the_braces_of_their_struct() {
        let source = "impl<T> B<T> { pub fun c() {} }\nstruct B { d: i32 }\nimpl Shows for B { fun e(&self) {} }\nlet f = 1";
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(&moved(source)), "struct B { d: i32, fun c() {} fun e(&self) {} } let f = 1");
        assert_eq!(moved("impl Missing { fun f() {} }"), "impl Missing { fun f() {} }");
    }
}
