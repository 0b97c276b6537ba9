//! LLVM's remarks on loops: the reasons why it did not vectorise them. Pure.
//!
//! A file that is optimised as a whole gives none, so the function is compiled a second time for
//! them, in the same way but without that step.

/// The pass whose remarks are read.
pub const PASS: &str = "loop-vectorize";
/// The part of a reason that each remark begins with.
const BEGINNING: &str = "loop not vectorized: ";

/// A reason, and the line that LLVM gives it for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// As the line tables name it.
    pub file: String,
    pub line: u32,
    pub reason: String,
}

/// Reads a message of rustc's, such as `functions/a.rs:16:29 loop-vectorize (analysis): loop not
/// vectorized: REASON`. Other messages are `None`.
#[must_use]
pub fn parse(message: &str) -> Option<Remark> {
    let (place, rest) = message.split_once(&format!(" {PASS} (analysis): "))?;
    let reason = rest.trim_end().strip_prefix(BEGINNING)?;
    // The column is that of generated Rust.
    let (place, _column) = place.rsplit_once(':')?;
    let (file, line) = place.rsplit_once(':')?;
    Some(Remark { file: file.to_owned(), line: line.parse().ok()?, reason: reason.to_owned() })
}

/// Returns the reasons for a loop whose code belongs to `lines`, files and numbers, each once.
#[must_use]
pub fn of_lines<'a>(remarks: &'a [Remark], lines: &[(&str, u32)]) -> Vec<&'a str> {
    let mut reasons: Vec<&str> = Vec::new();
    for remark in remarks.iter().filter(|remark| lines.contains(&(remark.file.as_str(), remark.line))) {
        if !reasons.contains(&remark.reason.as_str()) {
            reasons.push(&remark.reason);
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::{Remark, of_lines, parse};

    const FILE: &str = "functions/a.rs";

    fn remark(line: u32, reason: &str) -> Remark {
        Remark { file: FILE.to_owned(), line, reason: reason.to_owned() }
    }

    #[test]
    fn reasons_are_read_with_their_lines() {
        let floats = "cannot prove it is safe to reorder floating-point operations";
        let message = format!("functions/a.rs:15:27 loop-vectorize (analysis): loop not vectorized: {floats}\n");
        assert_eq!(parse(&message), Some(remark(15, floats)));
        for other in [
            "functions/a.rs:15:27 loop-vectorize (missed): loop not vectorized",
            "functions/a.rs:15:27 inline (analysis): loop not vectorized: x",
            "functions/a.rs:15:27 loop-vectorize (analysis): the cost-model indicates that interleaving is not beneficial",
            "unused variable: `x`",
            "loop-vectorize (analysis): loop not vectorized: x",
        ] {
            assert_eq!(parse(other), None, "{other}");
        }
    }

    #[test]
    fn reasons_belong_to_the_lines_of_a_loop() {
        let remarks = [remark(3, "call"), remark(4, "floats"), remark(4, "call"), remark(9, "exit")];
        assert_eq!(of_lines(&remarks, &[(FILE, 3), (FILE, 4)]), ["call", "floats"]);
        assert_eq!(of_lines(&remarks, &[(FILE, 5), ("b.rs", 3)]), [] as [&str; 0]);
    }
}
