//! Lowers `format!`, `print!`, `println!`, `eprint!`, `eprintln!` and `panic!` to one
//! concatenation, Rust to Rust, if every placeholder is plain (`{}`, `{0}`, `{name}`). Strings and
//! numbers then need no `core::fmt`, which would be most of a small function's code.
//!
//! `format!("a{}b", x)` becomes a block with the value `::std::output::concat(&["a", …, "b"])`, in
//! which `…` is the text of `&(x)`: that of `std::output::Text` if the type implements it, and
//! otherwise that of `Display`. Arguments are evaluated once, in order, by reference, and their
//! temporaries live as long as those of the macro.
//!
//! The other code of the file is unchanged, byte for byte, and so is the line of each argument.

use crate::inline;
use crate::template::{Arguments, Piece, Template};
use std::ops::Range;
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprConst, ExprRepeat, Ident, ImplItemConst, ImplItemFn, ItemConst, ItemEnum, ItemFn, ItemMacro, ItemStatic, Macro,
    MacroDelimiter, Token, TraitItemConst, TypeArray, UseName, UseRename,
};

/// The use of the formatted text.
#[derive(Clone, Copy)]
enum Purpose {
    Value,
    /// Printed to a stream of `std::log`, with this suffix.
    Print(&'static str, &'static str),
    Panic,
}

const LOWERED: [(&str, Purpose); 6] = [
    ("format", Purpose::Value),
    ("print", Purpose::Print("Output", "")),
    ("println", Purpose::Print("Output", "\n")),
    ("eprint", Purpose::Print("Error", "")),
    ("eprintln", Purpose::Print("Error", "\n")),
    ("panic", Purpose::Panic),
];

/// Macros whose arguments are expressions that may contain macros to lower, and the number of first
/// arguments that are not changed because the macro also quotes them.
const TRANSPARENT: [(&str, usize); 11] = [
    ("assert", 1),
    ("assert_eq", 0),
    ("assert_ne", 0),
    ("debug_assert", 1),
    ("debug_assert_eq", 0),
    ("debug_assert_ne", 0),
    ("todo", 0),
    ("unreachable", 0),
    ("vec", 0),
    ("write", 0),
    ("writeln", 0),
];

/// Returns `rust` with its macros lowered; `None` if there are none, or if `rust` is not valid.
#[must_use]
pub fn lower(rust: &str) -> Option<String> {
    let mut file = inline::movable(rust)?;
    let mut calls = Calls { rust, edits: Vec::new(), others: false };
    calls.visit_file_mut(&mut file);
    if calls.others || calls.edits.is_empty() {
        return None;
    }
    let text = calls.applied(0..rust.len());
    // The result is parsed as a safeguard.
    syn::parse_file(&text).is_ok().then_some(text)
}

/// Finds the macros, outermost first.
struct Calls<'file> {
    rust: &'file str,
    /// In the order of their positions, not nested.
    edits: Vec<(Range<usize>, String)>,
    /// `true` if the file defines or imports a macro of one of these names.
    others: bool,
}

