//! Files of environment variables, in the format of Docker and dotenv: `NAME=value` on each line.
//! Pure, except for [`read`].
//!
//! - Blank lines and lines that begin with `#` are ignored, and so is `export ` before a name.
//! - A value ends with its line, without blanks around it; ` #` begins a comment.
//! - A value in single quotes is literal. Double quotes support the escapes `\n`, `\r`, `\t`, `\"`
//!   and `\\`. Quoted values may have several lines.
//! - Nothing is substituted: `$NAME` is text.

use crate::environment::check_name;
use crate::{Error, encoding};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The variables in the file at `path`.
///
/// # Errors
/// [`Error::Encoding`]; [`Error::Refused`] with the file, the line, and what is
/// expected.
pub fn read(path: &Path) -> Result<BTreeMap<String, String>, Error> {
    let bytes = fs::read(path).map_err(|error| {
        let expected = "expected a file of NAME=value lines";
        Error::Refused(format!("{}: the file of environment variables cannot be read: {error}; {expected}", path.display()))
    })?;
    let bytes = encoding::to_utf8(bytes).map_err(|reason| Error::Encoding { place: path.display().to_string(), reason })?;
    parse(&String::from_utf8_lossy(&bytes)).map_err(|(line, message)| Error::Refused(format!("{}:{line}: {message}", path.display())))
}

/// The variables that `text` sets; the last one of a name wins.
///
/// # Errors
/// The number of a line, and what is wrong with it.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, (usize, String)> {
    let mut variables = BTreeMap::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index + 1;
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or_else(|| (number, format!("`{line}`: expected NAME=value")))?;
        let name = name.trim();
        check_name(name).map_err(|message| (number, message))?;
        let mut value = value.trim().to_owned();
        // A quoted value ends at its closing quote.
        while let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\''))
            && closing(&value, quote).is_none()
        {
            let (_, next) = lines.next().ok_or_else(|| (number, format!("{name}: the quoted value has no closing {quote}")))?;
            value = value + "\n" + next;
        }
        variables.insert(name.to_owned(), unquoted(&value).map_err(|message| (number, format!("{name}: {message}")))?);
    }
    Ok(variables)
}

/// Parses `NAME=value`, as a command line has it: the value is what is written.
///
/// # Errors
/// A message that says which form is expected.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}`: expected NAME=value"))?;
    check_name(name)?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Returns the index at which the quoted value ends.
fn closing(value: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    value.char_indices().skip(1).find_map(|(index, c)| {
        let ends = c == quote && !escaped;
        escaped = quote == '"' && c == '\\' && !escaped;
        ends.then_some(index)
    })
}

fn unquoted(value: &str) -> Result<String, String> {
    let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        let comment = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
        return Ok(if value.starts_with('#') { String::new() } else { value[..comment].trim_end().to_owned() });
    };
    let end = closing(value, quote).unwrap_or(value.len());
    let (inner, tail) = (&value[1..end], value[end..].strip_prefix(quote).unwrap_or_default().trim());
    if !tail.is_empty() && !tail.starts_with('#') {
        return Err(format!("`{tail}` after the quoted value: expected nothing or a comment"));
    }
    if quote == '\'' {
        return Ok(inner.to_owned());
    }
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match (c, if c == '\\' { characters.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('r')) => text.push('\r'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some(escaped @ ('"' | '\\' | '$'))) => text.push(escaped),
            ('\\', Some(other)) => text.extend(['\\', other]),
            (c, _) => text.push(c),
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{assignment, parse};

    #[test]
    fn env_file_reads_what_dotenv_files_have() {
        let text = "# comment\r\n\nTABLE=orders\nexport STAGE = test  # comment\nEMPTY=\nHASH=a#b\nURL=https://a/?b=c\n\
                    SINGLE='a \\n \"b\"' # comment\nDOUBLE=\"a \\\"b\\\"\\n$HOME \\\\ \\d\"\nKEY=\"first\nsecond\"\nTABLE=last\n";
        let variables: Vec<_> = parse(text).unwrap().into_iter().collect();
        let expected = [
            ("DOUBLE", "a \"b\"\n$HOME \\ \\d"),
            ("EMPTY", ""),
            ("HASH", "a#b"),
            ("KEY", "first\nsecond"),
            ("SINGLE", "a \\n \"b\""),
            ("STAGE", "test"),
            ("TABLE", "last"),
            ("URL", "https://a/?b=c"),
        ];
        assert_eq!(variables, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(assignment("NAME='a'=b"), Ok(("NAME".to_owned(), "'a'=b".to_owned())));
    }

    #[test]
    fn env_file_names_the_line_that_is_wrong() {
        for (text, line, message) in [
            ("AB=1\nCD\n", 2, "`CD`: expected NAME=value"),
            ("A-B=1", 1, "`A-B`: expected a name of two or more letters"),
            ("1AB=1", 1, "`1AB`: expected a name of two or more letters"),
            ("\nAB=\"1\n2", 2, "AB: the quoted value has no closing \""),
            ("AB='1' 2", 1, "AB: `2` after the quoted value"),
        ] {
            let (at, error) = parse(text).unwrap_err();
            assert!(at == line && error.starts_with(message), "{text}: {at}: {error}");
        }
        assert!(assignment("NAME").is_err());
    }
}
