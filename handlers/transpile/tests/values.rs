//! Mends of what Ruchy's values do and Rust's do not: each on the fault as ruchy 3.212.0 emits it for a source.

use transpile::mend::mend;

fn laid_out(rust: &str) -> String {
    rust.split_whitespace().collect::<String>().replace(",}", "}")
}

#[track_caller]
fn becomes(source: &str, emitted: &str, mended: &str) {
    assert_eq!(laid_out(&mend(source, emitted)), laid_out(mended), "{emitted}");
}

#[test]
fn filters_compare_values() {
    becomes(
        "",
        "fn f(xs: Vec<i32>) { let n = xs[0 as usize].clone(); let a = xs.into_iter().filter(|x| x < n); let b = xs.iter().filter(|x| x > 2); }",
        "fn f(xs: Vec<i32>) { let n = xs[0 as usize].clone(); let a = xs.clone().into_iter().filter(|x| *x < n); let b = xs.iter().filter(|x| **x > 2); }",
    );
    becomes(
        "",
        "fn f(xs: Vec<i32>) { let a = xs.iter().filter(|x| x % 2 == 1); let b = xs.iter().map(|x| x % 2); }",
        "fn f(xs: Vec<i32>) { let a = xs.iter().filter(|x| **x % 2 == 1); let b = xs.iter().map(|x| x % 2); }",
    );
    let fine = "fn f(xs: Vec<i32>, n: &i32) -> usize { xs.iter().filter(|x| **x > 2 && *x != n).count() }";
    becomes("", fine, fine);
    let of_references = "fn f(xs: &[i32], ys: &[i32]) -> bool { xs.iter().any(|x| ys.iter().any(|y| x == y)) }";
    becomes("", of_references, of_references);
}

#[test]
fn lists_of_text_are_text_and_lists_are_put_together() {
    becomes(
        "",
        "fn f() -> Vec<String> { [\"a\", \"b\"] } fn g(l: Vec<String>) {} fn h() { g([\"c\"].to_vec()) }",
        "fn f() -> Vec<String> { vec![\"a\".to_string(), \"b\".to_string()] } fn g(l: Vec<String>) {} fn h() { g(vec![\"c\".to_string()]) }",
    );
    becomes(
        "",
        "fn f(l: Vec<String>) -> usize { match l { [\"a\"] => 1, [\"b\", n] => n.len(), _ => 0 } }",
        "fn f(l: Vec<String>) -> usize { match &std::ruchy::texts(&l)[..] { [\"a\"] => 1, [\"b\", n] => { let n = n.to_string(); n.len() } _ => 0 } }",
    );
    becomes(
        "",
        "fn f() -> Vec<i32> { [f().as_slice(), &[1]].concat() + f() }",
        "fn f() -> Vec<i32> { [[f().as_slice(), &[1]].concat().as_slice(), f().as_slice()].concat() }",
    );
}

#[test]
fn lists_that_grow_are_no_arrays() {
    becomes("", "fn f() { let mut a = [1, 2]; a.push(3); let b = [4]; }", "fn f() { let mut a = vec![1, 2]; a.push(3); let b = [4]; }");
}

#[test]
fn what_only_prints_returns_nothing() {
    becomes(
        "fun f() { println(1) } fun g(n: i32) { if n > 1 { f() } else { g(2) } }",
        "fn f() -> i32 { println!(\"{}\", 1) } fn g(n: i32) -> i32 { if n > 1 { f() } else { g(2) } }",
        "fn f() { println!(\"{}\", 1) } fn g(n: i32) { if n > 1 { f() } else { g(2) } }",
    );
}

#[test]
fn the_first_of_a_list_is_shown_as_an_element() {
    becomes(
        "println(a)",
        "fn f() { let a = xs.first(); println!(\"{:?}\", a); }",
        "fn f() { let a = xs.first(); println!(\"{}\", std::shown_element!(a)); }",
    );
    becomes(
        "println(a)",
        "impl Q { fn first(&self) -> i32 { 1 } } fn f(q: Q) { println!(\"{:?}\", q.first()); }",
        "impl Q { fn first(&self) -> i32 { 1 } } fn f(q: Q) { println!(\"{}\", std::shown!(q.first())); }",
    );
}

#[test]
fn derived_traits_and_tuples_of_one_come_back() {
    becomes(
        "#[derive(Debug, Clone, PartialEq, Default)]\nstruct P { x: i32 }",
        "#[derive(Clone)] struct P { x: i32 }",
        "#[derive(Debug, Clone, PartialEq, Default)] struct P { x: i32 }",
    );
    becomes("(1,)", "fn f() { let a = tuple_of_one(1); }", "fn f() { let a = (1,); }");
}

#[test]
fn what_is_thrown_is_a_failure_that_callers_pass_on() {
    becomes(
        "fun f(n: i32) -> i32 { if n < 0 { throw \"no\" } n }",
        "fn f(n: i32) -> i32 { if n < 0 { panic!(\"no\") } if n > 9 { return 9; } n } fn g() -> i32 { f(1) + 1 } fn main() { g(); }",
        "fn f(n: i32) -> Result<i32, String> { Ok({ if n < 0 { return Err(\"no\".to_string().into()); } if n > 9 { return Ok(9); } n }) }
         fn g() -> Result<i32, String> { Ok({ f(1)? + 1 }) }
         fn main() { g().unwrap_or_else(|thrown| panic!(\"{}\", std::shown!(thrown))); }",
    );
    // A handler that fails already fails by it; and a panic is none.
    becomes(
        "throw panic",
        "pub fn lambda_handler(e: &str) -> Result<String, Wrong> { if e == \"a\" { panic!(\"no {}\", e) } panic_and_no_throw(format!(\"{}\", e)) }",
        "pub fn lambda_handler(e: &str) -> Result<String, Wrong> { if e == \"a\" { return Err(format!(\"no {}\", e).into()); } panic!(\"{}\", e) }",
    );
    let panics = "fn f() { panic!(\"no\"); }";
    becomes("panic(\"no\")", panics, panics);
}

#[test]
fn what_is_caught_is_the_end_of_a_block() {
    becomes(
        "fun f() { throw \"no\" } try { f(); g() } catch e { h(e) }",
        "fn f() { panic!(\"no\") } fn m() { match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| { f(); g() })) { Ok(val) => val,
         Err(panic_err) => { let e = if let Some(s) = panic_err.downcast_ref::<&str>() { s.to_string() } else { String::new() }; { h(e) } } }; }",
        "fn f() -> Result<(), String> { Ok({ return Err(\"no\".to_string().into()) }) }
         fn m() { match { let attempt: Result<_, String> = 'attempt_0: { Ok({
         match f() { Ok(value) => value, Err(thrown) => break 'attempt_0 Err(thrown) }; g(); }) }; attempt } { Ok(val) => val,
         Err(panic_err) => { let e = panic_err; { h(e); } } }; }",
    );
}