impl Calls<'_> {
    /// Returns the text at `place` with the edits in it applied.
    fn applied(&self, place: Range<usize>) -> String {
        let mut text = self.rust[place.clone()].to_owned();
        let inside = |edit: &&(Range<usize>, String)| place.start <= edit.0.start && edit.0.end <= place.end;
        for (edited, replacement) in self.edits.iter().filter(inside).rev() {
            text.replace_range(edited.start - place.start..edited.end - place.start, replacement);
        }
        text
    }

    /// Returns the source of `expression` with its macros lowered.
    fn lowered(&self, mut expression: Expr) -> String {
        let place = expression.span().byte_range();
        let mut calls = Calls { rust: self.rust, edits: Vec::new(), others: false };
        calls.visit_expr_mut(&mut expression);
        calls.applied(place)
    }

    fn take_macro(&mut self, call: &Macro) {
        let Some(name) = standard_name(call) else { return };
        let place = call.span().byte_range();
        let purpose = LOWERED.iter().find(|(lowered, _)| *lowered == name).map(|(_, purpose)| *purpose);
        if let Some(purpose) = purpose
            && let Some(replacement) = self.replacement(call, purpose, &place)
        {
            self.edits.push((place, replacement));
            return;
        }
        let left_alone = match purpose {
            Some(_) => 0,
            None => match TRANSPARENT.iter().find(|(transparent, _)| *transparent == name) {
                Some((_, count)) => *count,
                None => return,
            },
        };
        for mut expression in expressions(call).into_iter().skip(left_alone) {
            self.visit_expr_mut(&mut expression);
        }
    }

    fn replacement(&self, call: &Macro, purpose: Purpose, place: &Range<usize>) -> Option<String> {
        if matches!(call.delimiter, MacroDelimiter::Brace(_)) {
            return None; // a statement
        }
        let arguments = Arguments::parse.parse2(call.tokens.clone()).ok()?;
        let suffix = match purpose {
            Purpose::Print(_, suffix) => suffix,
            // core's panic message, or an error.
            Purpose::Panic | Purpose::Value if arguments.0.is_empty() => return None,
            Purpose::Panic | Purpose::Value => "",
        };
        let template = Template::of(&arguments, suffix)?;
        let mut written = Written { rust: self.rust, reached: place.start, text: String::new() };
        match purpose {
            Purpose::Value if template.text().is_some() => written.push("::std::string::String::from("),
            Purpose::Value => written.push("::std::convert::identity("),
            Purpose::Print(stream, _) => written.push(&format!("::std::log::write(::std::log::Stream::{stream}, ")),
            Purpose::Panic => written.push("::std::output::panic("),
        }
        if let Some(text) = template.text() {
            written.push(&format!("{text:?}"));
        } else {
            written.push(if matches!(purpose, Purpose::Value) { "" } else { "&" });
            self.write_concatenation(&template, &mut written);
        }
        written.go_to(place.end);
        Some(written.text + ")")
    }

    /// Writes the block that concatenates the pieces. `let` drops the temporaries of the arguments
    /// at the end of the block.
    fn write_concatenation(&self, template: &Template<'_>, written: &mut Written<'_>) {
        written.push("{ let text = match (");
        for value in &template.arguments {
            let place = value.span().byte_range();
            written.go_to(place.start);
            written.push(&format!("&({}), ", self.lowered((*value).clone())));
            written.reached = place.end;
        }
        for name in &template.captured {
            written.push(&format!("&{name}, "));
        }
        written.push(") { (");
        for number in 0..template.arguments.len() + template.captured.len() {
            written.push(&format!("p{number}, "));
        }
        written.push(") => { #[allow(unused_imports)] use ::std::output::{Direct as _, Displayed as _}; ::std::output::concat(&[");
        for piece in &template.pieces {
            written.push(&match piece {
                Piece::Text(text) => format!("{text:?}, "),
                Piece::Argument(number) => placeholder(*number),
                Piece::Captured(number) => placeholder(template.arguments.len() + number),
            });
        }
        written.push("]) } }; text }");
    }
}

fn placeholder(number: usize) -> String {
    format!("(&::std::output::Value(p{number})).text_of(&mut ::std::default::Default::default()), ")
}

/// Returns the name of a macro that is called by its name alone, or as a macro of `std`.
fn standard_name(call: &Macro) -> Option<String> {
    let names: Vec<String> = call.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.as_slice() {
        [name] if call.path.leading_colon.is_none() => Some(name.clone()),
        [library, name] if library == "std" => Some(name.clone()),
        _ => None,
    }
}

/// Returns the arguments of a macro that takes expressions; none if it has others.
fn expressions(call: &Macro) -> Vec<Expr> {
    let repeated = |input: ParseStream<'_>| {
        Ok([input.parse::<Expr>()?, {
            input.parse::<Token![;]>()?;
            input.parse()?
        }])
    };
    match Arguments::parse.parse2(call.tokens.clone()) {
        Ok(Arguments(arguments)) => arguments.into_iter().map(|argument| argument.value).collect(),
        Err(_) => repeated.parse2(call.tokens.clone()).map(Vec::from).unwrap_or_default(),
    }
}

