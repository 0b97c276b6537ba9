//! The stack in the report of a crash, which the runtime's feature `stack-trace` writes:
//! `"stack":["0x…",…]`. Pure.

use std::ops::Range;

/// The beginning of the list, in a report, and in a report that is the message of a record in JSON.
const BEGINNINGS: [&str; 2] = ["\"stack\":[", "\\\"stack\\\":["];

/// The stack of a crashed function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The place of the list in the line.
    pub range: Range<usize>,
    /// The instruction that was interrupted.
    pub instruction: u64,
    /// The words of the stack that point into the code, from the stack pointer upwards.
    pub words: Vec<u64>,
}

/// Returns the stack in `line`, if there is one.
#[must_use]
pub fn stack(line: &str) -> Option<Reported> {
    let (start, beginning) = BEGINNINGS.iter().find_map(|beginning| Some((line.find(beginning)?, beginning)))?;
    let list = &line[start + beginning.len()..];
    let list = &list[..list.find(']')?];
    let words =
        list.split(',').map(|word| word.trim_matches(['"', '\\']).strip_prefix("0x").and_then(|word| u64::from_str_radix(word, 16).ok()));
    let mut words = words.collect::<Option<Vec<u64>>>()?;
    let end = start + beginning.len() + list.len();
    Some(Reported { range: start..end, instruction: words.remove(0), words })
}

#[cfg(test)]
mod tests {
    use super::stack;

    #[test]
    fn stack_of_a_report_is_read_in_both_formats_of_the_log() {
        let line = r#"invocation/1/error: {"errorMessage":"no","stackTrace":["a.rs:1:2"],"stack":["0x401000","0x401234","0x40ff"]}"#;
        let found = stack(line).unwrap();
        assert_eq!((found.instruction, &found.words[..]), (0x40_1000, &[0x40_1234, 0x40ff][..]));
        assert_eq!(&line[found.range], r#""stack":["0x401000","0x401234","0x40ff""#);
        let escaped = serde_json::json!({ "level": "ERROR", "message": line }).to_string();
        assert_eq!(stack(&escaped).unwrap().words, [0x40_1234, 0x40ff]);
        for other in ["", r#""stack":[]"#, r#""stack":["a"]"#, r#""stack":["0x1""#, r#""stackTrace":["0x1"]"#] {
            assert_eq!(stack(other), None, "{other}");
        }
    }
}
