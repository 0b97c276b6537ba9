//! The levels of x86-64 that this machine's processor has.

/// Returns true if this machine's processor has all extensions of `level`, as [`super::needs`] names
/// it.
#[cfg(target_arch = "x86_64")]
#[must_use]
pub fn has(level: &str) -> bool {
    macro_rules! all {
        ($($feature:tt),+) => { $(std::arch::is_x86_feature_detected!($feature))&&+ };
    }
    let second = || all!("cmpxchg16b", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3");
    let third = || second() && all!("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave");
    match level {
        "x86-64" => true,
        "x86-64-v2" => second(),
        "x86-64-v3" => third(),
        "x86-64-v4" => third() && all!("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"),
        _ => false,
    }
}

/// Returns true: files of this machine are not for x86-64.
#[cfg(not(target_arch = "x86_64"))]
#[must_use]
pub fn has(_level: &str) -> bool {
    true
}

/// The reason why this machine does not run a file that needs `level`; none if it does.
#[must_use]
pub fn lacks(level: Option<&str>, because: &[String]) -> Option<String> {
    let level = level.filter(|level| !has(level))?;
    let because = if because.is_empty() { String::new() } else { format!(" for {}", because.join(", ")) };
    Some(format!("it needs a processor with {level}{because}, which this machine's does not have"))
}

#[cfg(test)]
mod tests {
    use super::has;

    #[test]
    fn levels_contain_each_other() {
        assert!(has("x86-64"));
        assert!(has("x86-64-v2") || !has("x86-64-v3"));
        assert!(has("x86-64-v3") || !has("x86-64-v4"));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn missing_level_is_named_with_its_reason() {
        use super::lacks;

        assert_eq!(lacks(Some("x86-64"), &[]), None);
        assert_eq!(lacks(None, &[]), None);
        let reason = lacks(Some("x86-64-v9"), &["AVX9".to_owned()]).unwrap();
        assert_eq!(reason, "it needs a processor with x86-64-v9 for AVX9, which this machine's does not have");
    }
}
