//! Links of Markdown files: the file exists, and so does the heading. The pages of the book are
//! those in `docs/SUMMARY.md`.

use crate::{markdown, read, root};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The text without blocks of code and code in backticks, which may have brackets.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code && !line.starts_with("    ") {
            let outside = line.split('`').enumerate().map(|(index, part)| if index % 2 == 0 { part } else { "code" });
            prose.extend(outside);
            prose.push('\n');
        }
    }
    prose
}

/// The targets of links and images, Markdown's and HTML's.
fn targets(text: &str) -> Vec<String> {
    let after = |mark: &str, end: &[char]| -> Vec<String> {
        text.split(mark).skip(1).filter_map(|rest| rest.split(end).next()).map(str::to_owned).collect()
    };
    [after("](", &[')', ' ']), after("src=\"", &['"']), after("srcset=\"", &['"'])].concat()
}

/// The anchors of the headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut in_code = false;
    let mut anchors = BTreeSet::new();
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !in_code) {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            anchors.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    anchors
}

/// The fault of a link in `file` to `target`.
fn fault(file: &Path, target: &str) -> Option<String> {
    if ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let linked = if path.is_empty() { file.to_owned() } else { file.parent().unwrap().join(path) };
    if !linked.exists() {
        return Some(format!("{}: {target} does not exist", file.display()));
    }
    let is_found = anchor.is_empty() || anchors(&read(&linked)).contains(anchor);
    (!is_found).then(|| format!("{}: {target} has no such heading", file.display()))
}

#[test]
fn links_lead_to_files_and_headings() {
    let files = markdown(&root());
    assert!(files.len() > 30, "{files:?}");
    let faults: Vec<String> =
        files.iter().flat_map(|file| targets(&prose(&read(file))).into_iter().filter_map(|target| fault(file, &target))).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn links_with_a_wrong_heading_are_found() {
    let readme = root().join("README.md");
    assert_eq!(fault(&readme, "#limits"), None);
    assert!(fault(&readme, "#no-limits").unwrap().ends_with("has no such heading"));
    assert!(fault(&readme, "docs/nothing.md").unwrap().ends_with("does not exist"));
}

#[test]
fn summary_lists_every_page_once() {
    let docs = root().join("docs");
    let listed: Vec<PathBuf> = targets(&read(&docs.join("SUMMARY.md"))).iter().map(|page| docs.join(page)).collect();
    let pages: Vec<PathBuf> = markdown(&docs).into_iter().filter(|page| !page.ends_with("SUMMARY.md")).collect();
    let mut sorted = listed.clone();
    sorted.sort();
    assert_eq!(sorted, pages);
}
