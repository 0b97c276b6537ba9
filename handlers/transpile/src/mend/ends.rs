//! Where a statement ends, and ruchy goes on: behind the block of an `if`, a loop or a `match` it takes `*count += 1` of the next line for a
//! multiplication by the block, `-1` for a subtraction, and either is lost in the block. So such a block is given a semicolon. So is a line in front of
//! one like `*count += 1`, which can be no multiplication.

use super::source::{Token, opening, tokens};

/// What begins a statement or its value, and goes on with an expression too.
const AMBIGUOUS: [&str; 5] = ["*", "-", "&", "(", "["];
/// What a statement with blocks begins with.
const HEADS: [&str; 5] = ["if", "for", "loop", "match", "while"];
/// What changes the place on its left.
const ASSIGNMENTS: [&str; 6] = ["=", "+=", "-=", "*=", "/=", "%="];

/// `source` with those semicolons.
pub fn spell(source: &str) -> String {
    let statements = Statements { source, tokens: &tokens(source) };
    let mut result = source.to_owned();
    for end in statements.ends().into_iter().rev() {
        result.insert(end, ';');
    }
    result
}

struct Statements<'source> {
    source: &'source str,
    tokens: &'source [Token],
}

impl<'source> Statements<'source> {
    fn text(&self, index: usize) -> &'source str {
        self.tokens.get(index).map_or("", |token| &self.source[token.place.clone()])
    }

    fn begins_line(&self, index: usize) -> bool {
        index == 0 || self.source[self.tokens[index - 1].place.end..self.tokens[index].place.start].contains('\n')
    }

    /// Where the semicolons are missing.
    fn ends(&self) -> Vec<usize> {
        let mut open = Vec::new();
        let mut ends = Vec::new();
        for index in 0..self.tokens.len() {
            let token = self.text(index);
            let is_in_block = index > 0 && self.begins_line(index) && open.last().is_some_and(|open| self.text(*open) == "{");
            if is_in_block && AMBIGUOUS.contains(&token) {
                let is_behind_block = self.text(index - 1) == "}" && self.is_statement(index - 1);
                if is_behind_block || token == "*" && self.ends_operand(index - 1) && self.is_assigned(index) {
                    ends.push(self.tokens[index - 1].place.end);
                }
            }
            match token {
                "(" | "[" | "{" => open.push(index),
                ")" | "]" | "}" => drop(open.pop()),
                _ => {}
            }
        }
        ends
    }

    /// Whether the block that ends at `close` is the last one of a statement, and not of a value: `if a { … }`, and not `let b = if a { … }`.
    fn is_statement(&self, close: usize) -> bool {
        let Some(mut index) = opening(self.tokens, self.source, close) else { return false };
        while let Some(before) = index.checked_sub(1) {
            match self.text(before) {
                ")" | "]" => match opening(self.tokens, self.source, before) {
                    Some(open) => index = open,
                    None => return false,
                },
                "let" if matches!(self.text(before.wrapping_sub(1)), "if" | "while") => index = before,
                "else" => return before > 0 && self.text(before - 1) == "}" && self.is_statement(before - 1),
                head if HEADS.contains(&head) && self.text(before.wrapping_sub(1)) != "else" => return self.begins_statement(before),
                ";" | "{" | "}" | "(" | "[" | "=>" | "let" | "return" => return false,
                _ => index = before,
            }
        }
        false
    }

    /// Whether the word at `index` begins a statement, behind a label perhaps.
    fn begins_statement(&self, index: usize) -> bool {
        let is_labelled = index > 2 && self.text(index - 1) == ":" && self.text(index - 3) == "'";
        let index = if is_labelled { index - 3 } else { index };
        index == 0 || matches!(self.text(index - 1), ";" | "{" | "}") || self.begins_line(index) && self.ends_operand(index - 1)
    }

    fn ends_operand(&self, index: usize) -> bool {
        let token = self.text(index);
        let is_word = token.starts_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '"' | '\''));
        is_word && !matches!(token, "return" | "in" | "else" | "as" | "and" | "or" | "not") || matches!(token, ")" | "]" | "}" | "?")
    }

    /// Whether the line that begins at `index` gives what it begins with a value.
    fn is_assigned(&self, index: usize) -> bool {
        let mut depth = 0;
        for next in index + 1..self.tokens.len() {
            match self.text(next) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                token if depth == 0 && ASSIGNMENTS.contains(&token) => return true,
                _ => {}
            }
            if depth < 0 || depth == 0 && (self.text(next) == ";" || next + 1 < self.tokens.len() && self.begins_line(next + 1)) {
                return false;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn blocks_end_statements() {
        for (source, spelled) in [
            ("{ if a { b }\n*c += 1 }", "{ if a { b };\n*c += 1 }"),
            ("{ if let Some(a) = b { c } else if d { e } else { f }\n-1 }", "{ if let Some(a) = b { c } else if d { e } else { f };\n-1 }"),
            ("{ 'a: for b in c(|d| { d }) { e }\n&f }", "{ 'a: for b in c(|d| { d }) { e };\n&f }"),
            ("{ let a = b\nmatch a { 1 => { c } _ => {} }\n(d, e) }", "{ let a = b\nmatch a { 1 => { c } _ => {} };\n(d, e) }"),
            ("{ let a = b[0]\n*c.get(1)? = 5 }", "{ let a = b[0];\n*c.get(1)? = 5 }"),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn what_goes_on_is_left_alone() {
        for source in [
            "{ let a = if b { c } else { d }\n- 1 }",
            "{ let a = b\n    * c }",
            "match a { 1 => { b }\n-1 => c }",
            "{ f(P { a: 1 }\n- b) }",
            "{ let a = P { b: 1 }\n- c }",
            "{ if a { b };\n*c += 1 }",
            "{ return match a { _ => 1 }\n* 2 }",
            "{ let a = b\n    * c == d; }",
        ] {
            assert_eq!(spell(source), source);
        }
    }
}
