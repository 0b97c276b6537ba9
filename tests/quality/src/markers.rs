//! Markers of unfinished work, of which no file may have one. Pure.

/// The words, as whole words in capitals. They are put together here, so that this file has none.
const WORDS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

/// Returns the lines of `text` with a marker, and their numbers.
pub fn find(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().zip(1..).filter(|(line, _)| has_marker(line)).map(|(line, number)| (number, line))
}

fn has_marker(line: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{WORDS, find};

    #[test]
    fn markers_are_whole_words() {
        for word in WORDS {
            let text = format!("// fine\n// {word}: later\nlet {word}S = todo_{word};\n");
            assert_eq!(find(&text).map(|(number, _)| number).collect::<Vec<_>>(), [2], "{word}");
        }
    }
}
