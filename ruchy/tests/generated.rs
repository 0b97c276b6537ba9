//! Programs that are generated from the grammar: they have no errors, a valid tree, and print as they were written.

use proptest::prelude::*;
use ruchy::diagnostic::render;
use ruchy::modules::{Parse, parse_text};
use ruchy::print::{canonical, same};
use ruchy::tree::check::check;

/// Decisions of a generator, taken from bytes that proptest makes and shrinks. Without bytes every decision is the first and simplest one.
struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
    depth: usize,
    /// In an f-string, where comments up to the end of the line are not allowed.
    is_in_text: bool,
}

const DEPTH_MAX: usize = 7;

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        self.bytes.next().map_or(0, |&byte| usize::from(byte) % count)
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    fn name(&mut self) -> String {
        self.one_of(&["a", "b", "total", "r#type", "catch", "from", "var", "Größe", "_x"]).to_owned()
    }

    fn type_name(&mut self) -> &'static str {
        self.one_of(&["A", "Order", "shop::Item", "Self"])
    }

    /// Up to three, with separators and perhaps one at the end.
    fn list(&mut self, separator: &str, may_end: bool, mut element: impl FnMut(&mut Self) -> String) -> String {
        let elements: Vec<String> = (0..self.below(4)).map(|_| element(self)).collect();
        let end = if may_end && !elements.is_empty() && self.below(4) == 1 { separator } else { "" };
        elements.join(separator) + end
    }

    /// A space, or a comment that ends no statement.
    fn gap(&mut self) -> &'static str {
        self.one_of(&[" ", " ", "  ", " /* c */ ", "\t"])
    }

    fn is_deep(&mut self) -> bool {
        self.depth >= DEPTH_MAX || self.bytes.len() == 0
    }

    fn nested(&mut self, write: impl FnOnce(&mut Self) -> String) -> String {
        self.depth += 1;
        let text = write(self);
        self.depth -= 1;
        text
    }

    /// An operand that needs no parentheses anywhere.
    fn operand(&mut self) -> String {
        if self.is_deep() {
            return self.name();
        }
        self.nested(|c| match c.below(24) {
            0 => c.name(),
            1 => c
                .one_of(&[
                    "1",
                    "2.5",
                    "0xFFu8",
                    "1_000",
                    "1e3",
                    "\"text\"",
                    "r#\"a\"b\"#",
                    "'c'",
                    "b'x'",
                    "true",
                    "null",
                    "'it@is'",
                    "\"\\n\\u{41}\"",
                ])
                .to_owned(),
            2 => format!("({})", c.expression()),
            3 => format!("[{}]", c.list(", ", true, Self::element)),
            4 => format!("({}, {})", c.expression(), c.list(", ", true, Self::expression)),
            5 => format!("{}({})", c.name(), c.list(", ", true, Self::element)),
            6 => {
                format!("{}.{}({})", c.operand(), c.one_of(&["len", "type", "parse::<i64>", "map"]), c.list(", ", false, Self::expression))
            }
            7 => format!("{}.{}", c.name(), c.one_of(&["field", "0", "0.1", "match"])),
            8 => format!("{}[{}]", c.operand(), c.expression()),
            9 => format!("{}?", c.operand()),
            10 => c.fstring(),
            11 => format!("{} {{ {} }}", c.type_name(), c.list(", ", true, |c| format!("x: {}", c.expression()))),
            12 => format!("{{ \"k\": {}, ...{} }}", c.expression(), c.name()),
            13 => format!("[{} for {} in {} if {}]", c.expression(), c.pattern(), c.expression(), c.expression()),
            14 => format!("if {} {} else {}", c.condition(), c.block(), c.block()),
            15 => format!("match {} {{ {} }}", c.condition(), c.list(", ", true, Self::arm)),
            16 => format!("({})", c.lambda()),
            17 => format!("vec![{}; {}]", c.expression(), c.expression()),
            18 => format!("println!({})", c.list(", ", true, Self::expression)),
            19 => format!("{}::<{}>::new()", c.type_name(), c.ty()),
            20 => format!("[{}; 3]", c.expression()),
            21 => format!("matches!({}, {})", c.expression(), c.pattern()),
            22 => format!("{{ {} for {} in {} }}", c.name(), c.pattern(), c.expression()),
            _ => format!("try {} catch e {}", c.block(), c.block()),
        })
    }

    fn element(&mut self) -> String {
        if self.below(6) == 1 { format!("...{}", self.operand()) } else { self.expression() }
    }

    fn expression(&mut self) -> String {
        if self.is_deep() {
            return self.operand();
        }
        self.nested(|c| match c.below(12) {
            0 => c.operand(),
            1..5 => {
                let operator =
                    c.one_of(&["+", "-", "*", "/", "%", "**", "==", "&&", "||", "??", "|", "&", "^", "<<", ">>", "|>", "..", "..="]);
                format!("{}{}{operator}{}{}", c.operand(), c.gap(), c.gap(), c.operand())
            }
            5 => format!("{} < {}", c.operand(), c.operand()),
            6 => format!("{} >= {}", c.operand(), c.operand()),
            7 => format!("{}{}", c.one_of(&["-", "!", "~", "*", "&", "&mut ", "&&", "**"]), c.operand()),
            8 => format!("{} as {}", c.operand(), c.one_of(&["i64", "f64", "u8", "usize"])),
            9 => format!("{} ? {} : {}", c.operand(), c.expression(), c.expression()),
            10 => c.lambda(),
            _ => format!("let {} = {} in {}", c.pattern(), c.expression(), c.expression()),
        })
    }

    /// An expression in front of a block, where names are followed by no struct literal.
    fn condition(&mut self) -> String {
        match self.below(3) {
            0 => self.name(),
            1 => format!("({})", self.expression()),
            _ => format!("{} && f({})", self.name(), self.expression()),
        }
    }

    fn lambda(&mut self) -> String {
        self.nested(|c| match c.below(5) {
            0 => format!("|{}| {}", c.name(), c.expression()),
            1 => format!("move |{}| -> {} {}", c.list(", ", true, |c| format!("{}: {}", c.pattern(), c.ty())), c.ty(), c.block()),
            2 => format!("{} => {}", c.name(), c.expression()),
            3 => format!("({}) => {}", c.list(", ", false, Self::pattern), c.block()),
            _ => format!("fun({}) {}", c.list(", ", false, Self::name), c.block()),
        })
    }

    fn fstring(&mut self) -> String {
        let part = |c: &mut Self| match c.below(6) {
            0 => "text ".to_owned(),
            1 => "{{}} \\n ".to_owned(),
            2 => format!("{{{}}}", c.name()),
            3 => format!("{{ {}:>5}}", c.operand()),
            4 => format!("{{ {} }}", c.operand()),
            _ => "\\u{41}".to_owned(),
        };
        let was_in_text = std::mem::replace(&mut self.is_in_text, true);
        let parts = self.list("", false, part);
        self.is_in_text = was_in_text;
        format!("f\"{parts}\"")
    }

    fn pattern(&mut self) -> String {
        if self.is_deep() {
            return self.name();
        }
        self.nested(|c| match c.below(12) {
            0 => c.name(),
            1 => "_".to_owned(),
            2 => format!("mut {}", c.name()),
            3 => format!("({}, {})", c.pattern(), c.list(", ", true, Self::pattern)),
            4 => format!("[{}, ..]", c.pattern()),
            5 => format!("[{}, ..rest]", c.pattern()),
            6 => format!("Some({})", c.pattern()),
            7 => format!("{} {{ x, y: {}, .. }}", c.type_name(), c.pattern()),
            8 => c.one_of(&["1", "-2.5", "\"text\"", "'a'..='z'", "..5", "3..", "-1..=1", "A::B", "true"]).to_owned(),
            9 => format!("({} | {})", c.pattern(), c.pattern()),
            10 => format!("&{}", c.name()),
            _ => format!("{} @ {}", c.name(), c.one_of(&["1..=9", "Some(_)", "_"])),
        })
    }

    fn ty(&mut self) -> String {
        if self.is_deep() {
            return "i64".to_owned();
        }
        self.nested(|c| match c.below(10) {
            0 => c.one_of(&["i64", "String", "a::B", "Self", "()", "_"]).to_owned(),
            1 => format!("Vec<{}>", c.ty()),
            2 => format!("Option<Vec<{}>>", c.ty()),
            3 => format!("&{}", c.ty()),
            4 => format!("&'a mut {}", c.ty()),
            5 => format!("({}, {})", c.ty(), c.ty()),
            6 => format!("[{}; 3]", c.ty()),
            7 => format!("Box<dyn Fn({}) -> {} + 'a>", c.ty(), c.ty()),
            8 => format!("fn({}) -> {}", c.ty(), c.ty()),
            _ => format!("[{}]", c.ty()),
        })
    }

    fn arm(&mut self) -> String {
        let guard = if self.below(3) == 1 { format!(" if ({})", self.expression()) } else { String::new() };
        // What begins with a block ends with it.
        let body = if self.below(2) == 0 { format!("1 + {}", self.operand()) } else { self.block() };
        format!("{}{guard} => {body}", self.pattern())
    }

    fn block(&mut self) -> String {
        if self.is_deep() {
            return "{ }".to_owned();
        }
        self.nested(|c| {
            let statements =
                c.list("", false, |c| c.statement() + if c.is_in_text { ";" } else { c.one_of(&[";", "\n", ";\n", " // end\n", "\n\n"]) });
            // A value in braces must not look like an object.
            format!("{{\n{statements}}}")
        })
    }

    fn statement(&mut self) -> String {
        self.nested(|c| match c.below(14) {
            0 => format!("{}({})", c.name(), c.expression()),
            1 => format!("let {} = {}", c.pattern(), c.expression()),
            2 => format!("let mut {}: {} = {}", c.name(), c.ty(), c.expression()),
            3 => format!("{} {} {}", c.name(), c.one_of(&["=", "+=", "-=", "*=", "**=", "<<=", ">>=", "&="]), c.expression()),
            4 => format!("for {} in {} {}", c.pattern(), c.condition(), c.block()),
            5 => format!("while {} {}", c.condition(), c.block()),
            6 => format!("'outer: loop {}", c.block()),
            7 => format!("return {}", c.expression()),
            8 => format!("if let Some({}) = {} {}", c.name(), c.condition(), c.block()),
            9 => format!("{}{}", c.name(), c.one_of(&["++", "--"])),
            10 => format!("let Some({}) = ({}) else {}", c.name(), c.expression(), c.block()),
            11 => c.function(),
            12 => c.one_of(&["break", "continue 'outer", "break 'outer 5", "throw \"no\"", "var y = 1"]).to_owned(),
            _ => format!("({}).call()", c.expression()),
        })
    }

    fn function(&mut self) -> String {
        let parameters = self.list(", ", true, |c| match c.below(3) {
            0 => c.name(),
            1 => format!("{}: {}", c.pattern(), c.ty()),
            _ => format!("{}: {} = {}", c.name(), c.ty(), c.expression()),
        });
        let result = if self.below(2) == 0 { String::new() } else { format!(" -> {}", self.ty()) };
        format!(
            "{}{} f{}({parameters}){result} {}",
            self.one_of(&["", "pub "]),
            self.one_of(&["fun", "fn"]),
            self.one_of(&["", "<T: Clone>"]),
            self.block()
        )
    }

    fn item(&mut self) -> String {
        self.nested(|c| match c.below(8) {
            0..3 => c.function(),
            3 => format!("struct P {{ {} }}", c.list(", ", true, |c| format!("x: {} = {}", c.ty(), c.expression()))),
            4 => format!("impl A {{ {} }}", c.list("\n", false, Self::function)),
            5 => format!("enum E {{ {} }}", c.list(", ", true, |c| format!("V({})", c.ty()))),
            6 => format!("mod m {{ {} }}", c.list("\n", false, Self::item)),
            _ => format!("const N: {} = {}\n", c.ty(), c.expression()),
        })
    }

    fn program(&mut self) -> String {
        let items: Vec<String> = (0..=self.below(4)).map(|_| if self.below(3) == 2 { self.statement() } else { self.item() }).collect();
        items.join("\n// next\n") + "\n"
    }
}

fn read(text: &str) -> Result<Parse, TestCaseError> {
    let parsed = parse_text("generated.ruchy", text);
    let errors: String =
        parsed.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).map(|error| render(error, &parsed.sources)).collect();
    prop_assert!(errors.is_empty(), "{errors}\n{text}");
    Ok(parsed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn generated_programs_print_as_they_were_written(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let text = Choices { bytes: bytes.iter(), depth: 0, is_in_text: false }.program();
        let parsed = read(&text)?;
        let source = parsed.sources.get(parsed.program.body.file);
        prop_assert_eq!(check(&parsed.program.body, source, parsed.program.nodes), Ok(()), "{}", text);
        let printed = same(&parsed.program.body, source);
        prop_assert_eq!(&printed, &text);
        let once = canonical(&parsed.program.body);
        let twice = canonical(&read(&once)?.program.body);
        let difference = once.lines().zip(twice.lines()).find(|(first, second)| first != second);
        prop_assert_eq!(difference, None);
    }
}