/// The replacement of a macro, written so far.
struct Written<'file> {
    rust: &'file str,
    /// The newlines of the file are counted up to here.
    reached: usize,
    text: String,
}

impl Written<'_> {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes newlines up to the line of `place`.
    fn go_to(&mut self, place: usize) {
        let between = self.rust.get(self.reached..place).unwrap_or("");
        self.text.extend(between.matches('\n'));
        self.reached = place;
    }
}

impl VisitMut for Calls<'_> {
    fn visit_macro_mut(&mut self, call: &mut Macro) {
        self.take_macro(call);
    }

    /// The body of a macro is not an expression. A macro with the name `println` is not that of
    /// std.
    fn visit_item_macro_mut(&mut self, item: &mut ItemMacro) {
        self.others |= item.ident.as_ref().is_some_and(is_lowered);
    }

    fn visit_use_name_mut(&mut self, used: &mut UseName) {
        self.others |= is_lowered(&used.ident);
    }

    fn visit_use_rename_mut(&mut self, used: &mut UseRename) {
        self.others |= is_lowered(&used.rename);
    }

    // Constant expressions cannot concatenate.
    fn visit_item_const_mut(&mut self, _: &mut ItemConst) {}
    fn visit_item_static_mut(&mut self, _: &mut ItemStatic) {}
    fn visit_impl_item_const_mut(&mut self, _: &mut ImplItemConst) {}
    fn visit_trait_item_const_mut(&mut self, _: &mut TraitItemConst) {}
    fn visit_expr_const_mut(&mut self, _: &mut ExprConst) {}
    fn visit_type_array_mut(&mut self, _: &mut TypeArray) {}
    fn visit_item_enum_mut(&mut self, _: &mut ItemEnum) {}

    fn visit_expr_repeat_mut(&mut self, repeat: &mut ExprRepeat) {
        self.visit_expr_mut(&mut repeat.expr);
    }

    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        if function.sig.constness.is_none() {
            visit_mut::visit_item_fn_mut(self, function);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        if function.sig.constness.is_none() {
            visit_mut::visit_impl_item_fn_mut(self, function);
        }
    }
}

fn is_lowered(name: &Ident) -> bool {
    LOWERED.iter().any(|(lowered, _)| name == lowered)
}

#[cfg(test)]
mod tests {
    use super::lower;

    /// Returns the lowered content of `fn f() { … }`.
    fn body(rust: &str) -> Option<String> {
        let text = lower(&format!("fn f() {{ {rust} }}"))?;
        Some(text.strip_prefix("fn f() { ")?.strip_suffix(" }")?.to_owned())
    }

