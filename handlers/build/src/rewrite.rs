//! The passes over a function's Rust before it is compiled.

use crate::{inline, lower};

/// Which passes are run, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passes {
    pub lower: bool,
    pub inline_levels: usize,
}

impl Passes {
    /// The passes for code that rustc compiles at an optimisation level, as cargo's `OPT_LEVEL` has it: none for code that is not optimised, so
    /// that checks and debuggers see it as written, and no inlining for code that is optimised for size.
    #[must_use]
    pub fn for_level(level: &str, lower: bool, inline_levels: usize) -> Self {
        match level {
            "2" | "3" => Self { lower, inline_levels },
            "s" | "z" => Self { lower, inline_levels: 0 },
            _ => Self { lower: false, inline_levels: 0 },
        }
    }

    /// `rust` rewritten; nothing if it stays the same.
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
    fn only_code_that_is_compiled_for_speed_is_inlined() {
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
