//! Expressions that nobody wrote mean the same to ruchy and to Rust: the same text, as a function of either, gives the same numbers.

use fastrand::Rng;
use std::fs;
use std::process::Command;
use transpile::compiler::Compiler;

/// How many functions of numbers, and as many of truths.
const FUNCTIONS: usize = 200;
/// How deep expressions are nested.
const DEPTH: usize = 4;
const SEED: u64 = 20_261_122;
const ARGUMENTS: [(i64, i64, i64); 4] = [(1, 2, 3), (5, -2, 9), (0, 0, 1), (-7, 4, 2)];

/// What stands in front of an operand that is squared, and behind it: Rust has no operator for that.
const SQUARE: &str = "«";
const SQUARED: &str = "»";

fn number(rng: &mut Rng, depth: usize) -> String {
    if depth == 0 {
        return rng.choice(["a", "b", "c"]).unwrap().to_owned();
    }
    let part = |rng: &mut Rng| {
        let part = number(rng, depth - 1);
        if rng.bool() { format!("({part})") } else { part }
    };
    match rng.u8(..11) {
        0..4 => {
            let (left, right) = (part(rng), part(rng));
            let operator = rng.choice(["+", "-", "*", "- 3 -", "+ 7 *", "&", "|", "^", "& 7 |", "| 4 +"]).unwrap();
            format!("{left} {operator} {right}")
        }
        4 => format!("({}).abs()", number(rng, depth - 1)),
        5 => format!("-({})", number(rng, depth - 1)),
        6 => format!("({}) as i64 * 2", number(rng, depth - 1)),
        7 => format!("{} {} ({} & 3)", part(rng), rng.choice(["<<", ">>"]).unwrap(), number(rng, depth - 1)),
        8 => format!("{SQUARE}{}({}){SQUARED}", rng.choice(["", "-"]).unwrap(), number(rng, depth - 1)),
        9 => format!("{SQUARE}-{}{SQUARED} - {}", rng.choice(["a", "b", "c.abs()"]).unwrap(), part(rng)),
        _ => format!("({}) % 7", number(rng, depth - 1)),
    }
}

fn truth(rng: &mut Rng, depth: usize) -> String {
    match rng.u8(..3) {
        0 if depth > 0 => format!("!({})", truth(rng, depth - 1)),
        1 if depth > 0 => {
            let (left, right) = (truth(rng, depth - 1), truth(rng, depth - 1));
            format!("({left}) {} ({right})", rng.choice(["&&", "||"]).unwrap())
        }
        _ => format!("({}) {} ({})", number(rng, 1), rng.choice(["<", ">", "==", "!="]).unwrap(), number(rng, 2)),
    }
}

/// A function of each expression, in a language whose keyword for them this is, and that squares so.
fn functions(expressions: &[String], keyword: &str, [square, squared]: [&str; 2]) -> String {
    let function = |(index, expression): (usize, &String)| {
        let result = if index < FUNCTIONS { "i64" } else { "bool" };
        let expression = expression.replace(SQUARE, square).replace(SQUARED, squared);
        format!("pub {keyword} f{index}(a: i64, b: i64, c: i64) -> {result} {{\n    {expression}\n}}\n")
    };
    expressions.iter().enumerate().map(function).collect::<Vec<_>>().concat()
}

#[test]
#[ignore = "needs ruchy: `just ci` runs it"]
fn expressions_mean_to_ruchy_what_they_mean_to_rust() {
    let mut rng = Rng::with_seed(SEED);
    let mut expressions: Vec<String> = (0..FUNCTIONS).map(|_| number(&mut rng, DEPTH)).collect();
    expressions.extend((0..FUNCTIONS).map(|_| truth(&mut rng, DEPTH)));
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("expressions.ruchy");
    fs::write(&source, functions(&expressions, "fun", ["", " ** 2"])).unwrap();
    let ruchy = Compiler::find().unwrap().transpile(&source).unwrap();
    let check = |index| format!("if ruchy::f{index}(a, b, c) != rust::f{index}(a, b, c) {{ println!(\"{index}\"); }}\n");
    let checks: Vec<String> = (0..expressions.len()).map(check).collect();
    let checks = checks.concat();
    let rust = functions(&expressions, "fn", ["(", ").pow(2)"]);
    let program = format!(
        "mod ruchy {{ {ruchy} }}\nmod rust {{ {rust} }}\nfn main() {{ for (a, b, c) in {ARGUMENTS:?} {{ {checks} }} println!(\"done\"); }}"
    );
    let file = folder.path().join("program.rs");
    fs::write(&file, program).unwrap();
    let mut compiled = Command::new("rustc");
    compiled.args(["--edition=2024", "-Awarnings", "-Coverflow-checks=off", "--out-dir"]).arg(folder.path()).arg(&file);
    assert!(compiled.status().unwrap().success());
    let said = Command::new(folder.path().join("program")).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let differing: Vec<&str> = said.lines().filter_map(|line| Some(expressions[line.parse::<usize>().ok()?].as_str())).collect();
    assert_eq!(differing, Vec::<&str>::new());
    assert!(said.ends_with("done\n"));
}
