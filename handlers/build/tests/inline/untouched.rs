//! Functions that the inliner leaves unchanged, byte for byte.

use handlers_build::inline::{BODY_TOKENS_MAX, LEVELS_MAX, inline};

/// A function that is inlined. Each function below differs from it for the given reason.
const TOUCHED: &str = "fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }";

const UNTOUCHED: [(&str, &str); 64] = [
    ("prints", "fn f(n: i32) -> i32 { println!(\"{n}\"); if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("formats", "fn f(n: i32) -> i32 { if n < 2 { format!(\"{n}\").len() as i32 } else { f(n - 1) + f(n - 2) } }"),
    ("a macro that may do anything", "fn f(n: i32) -> i32 { if n < 2 { any!(n) } else { f(n - 1) + f(n - 2) } }"),
    ("asserts", "fn f(n: i32) -> i32 { assert!(n > 0); if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("calls another", "fn f(n: i32) -> i32 { if n < 2 { g(n) } else { f(n - 1) + f(n - 2) } } fn g(n: i32) -> i32 { n }"),
    ("mutual", "fn f(n: i32) -> i32 { if n < 2 { n } else { g(n - 1) + g(n - 2) } } fn g(n: i32) -> i32 { f(n - 1) + f(n) }"),
    ("calls a path", "fn f(n: i32) -> i32 { if n < 2 { i32::from(n) } else { f(n - 1) + f(n - 2) } }"),
    ("calls itself by a path", "fn f(n: i32) -> i32 { if n < 2 { n } else { self::f(n - 1) + self::f(n - 2) } }"),
    ("calls a user-defined method", "fn f(n: i32) -> i32 { if n < 2 { n.shout() } else { f(n - 1) + f(n - 2) } }"),
    ("a method with types", "fn f(n: i32) -> i32 { if n < 2 { n.min::<i32>(1) } else { f(n - 1) + f(n - 2) } }"),
    ("itself as a value", "fn f(n: i32) -> i32 { let g = f; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("too few arguments", "fn f(n: i32) -> i32 { if n < 2 { f() } else { f(n - 1) + f(n - 2) } }"),
    ("a parameter with its name", "fn f(f: i32) -> i32 { if f < 2 { f } else { f(f - 1) + f(f - 2) } }"),
    ("its name hidden", "fn f(n: i32) -> i32 { let f = n; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("its name hidden in an arm", "fn f(n: i32) -> i32 { match n { 0 => 0, f => f(n - 1) + f(n - 2) } }"),
    ("a global", "static mut G: i32 = 0; fn f(n: i32) -> i32 { if n < 2 { G } else { f(n - 1) + f(n - 2) } }"),
    ("a global in lower case", "static g: i32 = 0; fn f(n: i32) -> i32 { if n < 2 { g } else { f(n - 1) + f(n - 2) } }"),
    ("a constant of another file", "fn f(n: i32) -> i32 { if n < LIMIT { n } else { f(n - 1) + f(n - 2) } }"),
    ("a constant that is not a scalar", "const S: Odd = Odd; fn f(n: i32) -> i32 { if S < n { n } else { f(n - 1) + f(n - 2) } }"),
    ("a constant by a path", "fn f(n: i32) -> i32 { if n < limits::LEAST { n } else { f(n - 1) + f(n - 2) } }"),
    ("unsafe inside", "fn f(n: i32) -> i32 { if n < 2 { unsafe { n } } else { f(n - 1) + f(n - 2) } }"),
    ("unsafe", "unsafe fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("async", "async fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("const", "const fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("for C", "extern \"C\" fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("generic", "fn f<T>(n: i32) -> i32 { if n < 2 { n } else { f::<T>(n - 1) + f::<T>(n - 2) } }"),
    ("generic, inferred", "fn f<T>(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a lifetime", "fn f<'a>(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a condition on types", "fn f(n: i32) -> i32 where i32: Copy { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("any type that", "fn f(n: impl Into<i32>) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a reference", "fn f(n: &i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a reference to change", "fn f(n: &mut i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("text", "fn f(n: String) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a tuple taken apart", "fn f((n, m): (i32, i32)) -> i32 { if n < 2 { m } else { f((n - 1, m)) + f((n - 2, m)) } }"),
    ("a parameter without a name", "fn f(_: i32) -> i32 { f(1) + f(2) }"),
    ("an attribute on a parameter", "fn f(#[cfg(any())] n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("no result", "fn f(n: i32) { if n > 2 { f(n - 1); f(n - 2); } }"),
    ("a result that is not a scalar", "fn f(n: i32) -> Option<i32> { if n < 2 { None } else { f(n - 1); f(n - 2) } }"),
    ("never", "fn f(n: i32) -> ! { f(n - 1); f(n - 2) }"),
    ("`?`", "fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1)? + f(n - 2) } }"),
    ("an attribute", "#[inline] fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("an attribute on a part", "fn f(n: i32) -> i32 { #[allow(unused)] let a = 1; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a closure", "fn f(n: i32) -> i32 { let g = |m| m + n; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a closure called at once", "fn f(n: i32) -> i32 { if n < 2 { (|| n)() } else { f(n - 1) + f(n - 2) } }"),
    ("a function inside", "fn f(n: i32) -> i32 { fn g() {} if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a static inside", "fn f(n: i32) -> i32 { static G: i32 = 1; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("a label", "fn f(n: i32) -> i32 { 'a: loop { break 'a; } if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("borrows", "fn f(n: i32) -> i32 { let m = &n; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("reads through", "fn f(n: i32) -> i32 { if n < 2 { *n } else { f(n - 1) + f(n - 2) } }"),
    ("an array", "fn f(n: i32) -> i32 { if n < 2 { [n][0] } else { f(n - 1) + f(n - 2) } }"),
    ("a field", "fn f(n: i32) -> i32 { let m = (n, n); if n < 2 { m.0 } else { f(n - 1) + f(n - 2) } }"),
    ("text inside", "fn f(n: i32) -> i32 { if n < 2 { \"text\"; n } else { f(n - 1) + f(n - 2) } }"),
    ("iterates over a value", "fn f(n: i32) -> i32 { for i in n { f(i); } if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("let-else", "fn f(n: i32) -> i32 { let 2 = n else { return n }; f(n - 1) + f(n - 2) }"),
    ("if-let", "fn f(n: i32) -> i32 { if let 2 = n { n } else { f(n - 1) + f(n - 2) } }"),
    ("a binding with a pattern", "fn f(n: i32) -> i32 { match n { m @ 0..2 => m, _ => f(n - 1) + f(n - 2) } }"),
    ("a user-defined type", "fn f(n: i32) -> i32 { let m: Odd = n; if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
    ("cast to a user-defined type", "fn f(n: i32) -> i32 { if n < 2 { n as Odd } else { f(n - 1) + f(n - 2) } }"),
    ("a method", "struct S; impl S { fn f(n: i32) -> i32 { if n < 2 { n } else { S::f(n - 1) + S::f(n - 2) } } }"),
    ("in a module", "mod m { fn f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } } }"),
    ("one call: a loop", "fn f(n: i32, sum: i32) -> i32 { if n == 0 { sum } else { f(n - 1, sum + n) } }"),
    ("one call on each way", "fn f(n: i32) -> i32 { if n < 2 { return f(n + 2); } if n % 2 == 0 { f(n / 2) } else { f(3 * n + 1) } }"),
    ("no recursion", "fn f(n: i32) -> i32 { n + 1 }"),
    ("not Rust", "fun f(n: i32) -> i32 { if n < 2 { n } else { f(n - 1) + f(n - 2) } }"),
];

#[test]
fn inline_leaves_impure_functions() {
    assert!(inline(TOUCHED, 1).is_some());
    assert_eq!(inline(TOUCHED, 0), None);
    for (why, text) in UNTOUCHED {
        assert_eq!(inline(text, LEVELS_MAX), None, "{why}");
        // An inlined neighbour does not change it either.
        let neighbour = TOUCHED.replace("f(", "touched(");
        let Some(both) = inline(&format!("{text}\n\n{neighbour}"), LEVELS_MAX) else {
            assert_eq!(why, "not Rust");
            continue;
        };
        assert!(both.starts_with(&format!("{text}\n\n#[allow")), "{why}: {both}");
    }
}

#[test]
fn inline_keeps_the_surrounding_code() {
    let text = format!("#![allow(x)]\n//! é\r\n/// of f\n{TOUCHED} // end\n\n\tfn  odd ( ) {{ }}\nmacro_rules! m {{ () => (); }}\n");
    let both = inline(&text, 1).unwrap();
    let (before, tail) = text.split_once("fn f").unwrap();
    let after = tail.split_once("f(n - 2)").unwrap().1;
    assert!(both.starts_with(before) && both.ends_with(after), "{both}");
}

#[test]
fn inline_leaves_files_that_depend_on_their_folder() {
    for line in ["mod other;", "include!(\"a\");", "const T: &str = include_str!(\"a\");", "mod m { mod other; }", "fn g() { file!(); }"] {
        assert_eq!(inline(&format!("{line}\n{TOUCHED}"), 1), None, "{line}");
    }
    assert!(inline(&format!("mod m {{ }}\n{TOUCHED}"), 1).is_some());
    for beginning in ["\u{feff}", "#!/bin/rust\n"] {
        assert_eq!(inline(&format!("{beginning}{TOUCHED}"), 1), None);
    }
}

#[test]
fn inline_limits_the_size_of_copies() {
    let with_sum = |terms: usize| TOUCHED.replace("{ n }", &format!("{{ n{} }}", " + 1".repeat(terms)));
    assert_eq!(inline(&with_sum(BODY_TOKENS_MAX / 2), LEVELS_MAX), None);
    let deepest = |text: &str| (1..=9).rev().find(|level| text.contains(&format!("'level_{level}")));
    assert_eq!(deepest(&inline(TOUCHED, LEVELS_MAX).unwrap()), Some(LEVELS_MAX));
    assert_eq!(inline(TOUCHED, LEVELS_MAX + 1), inline(TOUCHED, LEVELS_MAX));
    assert_eq!(deepest(&inline(&with_sum(50), LEVELS_MAX).unwrap()), Some(2));
    let nine = TOUCHED.replace("f(n - 2)", &["f(n - 2)"; 9].join(" + "));
    assert_eq!(deepest(&inline(&nine, LEVELS_MAX).unwrap()), Some(1));
}
