//! The words of a source: names, numbers, and what stands in its strings. All else, comments above all, is skipped.
//!
//! It reads no grammar: whatever it misunderstands costs an alignment at most.

use crate::mend::source::comment;
use std::iter::Peekable;
use std::str::CharIndices;

/// A word and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'text> {
    text: &'text str,
    /// Counted from 1.
    pub line: usize,
}

impl<'text> Word<'text> {
    /// What is compared: ruchy spells `fun` as `fn`, and gives some numbers a type.
    pub fn key(self) -> &'text str {
        let digits = self.text.len() - self.text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        match self.text {
            "fun" => "fn",
            text if digits > 0 => &text[..digits],
            text => text,
        }
    }
}

/// The words of `text`, Ruchy or a token of Rust.
pub fn read(text: &str) -> Vec<Word<'_>> {
    let mut reader = Reader { text, letters: text.char_indices().peekable(), line: 1, words: Vec::new() };
    reader.read();
    reader.words
}

struct Reader<'text> {
    text: &'text str,
    letters: Peekable<CharIndices<'text>>,
    line: usize,
    words: Vec<Word<'text>>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some((at, letter)) = self.next() {
            let rest = &self.text[at..];
            match letter {
                '"' => self.string(),
                _ if rest.starts_with("//") => self.skip(rest.find('\n')),
                _ if rest.starts_with("/*") => self.skip(comment(rest)),
                'r' if rest.starts_with("r#\"") => self.raw(),
                // So does a comment begin in Ruchy, and in `#[…]` an attribute.
                '#' if !rest.starts_with("#[") => self.skip(rest.find('\n')),
                '\'' => self.character(rest),
                _ => self.word(at, letter),
            }
        }
    }

    fn next(&mut self) -> Option<(usize, char)> {
        let next = self.letters.next();
        self.line += usize::from(matches!(next, Some((_, '\n'))));
        next
    }

    /// Skips what is left of so many bytes, of which one has been read; of everything where there is no number.
    fn skip(&mut self, bytes: Option<usize>) {
        let mut left = bytes.map_or(usize::MAX, |bytes| bytes - 1);
        while left > 0 {
            let Some((_, letter)) = self.next() else { break };
            left = left.saturating_sub(letter.len_utf8());
        }
    }

    /// What stands to the next quote; a letter behind a backslash is no part of a word.
    fn string(&mut self) {
        while let Some((at, letter)) = self.next() {
            match letter {
                '"' => break,
                '\\' => drop(self.next()),
                _ => self.word(at, letter),
            }
        }
    }

    /// What stands to the next quote with a `#` behind it.
    fn raw(&mut self) {
        self.skip(Some("r#\"".len()));
        while let Some((at, letter)) = self.next() {
            if self.text[at..].starts_with("\"#") {
                self.next();
                break;
            }
            self.word(at, letter);
        }
    }

    /// A character between quotes, which may be a quote; `rest` begins with the first. A lifetime is left for a word.
    fn character(&mut self, rest: &str) {
        let mut letters = rest.chars().skip(1);
        match (letters.next(), letters.next()) {
            (Some('\\'), _) => {
                // Behind the quote, the backslash and the letter, which may itself be a quote.
                let end = rest.get(3..).and_then(|rest| rest.find('\''));
                self.skip(Some(end.map_or(1, |end| end + 4)));
            }
            (Some(letter), Some('\'')) => {
                if let Some((at, _)) = self.next() {
                    self.word(at, letter);
                }
                self.next();
            }
            _ => (),
        }
    }

    /// The word that begins with `letter`, if one does.
    fn word(&mut self, at: usize, letter: char) {
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        if !is_part(letter) {
            return;
        }
        while self.letters.next_if(|(_, letter)| is_part(*letter)).is_some() {}
        let end = self.letters.peek().map_or(self.text.len(), |(end, _)| *end);
        self.words.push(Word { text: &self.text[at..end], line: self.line });
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn words(text: &str) -> Vec<(&str, usize)> {
        read(text).iter().map(|word| (word.key(), word.line)).collect()
    }

    #[test]
    fn names_and_numbers_have_lines() {
        assert_eq!(words("fun größe(n: i32)\n{ n_1 * 20i64\n}"), [("fn", 1), ("größe", 1), ("n", 1), ("i32", 1), ("n_1", 2), ("20", 2)]);
        assert_eq!(words(""), []);
    }

    #[test]
    fn comments_have_none() {
        assert_eq!(words("a // b\nc /* d\ne */ f # g\n#[h] i /* j"), [("a", 1), ("c", 2), ("f", 3), ("h", 4), ("i", 4)]);
        assert_eq!(words("a /* b /* c */ d\n\" */ e"), [("a", 1), ("e", 2)]);
    }

    #[test]
    fn strings_have_words_and_no_comments() {
        assert_eq!(words(r#"f"to {name}: //\n\"x\"" y"#), [("f", 1), ("to", 1), ("name", 1), ("x", 1), ("y", 1)]);
        assert_eq!(words("r#\"a # \"b\" c\n\"# d # e"), [("a", 1), ("b", 1), ("c", 1), ("d", 2)]);
        assert_eq!(words("\"a\nb # \" c \"unclosed\\"), [("a", 1), ("b", 2), ("c", 2), ("unclosed", 2)]);
    }

    #[test]
    fn a_quote_between_quotes_opens_nothing() {
        for quote in ["'\"'", r"'\''", r"'\\'", r"'\u{22}'"] {
            assert_eq!(words(&format!("a = {quote} // b\nc")), [("a", 1), ("c", 2)], "{quote}");
        }
        assert_eq!(words("'x' &'a str"), [("x", 1), ("a", 1), ("str", 1)]);
        assert_eq!(words("'\\ü a"), [("ü", 1), ("a", 1)]);
    }
}
