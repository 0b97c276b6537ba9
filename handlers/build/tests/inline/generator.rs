//! Generates recursive functions with random expressions, the same in each run.

use std::fmt::Write as _;

/// A xorshift generator with a fixed seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    /// Returns an expression of the function's type. `calls` is the number of recursive calls that
    /// it may still contain.
    fn value(&mut self, name: &str, depth: u32, calls: &mut u32) -> String {
        if depth == 0 {
            return match self.below(5) {
                0 => format!("{}KIND", self.below(100)),
                1 => "a".to_owned(),
                2 => "b".to_owned(),
                3 => "(fuel as KIND)".to_owned(),
                _ => "local".to_owned(),
            };
        }
        if *calls > 0 && self.below(3) == 0 {
            *calls -= 1;
            let less = self.of(&["fuel - 1", "fuel / 2", "{ let fuel = fuel - 1; fuel }"]);
            let (a, b) = (self.value(name, depth - 1, calls), self.value(name, depth - 1, calls));
            return format!("{name}({less}, {a}, {b})");
        }
        let (left, right) = (self.value(name, depth - 1, calls), self.value(name, depth - 1, calls));
        match self.below(9) {
            0 => format!("({left}).wrapping_mul({right})"),
            1 => {
                format!(
                    "if ({left}) {} ({right}) {{ {} }} else {{ {right} }}",
                    self.of(&["<", "==", ">="]),
                    self.value(name, depth - 1, calls)
                )
            }
            2 => format!("{{ let {} = {left}; {right} }}", self.of(&["a", "b", "mut local", "mut local"])),
            3 => format!("{{ local = {left}; {right} }}"),
            4 => format!("match ({left}) {{ 0 => {right}, a if a % 2 == 0 => a, local => local / 2 }}"),
            5 => format!("{{ if ({left}) % 3 == 1 {{ return {right}; }} local }}"),
            6 => format!("{{ for i in 0..fuel % 3 {{ local ^= i as KIND & ({left}); if local == 9 {{ break; }} }} {right} }}"),
            _ => format!("({left}) {} ({right})", self.of(&["+", "-", "*", "/", "%", "^", "&", "|"])),
        }
    }
}

/// Returns `count` functions, and the calls that compare them with their copies.
pub fn functions(count: usize) -> (String, String) {
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let (mut functions, mut calls) = (String::new(), "fn compare_all() {\nfor bits in numbers(120) {\n".to_owned());
    for number in 0..count {
        let name = format!("chance_{number}");
        let kind = chance.of(&["u8", "i8", "i16", "i32", "u64", "i64", "u128"]);
        let mut budget = 1;
        let tail = chance.value(&name, 2, &mut budget);
        // Two calls for certain, so that the function is inlined.
        let (x, y) = (chance.value(&name, 1, &mut budget), chance.value(&name, 1, &mut budget));
        let text = format!(
            "pub fn {name}(fuel: u32, a: KIND, mut b: KIND) -> KIND {{\n    if fuel == 0 {{ return a ^ b; }}\n    let mut local = a;\n    \
             b = b.wrapping_add(1);\n    let first = {name}(fuel - 1, {x}, b);\n    let last = {tail};\n    \
             first.wrapping_sub(last) ^ {name}(fuel / 2, first, {y})\n}}\n"
        );
        functions += &text.replace("KIND", kind);
        writeln!(calls, "compare!({name}: [(bits % 5) as u32, (bits >> 8) as {kind}, (bits >> 30) as {kind} % 10]);").unwrap();
    }
    (functions, calls + "}\n}\n")
}
