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
    text
}

/// The first block that has a struct, moved into it.
fn one_moved(source: &str) -> Option<String> {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token: &Token| &source[token.place.clone()]);
    let blocks = (0..tokens.len()).filter(|index| text(*index) == "impl").filter_map(|index| Some((index, brace(&tokens, source, index)?)));
    for (start, open) in blocks {
        let name = head_type(&tokens, source, start, open)?;
        let close = closing(&tokens, source, open)?;
        let mut structs = (0..tokens.len()).filter(|index| text(*index) == "struct" && text(index + 1) == name);
        if let Some(owner) = structs.next() {
            let end = closing(&tokens, source, brace(&tokens, source, owner)?)?;
            let methods = source[tokens[open].place.end..tokens[close].place.start].replace("pub fun ", "fun ").replace("pub fn ", "fn ");
            let comma = if matches!(text(end - 1), "," | "{" | "}") { "" } else { "," };
            let (block, brace) = (tokens[start].place.start..tokens[close].place.end, tokens[end - 1].place.end);
            let rest = &source[tokens[end].place.start..];
            let with = |front: &str, rest: &str| format!("{front}{comma}\n{methods}\n{rest}");
            return Some(if block.start > brace {
                let behind = block.start - (source.len() - rest.len());
                with(&source[..brace], &format!("{}{}", &rest[..behind], &source[block.end..]))
            } else {
                with(&format!("{}{}", &source[..block.start], &source[block.end..brace]), rest)
            });
        }
    }
    None
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
