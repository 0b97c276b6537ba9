//! Each mend on the fault that it is for: what ruchy 3.212.0 makes of a source, and what that becomes. That the results compile and do what the source
//! says is shown by the rows of `handlers/language/`.

use transpile::mend::{mend, prepare};

/// What is wrong, as ruchy emits it for `source`, and as it should be. All are laid out as ruchy lays them out.
struct Fault {
    source: &'static str,
    emitted: &'static str,
    mended: &'static str,
}

const FAULTS: [Fault; 66] = [
    // Parentheses come as lists of one element, see `prepare`.
    Fault { source: "", emitted: "fn f() -> i32 { a - [b - c][0 as usize].clone() }", mended: "fn f() -> i32 { a - (b - c) }" },
    // Types in turbofish, and paths in f-strings, come as names.
    Fault { source: "", emitted: "fn f() { let n = text.parse_turbofish_693332(); }", mended: "fn f() { let n = text.parse::<i32>(); }" },
    Fault { source: "", emitted: "fn f() { g(Shape_path_Dot) }", mended: "fn f() { g(Shape::Dot) }" },
    // Macros that are no functions, and a panic with an f-string.
    Fault { source: "", emitted: "fn f() { eprintln(\"a\"); }", mended: "fn f() { eprintln!(\"a\"); }" },
    Fault { source: "", emitted: "fn f(n: i32) { panic!(format!(\"no {}\", n)); }", mended: "fn f(n: i32) { panic!(\"no {}\", n); }" },
    // Labels come as calls, see `prepare`.
    Fault {
        source: "",
        emitted: "fn f() { for a in 0..3 { { label_of_outer(); if a == 1 { break_of_outer(); } loop { break_of_outer(a + 1) } continue_to_outer() } } }",
        mended: "fn f() { 'outer: for a in 0..3 { { if a == 1 { break 'outer; } loop { break 'outer a + 1; } continue 'outer; } } }",
    },
    // Elements that are changed where they are, and not in copies; but of two copies one is the source's.
    Fault {
        source: "",
        emitted: "fn f(a: &mut Vec<P>) { a[0 as usize].clone().n += 1; a[0 as usize].clone().b[1 as usize].clone().push(2); g(&mut a[0 as usize].clone()); }",
        mended: "fn f(a: &mut Vec<P>) { a[0 as usize].n += 1; a[0 as usize].b[1 as usize].push(2); g(&mut a[0 as usize]); }",
    },
    Fault {
        source: "",
        emitted: "fn f(a: &mut Vec<P>) { g(&mut a[0 as usize].clone().clone(), a[0 as usize].clone().n); }",
        mended: "fn f(a: &mut Vec<P>) { g(&mut a[0 as usize].clone().clone(), a[0 as usize].clone().n); }",
    },
    Fault {
        source: "",
        emitted: "impl P { fn bump(&mut self) {} fn at(&self) -> &P { &self.all[0 as usize].clone() } } fn f(a: &mut Vec<P>) { a[0 as usize].clone().bump(); a[0 as usize].clone().own(); }",
        mended: "impl P { fn bump(&mut self) {} fn at(&self) -> &P { &self.all[0 as usize] } } fn f(a: &mut Vec<P>) { a[0 as usize].bump(); a[0 as usize].clone().own(); }",
    },
    // What a method of one's own uses up is a copy.
    Fault {
        source: "",
        emitted: "impl P { fn insert(self) -> P { self } } fn f() { a[0 as usize].clone().insert(); a[0 as usize].clone().push(1); }",
        mended: "impl P { fn insert(self) -> P { self } } fn f() { a[0 as usize].clone().insert(); a[0 as usize].push(1); }",
    },
    // A function in a list is called there.
    Fault { source: "", emitted: "fn f() -> i32 { a[0 as usize].clone()(2) }", mended: "fn f() -> i32 { a[0 as usize](2) }" },
    // Branches of a statement that end in values, and in nothing.
    Fault {
        source: "",
        emitted: "fn f() { match n { 1 => 4, 2 => c += 1, _ => { c = 2; Ok(5) } } if b { pop() } else { None } g() }",
        mended: "fn f() { match n { 1 => { 4; } 2 => c += 1, _ => { c = 2; 5; } } if b { pop(); } else { } g() }",
    },
    // `let … else` comes in a block of its own; other blocks stay.
    Fault {
        source: "",
        emitted: "fn f() { { let (a, b) = if let Some((a, b)) = o { (a, b) } else { { return 0 } }; () } { let c = if let Some(d) = o { d } else { 2 }; () } a }",
        mended: "fn f() { let (a, b) = if let Some((a, b)) = o { (a, b) } else { { return 0 } }; { let c = if let Some(d) = o { d } else { 2 }; () } a }",
    },
    // Names of types, in `main`.
    Fault {
        source: "",
        emitted: "fn f(n: Count) {} fn main() { type Count = i32; }",
        mended: "type Count = i32; fn f(n: Count) {} fn main() {}",
    },
    // Functions of one's own, handed to iterators; those that take references are.
    Fault {
        source: "",
        emitted: "fn d(n: i32) -> i32 { n } fn l(t: &str) -> i32 { 1 } fn r(n: &P) -> i32 { 2 } fn f() { xs.iter().map(d); xs.iter().filter(d).map(l); xs.iter().map(r); xs.map(d); cs.chars().map(d); }",
        mended: "fn d(n: i32) -> i32 { n } fn l(t: &str) -> i32 { 1 } fn r(n: &P) -> i32 { 2 } fn f() { xs.iter().map(|each| d(each.clone())); xs.iter().filter(|each| d((*each).clone())).map(|each| l(each)); xs.iter().map(r); xs.map(d); cs.chars().map(d); }",
    },
    // Sums whose type nobody says, but not those of a method of one's own, nor where it is said.
    Fault { source: "", emitted: "fn f() { let s = xs.iter().sum(); }", mended: "fn f() { let s = xs.iter().total(); }" },
    Fault { source: "", emitted: "fn f() { let s: f64 = xs.iter().sum(); }", mended: "fn f() { let s: f64 = xs.iter().sum(); }" },
    // Lists in the midst of chains, and ranges.
    Fault {
        source: "",
        emitted: "fn f() { let n = xs.iter().map(g).collect::<Vec<_>>().count(); }",
        mended: "fn f() { let n = xs.iter().map(g).count(); }",
    },
    Fault {
        source: "",
        emitted: "fn f() { let n = 0..3.into_iter().map(|x| x * x).collect::<Vec<_>>(); }",
        mended: "fn f() { let n = (0..3).into_iter().map(|x| x * x).collect::<Vec<_>>(); }",
    },
    Fault { source: "", emitted: "fn f() { g(&text[1..() as usize].clone()) }", mended: "fn f() { g(&text[1..].to_owned()) }" },
    // Text by reference; numbers without a type; what a lock holds.
    Fault { source: "", emitted: "fn f() { text.push_str(n.to_string()); }", mended: "fn f() { text.push_str(&n.to_string()); }" },
    Fault {
        source: "",
        emitted: "fn f(n: i32) { text += format!(\"{} \", n); }",
        mended: "fn f(n: i32) { text += &format!(\"{} \", n); }",
    },
    Fault {
        source: "",
        emitted: "fn f(a: String) { text += a; text += a + \"b\"; text += \"c\"; n += a.len(); text += &a; }",
        mended: "fn f(a: String) { text += &a; text += &(a + \"b\"); text += \"c\"; n += a.len(); text += &a; }",
    },
    Fault { source: "", emitted: "fn f() -> i32 { 2.pow(3) }", mended: "fn f() -> i32 { 2_i32.pow(3) }" },
    Fault { source: "", emitted: "fn f() { g(*list.lock().unwrap().len()) }", mended: "fn f() { g(list.lock().unwrap().len()) }" },
    // Constants, in `main`.
    Fault {
        source: "const LIMIT: i32 = 120",
        emitted: "fn f() -> i32 { LIMIT } fn main() { let LIMIT: i32 = 120; }",
        mended: "const LIMIT: i32 = 120; fn f() -> i32 { LIMIT } fn main() {}",
    },
    // Types that were guessed.
    Fault {
        source: "fun f(name) { f\"hello {name}\" }",
        emitted: "fn f(name: &str) -> i32 { format!(\"hello {}\", name) }",
        mended: "fn f(name: &str) -> String { format!(\"hello {}\", name) }",
    },
    Fault {
        source: "fun f(g, x) { g(x) }",
        emitted: "fn f(g: impl Fn(i32) -> i32, x: &str) -> i32 { g(x) }",
        mended: "fn f<A, B>(g: impl Fn(A) -> B, x: A) -> B { g(x) }",
    },
    Fault {
        source: "fun f(a: A) -> &str { \"a\" }",
        emitted: "fn f(a: A) -> &str { \"a\" }",
        mended: "fn f(a: A) -> &'static str { \"a\" }",
    },
    // Arguments and fields.
    Fault {
        source: "",
        emitted: "struct P { name: String } fn f() -> P { P { name: \"Ada\" } }",
        mended: "struct P { name: String } fn f() -> P { P { name: \"Ada\".to_string() } }",
    },
    Fault {
        source: "",
        emitted: "fn f(t: String) {} fn g() { let a = h(); f(a); f(a) }",
        mended: "fn f(t: String) {} fn g() { let a = h(); f(a.clone()); f(a.clone()) }",
    },
    Fault {
        source: "fun f(a: i32, b: i32 = 7) {}",
        emitted: "fn f(a: i32, b: i32) {} fn g() { f(1) }",
        mended: "fn f(a: i32, b: i32) {} fn g() { f(1, 7) }",
    },
    Fault {
        source: "fun f(a: Map<A, B>, b: &str = \"1, (2)\", c: i32 = g(3, [4, 5])) {}",
        emitted: "fn f(a: Map<A, B>, b: &str, c: i32) {} fn h() { f(1) }",
        mended: "fn f(a: Map<A, B>, b: &str, c: i32) {} fn h() { f(1, \"1, (2)\", g(3, [4, 5])) }",
    },
    Fault { source: "json::parse(x)", emitted: "fn f(x: &str) { json.parse(x) }", mended: "fn f(x: &str) { json::parse(x) }" },
    // Arms, and slices.
    Fault {
        source: "",
        emitted: "fn f(n: i32) -> String { match n { 0 => \"none\", n => format!(\"{}\", n) } }",
        mended: "fn f(n: i32) -> String { match n { 0 => \"none\".to_string(), n => format!(\"{}\", std::shown!(n)) } }",
    },
    Fault {
        source: "",
        emitted: "fn f(l: Vec<i32>) -> i32 { match l { [] => 0, [_] => 1, _ => 2 } }",
        mended: "fn f(l: Vec<i32>) -> i32 { match &l[..] { [] => 0, [_] => 1, _ => 2 } }",
    },
    // What is changed.
    Fault { source: "", emitted: "fn f() { let l = vec![]; l.push(1); }", mended: "fn f() { let mut l = vec![]; l.push(1); }" },
    // What is printed, and what a program ends in.
    Fault {
        source: "println(x)",
        emitted: "#[derive(Clone)] struct S; fn f(x: f64) { println!(\"{:?}\", x); }",
        mended: "#[derive(Debug, Clone)] struct S; fn f(x: f64) { println!(\"{}\", std::shown!(x)); }",
    },
    // Debug forms and escaped braces that were written come with a mark; others are ruchy's, and text.
    Fault {
        source: "println!(\"{:?}\", xs)",
        emitted: "fn f() { println!(\"{:?}\u{e001}\", xs); println!(\"{:?}\", xs); }",
        mended: "fn f() { println!(\"{:?}\", xs); println!(\"{}\", std::shown!(xs)); }",
    },
    Fault {
        source: "",
        emitted: "fn f() { println!(\"{{x}}\"); println!(\"{{x}}\u{e002}\"); g(\"{:?}\u{e001}\"); }",
        mended: "fn f() { println!(\"{{{{x}}}}\"); println!(\"{{x}}\"); g(\"{:?}\"); }",
    },
    Fault {
        source: "format!(\"{}{}\", 1, 2)",
        emitted: "fn f() { let n = format!(\"{}{}\", 1, 2); let t = format!(\"{}{}\u{e001}\", 1, 2); }",
        mended: "fn f() { let n = 1 + 2; let t = format!(\"{}{}\", 1, 2); }",
    },
    Fault {
        source: "",
        emitted: "fn main() { let result = 1; if std::any::type_name_of_val(&result) == \"()\" {} else { println!(\"{:?}\", result); } }",
        mended: "fn main() { let result = 1; }",
    },
    // Words that ruchy reads as something else.
    Fault {
        source: "",
        emitted: "fn f() -> R { x.word_of_with(word_of_LIMIT).map(|word_of__| String::word_of_from(\"a\")) }",
        mended: "fn f() -> R { x.with(LIMIT).map(|_| String::from(\"a\")) }",
    },
    // Closures that count in a copy of their own, but not those that outlive the function, nor those that change nothing.
    Fault {
        source: "",
        emitted: "fn f() { let mut n = 0; xs.for_each(move |x| n += x); }",
        mended: "fn f() { let mut n = 0; xs.for_each(|x| n += x); }",
    },
    Fault {
        source: "",
        emitted: "fn f() { let mut n = 0; let add = move |x| n += x; add(1); }",
        mended: "fn f() { let mut n = 0; let mut add = |x| n += x; add(1); }",
    },
    Fault {
        source: "",
        emitted: "fn f() { let mut n = 0; let plus = move |x| x + n; n = 10; g(plus(1)); }",
        mended: "fn f() { let mut n = 0; let plus = |x| x + n; n = 10; g(plus(1)); }",
    },
    Fault {
        source: "",
        emitted: "fn f() -> impl FnMut() -> i32 { let mut n = 0; move || { n += 1; n } }",
        mended: "fn f() -> impl FnMut() -> i32 { let mut n = 0; move || { n += 1; n } }",
    },
    // Empty blocks, which ruchy takes for objects.
    Fault {
        source: "",
        emitted: "fn f() { match x { 1 => { let mut map: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new(); map } _ => g() } }",
        mended: "fn f() { match x { 1 => {} _ => g() } }",
    },
    Fault {
        source: "",
        emitted: "fn f() { while x { { let mut map: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new(); map } } }",
        mended: "fn f() { while x {} }",
    },
    // Objects, where there is JSON.
    Fault {
        source: "",
        emitted: "use events::Json; fn f() -> Json { let mut map: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new(); \
            map.insert(\"a\".to_string(), (1).to_string()); map.insert(\"b\".to_string(), ([true, name]).to_string()); map }",
        mended: "use events::Json; fn f() -> Json { events::Json::object().put(\"a\", 1) \
            .put(\"b\", [events::Json::of(true), events::Json::of(name.clone())]) }",
    },
    // Text that need not be owned.
    Fault {
        source: "",
        emitted: "fn f() -> bool { a == Some(\"x\".to_string()) }",
        mended: "fn f() -> bool { a.as_ref().is_some_and(|held| AsRef::<str>::as_ref(held) == \"x\") }",
    },
    Fault {
        source: "",
        emitted: "fn f() { let a = t.split(\"-\").map(|s| s.to_string()).collect::<Vec<String>>().next(); }",
        mended: "fn f() { let a = t.split(\"-\").next(); }",
    },
    Fault {
        source: "",
        emitted: "fn f() { let a: Vec<&str> = t.split(\"-\").map(|s| s.to_string()).collect::<Vec<String>>(); }",
        mended: "fn f() { let a: Vec<&str> = t.split(\"-\").collect(); }",
    },
    Fault {
        source: "",
        emitted: "fn f(name: &str, n: i32) { g(m[name as usize].clone(), m[n as usize].clone()); }",
        mended: "fn f(name: &str, n: i32) { g(m[&*name].clone(), m[n as usize].clone()); }",
    },
    // Numbers that ruchy puts together as text, and texts that are.
    Fault {
        source: "",
        emitted: "fn f() { let n = format!(\"{}{}\", \"ab\".len(), 1); let m = format!(\"{}{}\", a.trim().b(), & c); }",
        mended: "fn f() { let n = \"ab\".len() + 1; let m = std::added!(a.trim().b(), c); }",
    },
    Fault {
        source: "f\"{n}{n}\"",
        emitted: "fn f(n: i32) { let s = format!(\"{}\u{e000}{}\", n, n); let t = format!(\"{}{}\", \"a\", n); }",
        mended: "fn f(n: i32) { let s = format!(\"{}{}\", n, n); let t = format!(\"{}{}\", \"a\", n); }",
    },
    // Options, taken for lists.
    Fault {
        source: "",
        emitted: "fn f() -> i32 { name.iter().map(move |n| n.len()).collect::<Vec<_>>().unwrap_or(0) }",
        mended: "fn f() -> i32 { name.map(move |n| n.len()).unwrap_or(0) }",
    },
    Fault {
        source: "",
        emitted: "fn f(n: Option<i32>) { g(t.chars().next().iter().map(move |c| c).collect::<Vec<_>>()); h(n.into_iter().filter(p).collect::<Vec<_>>()) }",
        mended: "fn f(n: Option<i32>) { g(t.chars().next().map(move |c| c)); h(n.filter(p)) }",
    },
    // Paths of several names, and what loops copy.
    Fault { source: "a::b::C::d(e)", emitted: "fn f() { a.b.C.d(e) }", mended: "fn f() { a::b::C::d(e) }" },
    Fault {
        source: "",
        emitted: "fn g(x: &X) {} fn f() { for x in xs { g(x.clone()) } }",
        mended: "fn g(x: &X) {} fn f() { for x in xs { g(&x); } }",
    },
    // Fields of a variable with `_` in its name, taken for a module's.
    Fault {
        source: "my_order.total = my_order.line.cents; my_module::read()",
        emitted: "fn f() { my_order::total = my_order::line::cents; println!(\"{}\", my_order::total); my_module::read() }",
        mended: "fn f() { my_order.total = my_order.line.cents; println!(\"{}\", std::shown!(my_order.total)); my_module::read() }",
    },
    // A struct whose name is one letter, and a type parameter.
    Fault {
        source: "",
        emitted: "#[derive(Clone)] struct P { x: i32 } fn g(p: P) {} fn h<T>(t: T) {} fn f() { let p = P { x: 1 }; g(p); g(p); let q = a(); h(q); h(q); }",
        mended: "#[derive(Debug, Clone)] struct P { x: i32 } fn g(p: P) {} fn h<T>(t: T) {} fn f() { let p = P { x: 1 }; g(p.clone()); g(p.clone()); let q = a(); h(q); h(q); }",
    },
    // A panic of a program that only a comment says to catch anything.
    Fault { source: "// catch", emitted: "fn f() -> i32 { panic!(\"no\") }", mended: "fn f() -> i32 { panic!(\"no\") }" },
    // Globals that a statement uses twice, or uses and calls a function.
    Fault {
        source: "",
        emitted: "static n: LazyLock<Mutex<i64>> = a; static s: LazyLock<Mutex<Vec<i64>>> = b; fn f() { s.lock().unwrap().push(s.lock().unwrap().len()); s.lock().unwrap().push(*n.lock().unwrap()); }",
        mended: "static n: LazyLock<Mutex<i64>> = a; static s: LazyLock<Mutex<Vec<i64>>> = b; fn f() { { let argument_0 = { let value = s.lock().unwrap().len(); value }; s.lock().unwrap().push(argument_0) }; s.lock().unwrap().push(*n.lock().unwrap()); }",
    },
    Fault {
        source: "",
        emitted: "static n: LazyLock<Mutex<i64>> = a; fn g() -> i64 { *n.lock().unwrap() } fn f() { { let mut __guard = n.lock().unwrap(); *__guard += g(); }; }",
        mended: "static n: LazyLock<Mutex<i64>> = a; fn g() -> i64 { *n.lock().unwrap() } fn f() { { let value = g(); *n.lock().unwrap() += value; }; }",
    },
    Fault {
        source: "",
        emitted: "static n: LazyLock<Mutex<i64>> = a; fn f() { { let mut __guard = n.lock().unwrap(); *__guard = *__guard + 1; }; }",
        mended: "static n: LazyLock<Mutex<i64>> = a; fn f() { { let mut __guard = n.lock().unwrap(); *__guard = *__guard + 1; }; }",
    },
];

