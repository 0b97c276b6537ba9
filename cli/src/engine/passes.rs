//! Compiles rewritten Rust, with fewer passes if rustc rejects the result of a pass.

use super::cargo::Outcome;
use crate::Error;
use handlers_build::rewrite::Passes;

/// The Rust as it was written.
const NONE: Passes = Passes { lower: false, inline_levels: 0 };

/// One call of cargo.
#[derive(Debug)]
pub struct Attempt<T> {
    pub outcome: Outcome,
    /// True if rustc rejects a file that a pass has changed.
    pub rejects_rewritten: bool,
    /// The input of the call.
    pub input: T,
}

/// Calls `attempt` with `passes`. If rustc rejects a file that a pass has changed, calls it without
/// passes: messages are then about the source. If rustc accepts the source, the fault is in a pass,
/// and as many passes as possible are kept. Returns the last attempt and its passes.
///
/// # Errors
/// As `attempt`.
pub async fn compile<T>(
    passes: Passes,
    mut attempt: impl AsyncFnMut(Passes) -> Result<Attempt<T>, Error>,
) -> Result<(Attempt<T>, Passes), Error> {
    let asked = attempt(passes).await?;
    if asked.outcome.is_success || !asked.rejects_rewritten {
        return Ok((asked, passes));
    }
    let as_written = attempt(NONE).await?;
    if !as_written.outcome.is_success {
        return Ok((as_written, NONE));
    }
    for fewer in [Passes { lower: false, ..passes }, Passes { inline_levels: 0, ..passes }] {
        if fewer != passes && fewer != NONE {
            let attempt = attempt(fewer).await?;
            if attempt.outcome.is_success {
                return Ok((attempt, fewer));
            }
        }
    }
    // Again, since the last attempt has replaced the generated files.
    Ok((attempt(NONE).await?, NONE))
}

/// The warning about passes that were `asked` for and not `used`; empty if there are none.
#[must_use]
pub fn warning(asked: Passes, used: Passes) -> String {
    let omitted = [("lower", asked.lower && !used.lower), ("inline", asked.inline_levels > used.inline_levels)];
    let names: Vec<&str> = omitted.into_iter().filter(|(_, is_omitted)| *is_omitted).map(|(name, _)| name).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        "warning: rustc rejects the code that a pass made of a function, which is a fault of the pass: linked without `{}`\n",
        names.join("` and `")
    )
}

#[cfg(test)]
mod tests {
    use super::{Attempt, NONE, compile, warning};
    use crate::engine::cargo::Outcome;
    use crate::engine::messages::Report;
    use handlers_build::rewrite::Passes;

    const ALL: Passes = Passes { lower: true, inline_levels: 2 };
    const LOWER: Passes = Passes { lower: true, inline_levels: 0 };
    const INLINE: Passes = Passes { lower: false, inline_levels: 2 };

    /// Returns the passes of each attempt, and those of the result, if rustc accepts `accepted`
    /// alone.
    fn attempts(asked: Passes, accepted: &[Passes]) -> (Vec<Passes>, Passes) {
        let mut tried = Vec::new();
        let attempt = async |passes| {
            tried.push(passes);
            let outcome = Outcome { is_success: accepted.contains(&passes), report: Report::default(), stderr: String::new() };
            Ok(Attempt { rejects_rewritten: !outcome.is_success && passes != NONE, outcome, input: () })
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (_, used) = runtime.block_on(compile(asked, attempt)).unwrap();
        (tried, used)
    }

    #[test]
    fn passes_that_rustc_rejects_are_left_out() {
        assert_eq!(attempts(ALL, &[ALL]), (vec![ALL], ALL));
        assert_eq!(attempts(ALL, &[]), (vec![ALL, NONE], NONE), "the source is wrong");
        assert_eq!(attempts(ALL, &[NONE, INLINE]), (vec![ALL, NONE, INLINE], INLINE));
        assert_eq!(attempts(ALL, &[NONE, LOWER]), (vec![ALL, NONE, INLINE, LOWER], LOWER));
        assert_eq!(attempts(ALL, &[NONE]), (vec![ALL, NONE, INLINE, LOWER, NONE], NONE));
        assert_eq!(attempts(INLINE, &[NONE]), (vec![INLINE, NONE, NONE], NONE));
    }

    #[test]
    fn warning_names_passes_that_are_left_out() {
        assert_eq!(warning(ALL, ALL), "");
        assert!(warning(ALL, INLINE).ends_with("linked without `lower`\n"));
        assert!(warning(ALL, NONE).ends_with("linked without `lower` and `inline`\n"));
    }
}
