//! The columns of `.ruchy` sources. Line N of a source is line N of the Rust that is compiled, and
//! line tables have the columns of that Rust.
//!
//! The tokens of both lines are aligned by their longest common subsequence. A column of Rust that
//! the compiler has added has none in the source.

use super::dep_info;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The extension of the file of columns, which is next to a file with symbols.
const EXTENSION: &str = "columns";
/// The extension of sources whose columns differ.
const RUCHY: &str = "ruchy";
/// Lines with more tokens have no columns: the time of the alignment grows with the square of their
/// number.
const TOKENS_MAX: usize = 1_000;

/// Columns of sources, by file, line and column of the Rust.
#[derive(Debug, Default)]
pub struct Columns(HashMap<String, HashMap<(u32, u32), u32>>);

impl Columns {
    /// Those that were written for the file `with_symbols`; none if there are none.
    #[must_use]
    pub fn of(with_symbols: &Path) -> Self {
        fs::read_to_string(path(with_symbols)).map(|text| Self::parse(&text)).unwrap_or_default()
    }

    /// The column in the source; of a file that the compiler does not rewrite, `column` itself.
    #[must_use]
    pub fn of_source(&self, file: &str, line: u32, column: u32) -> Option<u32> {
        if Path::new(file).extension().is_none_or(|extension| extension != RUCHY) {
            return Some(column);
        }
        self.0.get(file)?.get(&(line, column)).copied()
    }

    /// Lines of a file's name after `file `, and of three numbers.
    fn parse(text: &str) -> Self {
        let mut columns = Self::default();
        let mut file = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("file ") {
                file = name;
            } else if let [line, rust, source] = line.split(' ').filter_map(|number| number.parse().ok()).collect::<Vec<u32>>()[..] {
                columns.0.entry(file.to_owned()).or_default().insert((line, rust), source);
            }
        }
        columns
    }
}

/// The file of columns next to the file `with_symbols`.
#[must_use]
pub fn path(with_symbols: &Path) -> PathBuf {
    with_symbols.with_extension(EXTENSION)
}

/// The text of that file: the columns of the sources that `linked` is made of. A file in one of the
/// folders `generated` is the Rust of the source that `source_of` returns for its name in that
/// folder.
pub fn text(linked: &Path, generated: &[PathBuf], source_of: impl Fn(&Path) -> PathBuf) -> String {
    let mut text = String::new();
    for path in dep_info::all(linked) {
        let Some(name) = generated.iter().find_map(|folder| path.strip_prefix(folder).ok()) else { continue };
        if let (Ok(rust), Ok(source)) = (fs::read_to_string(&path), fs::read_to_string(source_of(name)))
            && path.extension().is_some_and(|extension| extension == RUCHY)
        {
            let _ = writeln!(text, "file {}", name.display());
            for (number, (rust, source)) in (1..).zip(rust.lines().zip(source.lines())) {
                for (of_rust, of_source) in aligned(rust, source) {
                    let _ = writeln!(text, "{number} {of_rust} {of_source}");
                }
            }
        }
    }
    text
}

/// The columns of the tokens that both lines have: in `rust` in bytes, as rustc counts, in `source`
/// in characters, as editors do; both from 1.
fn aligned(rust: &str, source: &str) -> Vec<(usize, usize)> {
    let (left, right) = (tokens(rust), tokens(source));
    if left.len().max(right.len()) > TOKENS_MAX {
        return Vec::new();
    }
    // `common[i][j]`: how many tokens `left[i..]` and `right[j..]` have in common.
    let mut common = vec![vec![0_u16; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i][j] = if left[i].1 == right[j].1 { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < left.len() && j < right.len() {
        if left[i].1 == right[j].1 {
            pairs.push((left[i].0 + 1, source[..right[j].0].chars().count() + 1));
            (i, j) = (i + 1, j + 1);
        } else if common[i + 1][j] >= common[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Words and single characters with their places, in bytes. Blanks are none.
fn tokens(line: &str) -> Vec<(usize, &str)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = if is_word(first) { rest.find(|character| !is_word(character)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, after) = rest.split_at(length);
        if !first.is_whitespace() {
            tokens.push((line.len() - rest.len(), in_common(token)));
        }
        rest = after;
    }
    tokens
}

/// `token` as both languages have it: `fn` for `fun`, numbers without their types.
fn in_common(token: &str) -> &str {
    if token == "fun" {
        return "fn";
    }
    let is_number = token.starts_with(|character: char| character.is_ascii_digit());
    let end = ["_i", "_u", "_f"].into_iter().filter_map(|of_type| token.find(of_type)).min().filter(|_| is_number);
    &token[..end.unwrap_or(token.len())]
}

#[cfg(test)]
mod tests {
    use super::{Columns, aligned, text};
    use std::fs;
    use std::path::Path;

    /// The column in `source` of what begins at `at` in `rust`.
    fn column(rust: &str, source: &str, at: &str) -> Option<usize> {
        let of_rust = rust.find(at).unwrap() + 1;
        aligned(rust, source).into_iter().find(|(rust, _)| *rust == of_rust).map(|(_, source)| source)
    }

    #[test]
    fn columns_are_those_of_the_source() {
        let (rust, source) = (
            "    response.write(format!(\"{} {}\\n\", n, deep(values[n as usize])));",
            "    response.write(f\"é {n} {deep(values[n])}\");",
        );
        assert_eq!(column(rust, source, "response"), Some(5));
        assert_eq!(column(rust, source, "write"), Some(14));
        assert_eq!(column(rust, source, "deep"), Some(source.chars().position(|c| c == 'd').unwrap() + 1));
        assert_eq!(column(rust, source, "format"), None);
        assert_eq!(column("#![allow(warnings)] pub fn a() { ", "pub fun a() {", "fn"), Some(5));
        assert_eq!(aligned("", "x"), []);
    }

    #[test]
    fn columns_are_written_for_sources_that_the_compiler_rewrites() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for folder in ["plain/functions", "functions"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        fs::write(path("plain/functions/a.ruchy"), "fn a() {\n    1_i64 + b(2_i64)\n}\n").unwrap();
        fs::write(path("functions/a.ruchy"), "fun a() {\n    1 + b(2)\n}\n").unwrap();
        let inputs = ["plain/functions/a.ruchy", "functions/a.ruchy", "b.rs"].map(|name| path(name).display().to_string());
        fs::write(path("linked.d"), format!("linked: {}\n", inputs.join(" "))).unwrap();
        let written = text(&path("linked"), &[path("plain"), path("inlined")], |name| folder.path().join(name));
        fs::write(super::path(&path("bootstrap.symbols")), written).unwrap();
        let columns = Columns::of(&path("bootstrap.symbols"));
        assert_eq!(columns.of_source("functions/a.ruchy", 2, 13), Some(9));
        assert_eq!((columns.of_source("functions/a.ruchy", 2, 5), columns.of_source("functions/a.ruchy", 2, 6)), (Some(5), None));
        assert_eq!(columns.of_source("b.rs", 2, 5), Some(5));
        assert_eq!(Columns::of(Path::new("none")).of_source("functions/a.ruchy", 2, 13), None);
    }
}
