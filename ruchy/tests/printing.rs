//! A tree prints back to the text that it was read from, and its canonical text has the same tree.

mod support;

use ruchy::diagnostic::{Code, Diagnostic, render};
use ruchy::modules::{Parse, parse_text};
use ruchy::print::{canonical, same};

/// Reads a program that must have no errors.
fn read(name: &str, text: &str) -> Result<Parse, String> {
    let parsed = parse_text(name, text);
    let is_error = |diagnostic: &&Diagnostic| diagnostic.is_error() && diagnostic.code != Code::ModuleFile;
    let errors: String = parsed.diagnostics.iter().filter(is_error).map(|error| render(error, &parsed.sources)).collect();
    if errors.is_empty() { Ok(parsed) } else { Err(format!("{errors}\n{text}\n")) }
}

fn check(name: &str, text: &str) -> Result<(), String> {
    let parsed = read(name, text)?;
    let source = parsed.sources.get(parsed.program.body.file);
    let printed = same(&parsed.program.body, source);
    if printed != source.text {
        return Err(format!("{name} prints as\n{printed}\nand not as\n{}\n", source.text));
    }
    let once = canonical(&parsed.program.body);
    let twice = canonical(&read(name, &once)?.program.body);
    if once == twice { Ok(()) } else { Err(format!("{name} has a canonical form that reads as another:\n{once}\n{twice}\n")) }
}

/// Fails with all that failed.
fn check_all<'a>(programs: impl IntoIterator<Item = (String, std::borrow::Cow<'a, str>)>) {
    let failed: Vec<String> = programs.into_iter().filter_map(|(name, text)| check(&name, &text).err()).collect();
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn programs_of_the_repository_print_as_they_are_written() {
    check_all(support::programs().into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.to_string_lossy().into_owned(), text.into())
    }));
}

#[test]
fn every_construct_prints_as_it_is_written() {
    check_all(CONSTRUCTS.iter().map(|&text| (text.to_owned(), text.into())));
}

#[test]
fn comments_around_a_program_stay() {
    check_all(CONSTRUCTS[1..].iter().map(|text| ((*text).to_owned(), format!("// first\n{text} // last\n/* end */").into())));
}

