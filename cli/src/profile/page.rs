//! A profile as a page: the flame graph, the lines and the functions.

use super::counts::first;
use super::result::Profile;
use super::text::Sources;
use crate::html::{self, escaped};
use crate::number::grouped;
use inferno::flamegraph;
use std::fmt::Write as _;

/// The page.
#[must_use]
pub fn page(profile: &Profile) -> String {
    let counts = &profile.counts;
    let mut body = format!(
        "<p>Instructions of {}, {} counted by {}: {} each.</p>\n{}\n<h2>Lines</h2>\n\
         <table><tr><th>own</th><th>inclusive</th><th>calls</th><th>allocations</th><th>line</th><th></th></tr>\n",
        escaped(&profile.what),
        counts.iterations,
        escaped(&profile.tool),
        grouped(counts.each(counts.dump.total(0))),
        flame_graph(&counts.stacks()).unwrap_or_default(),
    );
    let mut sources = Sources::default();
    for (line, cost) in counts.lines() {
        let allocations = counts.allocations.get(line).copied().unwrap_or(0);
        for number in [first(&cost.own), first(&cost.inclusive), cost.calls, allocations] {
            let _ = write!(body, "<td>{}</td>", grouped(counts.each(number)));
        }
        let text = sources.line(&profile.files, &line.file, line.line);
        let _ = writeln!(body, "<td>{}:{}</td><td class=\"code\">{}</td></tr><tr>", escaped(&line.file), line.line, escaped(&text));
    }
    body += "</table>\n<h2>Functions</h2>\n<table><tr><th>own</th><th>inclusive</th><th>calls</th><th>function</th></tr>\n";
    for (name, cost) in counts.functions() {
        for number in [first(&cost.own), first(&cost.inclusive), cost.calls] {
            let _ = write!(body, "<td>{}</td>", grouped(counts.each(number)));
        }
        let _ = writeln!(body, "<td class=\"code\">{}</td></tr><tr>", escaped(name));
    }
    body += "</table>\n";
    html::page(&format!("Profile of {}", profile.name), &body)
}

/// The flame graph of `stacks`, as SVG; none if there are none.
fn flame_graph(stacks: &[String]) -> Option<String> {
    let mut options = flamegraph::Options::default();
    "instructions".clone_into(&mut options.count_name);
    options.title = String::new();
    // The same stacks make the same graph.
    options.deterministic = true;
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, stacks.iter().map(String::as_str), &mut svg).ok()?;
    let svg = String::from_utf8(svg).ok()?;
    svg.find("<svg").map(|at| svg[at..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::flame_graph;

    #[test]
    fn flame_graph_has_every_function() {
        let svg = flame_graph(&["main 5".to_owned(), "main;f 90".to_owned()]).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains("f (90 instructions") && svg.contains("main (95 instructions"), "{svg}");
        assert_eq!(flame_graph(&[]), None);
    }
}
