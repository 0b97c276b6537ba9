//! What ruchy does not take is told by the line of the statement, and by what to write instead where that is known.

use std::fs;
use transpile::compiler::Compiler;

/// What stands at line 3 of a function, behind which there is more, and what is said of it.
const REFUSED: [(&str, usize, &str); 7] = [
    ("let type = 1;", 3, "Expected identifier or pattern after 'let'\n`type` is a word of Ruchy's own"),
    ("let one = if true { 1 } else { = 2 };", 3, "Expected body after 'else'"),
    (
        "let text = match count {\n        0 => \"none\",\n        1 => \"one\" +,\n        _ => \"many\"\n    };",
        5,
        "Unexpected token: FatArrow",
    ),
    ("let one = count > 2 ? 1 : 2;", 3, "Write `if a { b } else { c }`"),
    ("let one = count as char;", 3, "Write `char::from(n)`"),
    ("let one = b'a';", 3, "write `'a' as u8`"),
    ("let one = (count\n        + 1;", 3, "Expected RightParen"),
];

#[test]
#[ignore = "needs ruchy: `just ci` runs it"]
fn a_mistake_is_told_by_its_line() {
    let compiler = Compiler::find().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.ruchy");
    for (statement, line, wanted) in REFUSED {
        let source = format!(
            "pub fun lambda_handler(event: &str) -> String {{\n    let count = event.len();\n    {statement}\n    for letter in event.chars() {{\n        \
             println(letter);\n    }}\n    \"done\".to_string()\n}}\n\nfun other() -> i32 {{\n    2\n}}\n"
        );
        fs::write(&file, source).unwrap();
        let said = compiler.transpile(&file).unwrap_err().to_string();
        let place = format!("{}:{line}: ", file.display());
        assert!(said.starts_with(&place) && said.contains(wanted), "{statement}\n{said}");
    }
}

#[test]
#[ignore = "needs ruchy: `just ci` runs it"]
fn what_is_wrong_with_a_function_is_in_no_others_way() {
    const HANDLER: &str = "pub fun lambda_handler(event: &str) -> String { event.to_string() }\n";
    let compiler = Compiler::find().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in [("a.ruchy", HANDLER), ("b.ruchy", "pub fun lambda_handler( {"), ("c.ruchy", ""), ("d.ruchy", HANDLER)] {
        fs::write(folder.path().join(name), source).unwrap();
    }
    let renewed = transpile::transpile_all(&[folder.path().to_owned()], &compiler).unwrap();
    assert_eq!(renewed.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    assert!(folder.path().join("a.rs").exists() && folder.path().join("d.rs").exists());
}