fn laid_out(rust: &str) -> String {
    rust.split_whitespace().collect()
}

#[test]
fn every_fault_is_mended() {
    for Fault { source, emitted, mended } in FAULTS {
        assert_eq!(laid_out(&mend(source, emitted)).replace(",}", "}"), laid_out(mended).replace(",}", "}"), "{emitted}");
    }
}

#[test]
fn what_has_no_fault_stays_as_it_is_laid_out() {
    let rust = "pub fn lambda_handler( event : &str ) -> String {\n\n event.to_string() }\nfn main() {}";
    assert_eq!(mend("", rust), rust);
}

#[test]
fn what_is_no_rust_is_left_to_rustc() {
    assert_eq!(mend("", "fn f( {"), "fn f( {");
}

#[test]
fn a_source_is_prepared_for_ruchy_without_a_line_more_or_less() {
    let source = "fun f(a: i32) -> i32 {\n    let b = \"12\".parse::<i32>().unwrap_or(0);\n    a - (b - 1) // (a - b).abs()\n}\n";
    let prepared =
        "fun f(a: i32) -> i32 {\n    let b = \"12\".parse_turbofish_693332().unwrap_or(0);\n    a - [b - 1][0] // (a - b).abs()\n}\n";
    assert_eq!(prepare(source), prepared);
}
