//! `impl` and `trait` blocks: how they are given to ruchy, on the lines where they are, and what becomes of what ruchy makes of them.

use transpile::layout::lay_out;
use transpile::mend::{mend, prepare};

const SOURCE: &str = "pub trait Speaks {\n    fun speak(&self) -> String\n    fun twice(&self) -> String { self.speak() }\n}\n\nimpl Speaks for Dog {\n    \
    fun speak(&self) -> String { panic(\"no\") }\n}\nimpl<T: Clone> Stack<T> {\n    pub fun new() -> Self { Stack { items: [] } }\n}\n\
    fun hear<T: Speaks>(one: &dyn Speaks, other: &T) {}\n";

fn laid_out(rust: &str) -> String {
    rust.split_whitespace().collect()
}

#[test]
fn blocks_are_structs_to_ruchy_on_their_lines() {
    let prepared = prepare(SOURCE);
    assert!(!["impl ", "impl<", "trait ", "dyn ", "pub fun new"].iter().any(|refused| prepared.contains(refused)), "{prepared}");
    for (line, (source, prepared)) in SOURCE.lines().zip(prepared.lines()).enumerate() {
        let name = |text: &str| {
            text.split("fun ").nth(1).map(|rest| rest.replace("method_that_is_public_", "").split(['(', '<']).next().unwrap().to_owned())
        };
        assert_eq!(name(source), name(prepared), "line {line}");
    }
    assert_eq!(SOURCE.lines().count(), prepared.lines().count());
}

/// What ruchy 3.212.0 makes of the source above as it is given it.
fn emitted() -> String {
    let prepared = prepare(SOURCE);
    let names: Vec<&str> = prepared.split_whitespace().filter(|word| word.starts_with("block_")).collect();
    let kind = prepared.split(['&', ',']).find(|word| word.starts_with("type_")).unwrap();
    let [speaks, dog, stack] = names[..] else { panic!("{prepared}") };
    format!(
        "struct {speaks} {{}} impl {speaks} {{ fn speak(&self) -> String {{ {{ method_without_a_body() }} }} fn twice(&self) -> String {{ {{ self.speak() }} }} }}
         struct {dog} {{}} impl {dog} {{ fn speak(&self) -> String {{ {{ panic!(\"no\") }} }} }}
         struct {stack} {{}} impl {stack} {{ fn method_that_is_public_new() -> Self {{ {{ Stack {{ items: vec![] }} }} }} }}
         fn hear<T>(one: &{kind}, other: &T) {{}}"
    )
}

#[test]
fn the_rust_has_the_blocks_again() {
    let wanted = "pub trait Speaks { fn speak(&self) -> String; fn twice(&self) -> String { { self.speak() } } }
        impl Speaks for Dog { fn speak(&self) -> String { { panic!(\"no\") } } }
        impl<T: Clone> Stack<T> { pub fn new() -> Self { { Stack { items: vec![] } } } }
        fn hear<T: Speaks>(one: &dyn Speaks, other: &T) {}";
    assert_eq!(laid_out(&mend(SOURCE, &emitted())).replace(",}", "}"), laid_out(wanted));
}

#[test]
fn a_method_keeps_its_line() {
    let rust = lay_out(&mend(SOURCE, &emitted()), SOURCE).unwrap();
    let line = |rust: &str, what: &str| rust.lines().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{what} in {rust}"));
    for (ruchy, here) in [("panic(", "panic!("), ("fun new", "fn new"), ("fun hear", "fn hear"), ("fun twice", "fn twice")] {
        assert_eq!(line(&rust, here), line(SOURCE, ruchy), "{rust}");
    }
}

#[test]
fn names_that_only_look_alike_stay() {
    let rust = "struct block_6162 { a: type_cafe } impl block_6162 { fn public_key(&self) {} }";
    assert_eq!(laid_out(&mend("", rust)), laid_out(rust));
}
