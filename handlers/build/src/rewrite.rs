//! The passes over the Rust code of a function before it is compiled.

use crate::{inline, lower};

/// The passes to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passes {
    pub lower: bool,
    pub inline_levels: usize,
}

impl Passes {
    /// Returns the passes for an optimisation level in the format of cargo's `OPT_LEVEL`: none for
    /// unoptimised code, so that checks and debuggers see the original, and no inlining for code
    /// that is optimised for size.
    #[must_use]
    pub fn for_level(level: &str, lower: bool, inline_levels: usize) -> Self {
        match level {
            "2" | "3" => Self { lower, inline_levels },
            "s" | "z" => Self { lower, inline_levels: 0 },
            _ => Self { lower: false, inline_levels: 0 },
        }
    }

    /// Returns the rewritten `rust`; `None` if it is unchanged.
    #[must_use]
    pub fn run(self, rust: &str) -> Option<String> {
        let lowered = if self.lower { lower::lower(rust) } else { None };
        inline::inline_checked(lowered.as_deref().unwrap_or(rust), self.inline_levels).or(lowered)
    }
}

#[cfg(test)]
mod tests {
    use super::Passes;

    #[test]
    fn passes_inline_code_compiled_for_speed_only() {
        let rust = "fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }\nfn g(x: i32) -> String { format!(\"{}\", x) }\n";
        for (level, is_lowered, is_inlined) in
            [("0", false, false), ("1", false, false), ("s", true, false), ("z", true, false), ("3", true, true)]
        {
            let rewritten = Passes::for_level(level, true, 2).run(rust).unwrap_or_else(|| rust.to_owned());
            assert_eq!((!rewritten.contains("format!"), rewritten.contains("'level_1")), (is_lowered, is_inlined), "{level}");
        }
        assert_eq!(Passes::for_level("3", false, 0).run(rust), None);
    }
}
