//! Parses the lines of `llvm-cov export -format=lcov`. Pure.

use std::collections::BTreeMap;

/// The number of times that each line with code ran, by file as the line tables name it.
pub type Counts = BTreeMap<String, BTreeMap<u32, u64>>;

/// Reads the records of lines. Those of functions and branches are ignored.
///
/// # Errors
/// The record that was not understood.
pub fn parse(text: &str) -> Result<Counts, String> {
    let (mut counts, mut file) = (Counts::new(), None);
    for record in text.lines() {
        let bad = || format!("llvm-cov wrote an unknown record: {record:?}; expected the format lcov");
        if let Some(name) = record.strip_prefix("SF:") {
            file = Some(name.to_owned());
        } else if record == "end_of_record" {
            file = None;
        } else if let Some(line) = record.strip_prefix("DA:") {
            let (number, rest) = line.split_once(',').ok_or_else(bad)?;
            // A checksum may follow.
            let count = rest.split(',').next().unwrap_or(rest);
            let (number, count) = (number.parse().map_err(|_| bad())?, count.parse().map_err(|_| bad())?);
            let lines = counts.entry(file.clone().ok_or_else(bad)?).or_default();
            lines.entry(number).and_modify(|known: &mut u64| *known = (*known).max(count)).or_insert(count);
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn records_have_the_counts_of_lines() {
        let text = "SF:functions/a.ruchy\nFN:1,f\nFNDA:2,f\nDA:1,2\nDA:3,0\nBRDA:3,0,0,1\nLF:2\nLH:1\nend_of_record\nSF:b.rs\nDA:7,18446744073709551615,sum\nend_of_record\n";
        let counts = parse(text).unwrap();
        assert_eq!(counts["functions/a.ruchy"], [(1, 2), (3, 0)].into());
        assert_eq!(counts["b.rs"], [(7, u64::MAX)].into());
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn record_that_is_not_understood_is_an_error() {
        for text in ["DA:1,2\n", "SF:a\nDA:1\n", "SF:a\nDA:x,1\n", "SF:a\nDA:1,-1\n", "SF:a\nend_of_record\nDA:1,1\n"] {
            assert!(parse(text).unwrap_err().contains("DA:"), "{text}");
        }
    }
}