    #[test]
    fn lower_writes_constant_text() {
        for (macros, lowered) in [
            (r#"format!("a")"#, r#"::std::string::String::from("a")"#),
            (r#"format!("{{{}}}", "b{}")"#, r#"::std::string::String::from("{b{}}")"#),
            ("println!()", r#"::std::log::write(::std::log::Stream::Output, "\n")"#),
            (r#"println!("a",)"#, r#"::std::log::write(::std::log::Stream::Output, "a\n")"#),
            (r#"std::eprint!("a")"#, r#"::std::log::write(::std::log::Stream::Error, "a")"#),
            (r#"panic!("a {{}}")"#, r#"::std::output::panic("a {}")"#),
        ] {
            assert_eq!(body(macros).as_deref(), Some(lowered), "{macros}");
        }
    }

    #[test]
    fn lower_evaluates_arguments_once_and_in_order() {
        let lowered = body(r#"format!("{1}-{0}{1}{}{last}{here}", a(), b(), last = c())"#).unwrap();
        assert!(lowered.contains("match (&(a()), &(b()), &(c()), &here, ) { (p0, p1, p2, p3, ) =>"), "{lowered}");
        let pieces: Vec<&str> = lowered.split("concat(&[").nth(1).unwrap().split(", ").collect();
        let pieces: Vec<&str> =
            pieces.iter().filter_map(|piece| piece.split("Value(").nth(1).or(piece.strip_prefix('"'))?.get(..2)).collect();
        assert_eq!(pieces, ["p1", "-\"", "p0", "p1", "p0", "p2", "p3"]);
    }

    #[test]
    fn lower_handles_nested_macros() {
        for rust in [
            r#"println!("{}", format!("{}", x))"#,
            r#"vec![format!("{}", x); 3]"#,
            r#"vec![1, format!("{}", x).len()]"#,
            r#"println!("{:?}", format!("{}", x))"#,
            r#"assert_eq!(format!("{}", x), y)"#,
            r#"assert!(x, "{}", format!("{}", x))"#,
            r#"if let Some(y) = z { g(|| format!("{}", x)) }"#,
        ] {
            assert!(!body(rust).unwrap_or_else(|| rust.to_owned()).contains("format!("), "{rust}");
        }
    }

    #[test]
    fn lower_leaves_formats_other_macros_and_constants() {
        for rust in [
            r#"format!("{:?}", x)"#,
            r#"format!("{:>4}", x)"#,
            r#"format!("{x:.2}")"#,
            r#"format!("{} {:?}", x, y)"#,
            "format!(FORMAT, x)",
            r#"format!(concat!("{}", "{}"), x, y)"#,
            r#"format!("{}")"#,
            r#"format!("{}", x, y)"#,
            r#"format!("{2}", x, y)"#,
            r#"format!("{_}")"#,
            r#"format!("{")"#,
            r#"format!("}")"#,
            "panic!()",
            "format!()",
            r#"other::format!("{}", x)"#,
            r#"println! { "{}", x }"#,
            r#"assert!(x == format!("{}", y))"#,
            r#"stringify!(format!("{}", y))"#,
            r#"unknown!(format!("{}", y))"#,
            r#"const A: u8 = if B { panic!("a") } else { 1 };"#,
            r#"static A: u8 = if B { panic!("a") } else { 1 };"#,
            r#"const fn g() { panic!("a") }"#,
            r#"const { panic!("a") }"#,
            r#"let a: [u8; if B { panic!("a") } else { 1 }] = b;"#,
            r#"let a = [0; if B { panic!("a") } else { 1 }];"#,
            r#"macro_rules! m { () => { format!("{}", x) } }"#,
            r#"macro_rules! format { () => {} } format!("a");"#,
            r#"use other::println; println!("a");"#,
            r#"use other::{a as panic}; panic!("a");"#,
            r#"include!("b"); println!("a");"#,
        ] {
            assert_eq!(body(rust), None, "{rust}");
        }
    }

    #[test]
    fn lower_keeps_lines_and_other_code() {
        let rust = "//! é\nfn f() {\n    let a = 1; // {}\n    println!(\n        \"a\n        {} {}\", // why\n\n        b,\n        c\n            .d(|| {\n                e\n            })\n    );\n    f(format!(\"{a}\n{}\", format!(\"\n{}\", g)))\n}\nfn h() {}\n";
        let lowered = lower(rust).unwrap();
        assert_eq!(lowered.lines().count(), rust.lines().count(), "{lowered}");
        for (number, line) in rust.lines().enumerate() {
            let whole =
                !["println!", "\"", "b,", "c", "})", ");", "format!"].iter().any(|part| line.contains(part)) || line.contains("//!");
            let ours = lowered.lines().nth(number).unwrap();
            assert!(!whole || ours == line, "{number}: {ours:?}, not {line:?}");
        }
        for (line, part) in [(7, "&(b)"), (8, "&(c"), (10, "e"), (15, "&(g)")] {
            assert!(lowered.lines().nth(line).unwrap().contains(part), "{part} in {lowered}");
        }
    }
}