/// Constructs that programs of the repository may not have.
const CONSTRUCTS: [&str; 66] = [
    "#!/usr/bin/env ruchy\nmain()",
    "#![allow(dead_code)]\n#[derive(Debug, Clone)] #[doc = \"a ] b\"] struct A;",
    "let x = 1; ; let y = 2",
    "var x = 1\nvar (a, mut b) = (1, 2)\nfun var(n) { var = n }",
    "let a: Vec<Vec<i64>> = vec![]; let b = a >> 2 >= 3; c >>= 1; c <<= 2; d = 1 << 3",
    "let x = <T as Trait>::f(1) + <Vec<<T as Iterator>::Item>>::new().len()",
    "let x = Vec::<i64>::with_capacity(3)",
    "let t = ((1, 2), (3,), (), (4)); t.0.1 + t.1.0",
    "let x = - -1; let y = !!a; let z = &&b; let w = **c; let v = & &d; let u = &mut *e",
    "a?.b()?.c ?? d; f()??; f()??.g(); f()?? + 1; f()?? - 1; a??b; a ?? -b",
    "a ? b : c ? d : e",
    "f(a ? b : c, x ?[1] : [2])",
    "x |> f |> g(1) |> |y| y + 1",
    "let f = x => x + 1; let g = (x) => x; let h = (a, b) => { a + b }; let i = () => 1; let j = (a: i64) => a",
    "let f = fun(a, b: i64) -> i64 { a + b }; let g = fn(a) { a }; let h = fun() => 3",
    "let f = |x: &str, (a, _): (i64, i64)| -> i64 { 1 }; let g = || 1; let h = move || { n }; let i = | | 2; let j = |mut x| x",
    "xs.map(|x| { }).each(x => {})",
    "let o = { a: 1, \"b\": [1, 2], ...rest, c, \"d e\": { } }; let e = {}; let s = { x, y, }",
    "let s = {x for x in xs if x > 1}; let m = {k: v + 1 for (k, v) in m}; let n = {f(k): v for (k, v) in m}; let p = {\"a\": x for x in xs}",
    "let l = [x * y for x in 0..3 for y in xs if x > y if y > 0]; let m = [...a, 1, ...b,]; let n = [0; 3]",
    "f(...xs, 1)",
    "let p = P { x: 1, y, ..base }; let q = a::P { }; let r = M { 0: 1 }; let s = Q { ..Default::default() }",
    "let x = let y = 2 in y + 1",
    "let a = 1 in { let b = 2 in { a + b } }",
    "if let Some(x) = a && x > 1 && let Ok(y) = b { } else if c { 1 } else { 2 }",
    "if x == (P { x: 1 }) { } if p == P { x: 1 } { }",
    "while let Some(x) = xs.pop() { continue } loop { break 3 }",
    "'a: for (i, x) in xs.iter().enumerate() { 'b: loop { break 'a; continue 'b } } 'c: { break 'c 1 }",
    "let Some(x) = y else { return }; let z = if a { 1 } else { 2 };",
    "match x { 1 | 2 => a, -3..=4 => b, 'a'..='z' => c, ..0 => d, ..MAX => d, 5.. => e, \"t\" => f, n @ 6..=7 if n > 6 => g, _ => { h } }",
    "match x { Some(ref mut y) => 1, A::B { c, d: 0, .. } => 2, A::C { .. } => 3, [a, .., b] => 4, [h, ..t] => 5, [h, t @ ..] => 6, (a, ..) => 7, &x => 8, &&y => 9, None => 10, }",
    "match x { | A | B => 1, (A | B) => 2, P::X => 3, true => 4, null => 5, (1) => 6, (a,) => 7, [] => 8, () => 9, N..=M => 10 }",
    "match x {\n    1 => a\n    -1 => b\n    (2) => c\n    [3] => d\n    _ => {}\n}",
    "match x { 1 => return, 2 => break, 3 => x += 1, 4 => { a: 1 }, 5 => {}, 6 => {} 7 => if a { } else { } _ => {} }",
    "try { a() } catch e { b } finally { c }\ntry { a } catch (e) { b }\ntry { a } catch { b }\ntry { a } finally { b }\nlet x = try { 1 } catch (Failure::A { code }) { 2 }",
    "throw f\"a {b}\"; return; return x",
    "i++; i--; ++i; --j; self.n++; x[0]--",
    "a + b * c ** d ** e - -f % g / h << i >> j & k ^ l | m == n != o < p && q || r ?? s",
    "a = b; a += 1; a -= 1; a *= 2; a /= 2; a %= 2; a **= 2; a &= 1; a |= 1; a ^= 1; (a, b) = (b, a); _ = f(); *p = 1; x.y[0].z = 2",
    "for i in 0..n { } for i in (0..=n).rev() { } let r = ..; let s = a..; let t = ..b; let u = ..=c; let v = x[..]; let w = x[1..=2]",
    "x as i64 as f64 < y as usize; z as *const u8; -1 as u8; a as i64 + 1",
    "println!(\"{} {x}\", y, x = 3); vec![1; n]; vec![1, 2,]; matches!(x, Some(y) if y > 1); matches!(x, A | B); my::macro_name!{ any ( tokens [ ] ) here }; assert!(a == b,)",
    "f\"{a}{b:>5}{c:.2}{d:?}{{}}\\u{41}\\n{x ? 1 : 2}{m[\"k\"]}{m[\\\"k\\\"]}{f\"{inner}\"}{s::t(1)}{if a { 1 } else { 2 }}\"",
    "f\"\" + \"\" + f\"{f\\\"{x}\\\"}\"",
    "\"a\\\"b\\\\\\u{1F600}\\0\" + r\"a\\b\" + r#\"a\"b\"# + 'text' + 'a@b' + ''",
    "'a' + '\\n' + '\\'' + '\\u{41}' + b'a' + b\"abc\" + br\"x\"",
    "1 + 1_000 + 0xFFu8 + 0b1_0 + 0o17 + 1.5 + 1e10 + 2.5e-3f32 + 7i32 + 2f64 + 2. + 1.max(2) + 100_i64",
    "r#type + r#match(1); let r#in = 2; a.type + b.match(1)",
    "fun f<'a, T: Clone + 'a, const N: usize>(self_: &'a T, mut b: [i64; N], (c, d): (i64, i64), e = 3, f: i64 = 2 + 1,) -> impl Fn(i64) -> i64 + 'a where T: Default, for<'b> &'b T: Add { }",
    "fun f(x) => x * 2\nfun g(x) = x + 1\nfun h() -> i64 => 3",
    "pub(crate) fn f() {} pub(super) const fun g() {} pub let x = 1; pub fun h() {}",
    "struct A { x: i64, pub y: String = \"a\", z: f64, fun m(&self) { } pub fun n() -> Self { } }",
    "struct A<T> where T: B { x: T } struct B(pub i64, String); struct C; struct D(i64) where i64: Copy;",
    "struct A {\n    x: i64\n    mut y: i64 = 1 +\n        2\n    private z: bool\n}",
    "enum A { B, C(i64, String), D { x: i64, y: i64 }, E = 5, fun m(&self) { } }",
    "impl<T: Clone> A<T> { const X: i64 = 1; type Y = T; fun f(&mut self, x: i64,) {} fun g(mut self) -> Self { self } fun h(self: Box<Self>) {} fun i<'a>(&'a self) {} }",
    "impl Trait for A { fun f(&self) {} } impl<T> From<T> for B<T> where T: X {}",
    "trait A<T>: B + C where T: D { fun f(&self) -> i64; fun g(&self) { } fun h(&self) const X: i64; type Y: Z; type W = i64; }",
    "mod a { mod b { pub fun f() {} } use super::*; } module c { }",
    "use a::b; use a::{b, c::{d, e as f}, g::*}; use ::h; use i as _; use self::j, super::k\nimport std::env\nuse {l, m}",
    "const A: i64 = 1; const B = 2; static C: &str = \"x\"; static mut D: i64 = 3; type E<T> = Vec<T>; const _: () = ();",
    "let a: &'static mut [u8] = x; let b: fn(i64) -> i64 = f; let c: dyn Fn() = g; let d: Box<dyn Fn(&str) -> String + Send> = h; let e: i64? = None; let f: (i64,) = (1,); let g: (i64) = 1; let h: [i64; 3 + 1] = i; let j: ! = k; let l: _ = m; let n: Iterator<Item = i64> = o; let p: Fn(i64) -> i64 = q; let r: A<3, -1, true, { N + 1 }> = s",
    "let f: impl ?Sized = a; let g: dyn for<'a> Fn(&'a str) -> &'a str = b; let h: Option<Vec<Option<i64>>>= c",
    "{ 1 }; { }; { a; b }",
    "let x = a\n    + b\n    - c\n    || d\n    |> e\n    .f()\n    * g\n*y = 2\n(1, 2).0\n[1].len()\n-1",
    "if a { } else { }.f()\nmatch x { _ => 1 } + 1\nif a { 1 }\n-1",
];
