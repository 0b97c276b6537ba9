//! The reached lines to read, as a page with the source, and as JSON. Pure.

use super::lines::{File, Lines, percent};
use crate::html::{self, escaped};
use crate::number::grouped;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The lines that some events reach.
#[derive(Clone, Debug)]
pub struct Coverage {
    pub name: String,
    pub inputs: Vec<Input>,
    pub lines: Lines,
    /// The tool that read the counters, with its version.
    pub tool: String,
}

/// An event that was played.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    /// The error that the function answered with.
    pub error: Option<String>,
}

impl Coverage {
    fn what(&self) -> String {
        match &self.inputs[..] {
            [input] => input.name.clone(),
            inputs => format!("{} fixtures", inputs.len()),
        }
    }
}

fn share(reached: usize, total: usize) -> String {
    format!("{reached} of {total} lines ({:.1} %)", percent(reached, total))
}

/// The coverage as text: a line for each file, and the lines that are not reached.
#[must_use]
pub fn text(coverage: &Coverage) -> String {
    let Coverage { name, lines, tool, .. } = coverage;
    let mut text = format!("{name}: lines with code that {} reach, counted in an instrumented link ({tool})\n", coverage.what());
    for (name, file) in &lines.0 {
        let _ = writeln!(text, "\n{name}: {}", share(file.reached(), file.counts.len()));
        for (number, line) in file.missed() {
            let _ = writeln!(text, "{number:>6}  {}", line.trim_end());
        }
    }
    if lines.0.len() > 1 {
        let _ = writeln!(text, "\nall files: {}", share(lines.reached(), lines.total()));
    }
    text + "\nListed are the lines that no event reaches. A line counts as reached if a part of it ran.\n"
}

/// The coverage as a page with the source.
#[must_use]
pub fn page(coverage: &Coverage) -> String {
    let mut body = format!(
        "<p>{} reach {}, counted in an instrumented link ({}).</p>\n",
        escaped(&coverage.what()),
        share(coverage.lines.reached(), coverage.lines.total()),
        escaped(&coverage.tool)
    );
    for (name, file) in &coverage.lines.0 {
        let _ = writeln!(body, "<h2>{}</h2>\n<p>{}</p>", escaped(name), share(file.reached(), file.counts.len()));
        body += "<table><tr><th>line</th><th>count</th><th></th></tr>\n";
        body += &rows(file);
        body += "</table>\n";
    }
    html::page(&format!("Coverage of {}", coverage.name), &body)
}

fn rows(file: &File) -> String {
    let mut rows = String::new();
    for (number, line) in (1..).zip(&file.source) {
        let (class, count) = match file.counts.get(&number) {
            Some(0) => ("missed", "0".to_owned()),
            Some(count) => ("reached", grouped(*count)),
            None => ("", String::new()),
        };
        let _ = writeln!(rows, "<tr class=\"{class}\"><td>{number}</td><td>{count}</td><td class=\"code\">{}</td></tr>", escaped(line));
    }
    rows
}

/// The coverage as JSON. docs/toolchain/coverage.md documents the members.
#[must_use]
pub fn json(coverage: &Coverage, conditions: &Value) -> Value {
    let Coverage { name, inputs, lines, tool } = coverage;
    let file = |(name, file): (&String, &File)| {
        let lines = file.counts.iter().map(|(line, count)| json!({ "line": line, "count": count }));
        json!({ "file": name, "reached": file.reached(), "lines_with_code": file.counts.len(), "lines": lines.collect::<Vec<_>>() })
    };
    json!({
        "subject": name,
        "inputs": inputs.iter().map(|input| json!({ "name": input.name, "error": input.error })).collect::<Vec<_>>(),
        "method": { "tool": tool, "link": "without optimisation of the whole file, rustc -C instrument-coverage" },
        "reached": lines.reached(), "lines_with_code": lines.total(), "percent": lines.percent(),
        "files": lines.0.iter().map(file).collect::<Vec<_>>(),
        "conditions": conditions,
    })
}

#[cfg(test)]
mod tests {
    use super::{Coverage, File, Input, Lines, json, page, text};
    use serde_json::Value;

    fn coverage() -> Coverage {
        let source = ["fun f(n) {", "    if n < 2 { 1 }", "    else { 2 }", "", "}"].map(str::to_owned).to_vec();
        let file = File { source, counts: [(1, 3), (2, 1234), (3, 0), (5, 3)].into() };
        let input = |name: &str, error: Option<&str>| Input { name: name.to_owned(), error: error.map(str::to_owned) };
        Coverage {
            name: "f".to_owned(),
            inputs: vec![input("the fixture a", None), input("the fixture b", Some("Function.Panic: x"))],
            lines: Lines([("functions/f.ruchy".to_owned(), file)].into()),
            tool: "llvm-cov 22.1.2".to_owned(),
        }
    }

    #[test]
    fn report_lists_the_lines_that_are_not_reached() {
        let text = text(&coverage());
        assert!(text.contains("2 fixtures reach"), "{text}");
        assert!(text.contains("functions/f.ruchy: 3 of 4 lines (75.0 %)\n     3      else { 2 }\n\n"), "{text}");
    }

    #[test]
    fn page_has_the_source_with_its_counts() {
        let page = page(&coverage());
        for row in [
            "<tr class=\"reached\"><td>2</td><td>1,234</td><td class=\"code\">    if n &lt; 2 { 1 }</td></tr>",
            "<tr class=\"missed\"><td>3</td><td>0</td>",
            "<tr class=\"\"><td>4</td><td></td>",
        ] {
            assert!(page.contains(row), "{row}: {page}");
        }
    }

    #[test]
    fn result_has_every_line_with_code() {
        let result = json(&coverage(), &Value::Null);
        assert_eq!((&result["reached"], &result["percent"], &result["inputs"][0]["error"]), (&3.into(), &75.0.into(), &Value::Null));
        assert_eq!(result["files"][0]["lines"][2], serde_json::json!({ "line": 3, "count": 0 }));
    }
}
