//! The figures in README.md and in `docs/benchmarks/figures.md` are those of the summaries in
//! `bench/results`.

use ruchy_lambda_bench::figures::{Bench, FIGURES_FILE, Options, SUMMARIES_BYTES_MAX, Summaries, marked, run};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn documents_have_the_figures_of_the_summaries() {
    let results = root().join("bench/results");
    let summaries = Summaries::read(&results).unwrap();
    for (document, block) in [("README.md", marked::COMPARISON), ("docs/benchmarks/figures.md", marked::FIGURES)] {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap();
        assert!(block.rebuilt(&path, &text, &summaries).unwrap() == text, "{document} differs from bench/results: run `just figures`");
    }
    let figures = fs::read_to_string(results.join(FIGURES_FILE)).unwrap();
    assert!(summaries.figures_json() == figures, "{FIGURES_FILE} differs from the summaries next to it: run `just figures`");
}

#[test]
fn summaries_are_small_and_contain_no_path() {
    let files: Vec<PathBuf> = fs::read_dir(root().join("bench/results")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let results: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect();
    assert!(results.len() > 1, "{files:?}");
    let lines: Vec<String> = results.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(lines.iter().map(String::len).sum::<usize>() <= SUMMARIES_BYTES_MAX);
    assert!(!lines.iter().any(|text| text.contains("\"path\"")));
}

/// Returns results of one bench, as far as the figures need them.
fn warm() -> Value {
    let conditions = json!({
        "commit": "0123456789abcdef", "cpu": "AMD EPYC", "cpus": 2, "date": "2026-01-02T03:04:05Z", "kernel": "6.1.0", "load_average": 0.5,
        "rounds": 3, "rustc": "rustc 1.95.0 (59807616e 2026-04-14)", "uncommitted_changes": false,
    });
    let series = |name: &str, bytes: u64, cpu: u64, wall: u64| json!({ "program": name, "event_bytes": bytes, "cpu_nanoseconds": [cpu, cpu, cpu], "wall_nanoseconds": [wall, wall, wall] });
    let sizes = [16, 6 << 20].map(|bytes| [series("floor (C)", bytes, 100, 100), series("ours", bytes, 120, 80)]);
    json!({ "conditions": conditions, "series": sizes.concat() })
}

#[test]
fn figures_writes_summaries_and_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let [readme, page] = ["README.md", "figures.md"].map(|name| folder.path().join(name));
    let options = Options {
        from: folder.path().join("bench"),
        out: folder.path().join("results"),
        readme: Some(readme.clone()),
        page: Some(page.clone()),
    };
    fs::create_dir(&options.from).unwrap();
    for (path, block) in [(&readme, marked::COMPARISON), (&page, marked::FIGURES)] {
        fs::write(path, format!("before\n{}\nold\n{}\nafter\n", block.begin, block.end)).unwrap();
    }
    assert!(run(&options).unwrap_err().to_string().contains("it has no results. Measure with `just bench-all`"));

    fs::write(options.from.join("warm.json"), warm().to_string()).unwrap();
    run(&options).unwrap();
    assert!(fs::read_to_string(&readme).unwrap().contains("| **Ruchy Lambda** | not measured |"));
    let text = fs::read_to_string(&page).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let row = |what: &str| lines.iter().find(|line| line.contains(what)).unwrap();
    assert!(row("16 B").ends_with("| 1.200 (1.200 to 1.200) | ≤ 1.1 | **not met** | `just bench-warm` |"), "{text}");
    assert!(row("6 MiB").ends_with("| 1.250 (1.250 to 1.250) | ≥ 0.95 | met | `just bench-warm` |"), "{text}");
    assert!(row("page cache warm").contains("| needs `just bench-cold-start` | ≤ 1.04 | not measured here |"), "{text}");
    assert_eq!((lines[0], lines[lines.len() - 1], text.contains("\nold\n")), ("before", "after", false));

    // The summaries alone give the same table.
    let summaries = Summaries::read(&options.out).unwrap();
    assert_eq!(marked::FIGURES.rebuilt(&page, &text, &summaries).unwrap(), text);
}

#[test]
fn figures_refuses_incompatible_results() {
    let folder = tempfile::tempdir().unwrap();
    let write = |bench: Bench, results: &Value| fs::write(folder.path().join(bench.file()), results.to_string()).unwrap();
    let refused = || Summaries::read(folder.path()).unwrap_err().to_string();
    let mut results = warm();
    results["conditions"]["kernel"] = Value::Null;
    write(Bench::Warm, &results);
    assert!(refused().contains("warm.json: missing conditions: kernel. Measure with `just bench-warm`"), "{}", refused());
    write(Bench::Warm, &warm());
    results = warm();
    results["conditions"]["commit"] = json!("fedcba9876543210");
    write(Bench::Compute, &results);
    let both = Summaries::read(folder.path()).unwrap();
    let marks = format!("{}\n{}\n", marked::FIGURES.begin, marked::FIGURES.end);
    let error = marked::FIGURES.rebuilt(Path::new("figures.md"), &marks, &both).unwrap_err().to_string();
    assert!(error.contains("compute.json: warm.json is from another commit"), "{error}");
    fs::write(folder.path().join(Bench::Compute.file()), "{").unwrap();
    assert!(refused().contains("compute.json: not JSON"), "{}", refused());
}

/// Returns results of starts with this median of the floor, in nanoseconds.
fn starts(floor_median: u64) -> Value {
    let moment = json!({ "ns": { "min": 44_000, "median": floor_median } });
    let programs = json!([{ "name": "floor", "next": moment, "response": moment }]);
    json!({ "conditions": warm()["conditions"], "modes": [{ "mode": "page cache warm", "programs": programs }] })
}

#[test]
fn figures_refuses_results_of_a_busy_machine() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("figures.md");
    let marks = format!("{}\n{}\n", marked::FIGURES.begin, marked::FIGURES.end);
    fs::write(&page, &marks).unwrap();
    let mut options =
        Options { from: folder.path().to_owned(), out: folder.path().join("results"), readme: None, page: Some(page.clone()) };
    fs::write(folder.path().join("cold-start.json"), starts(296_000).to_string()).unwrap();
    let error = run(&options).unwrap_err().to_string();
    assert!(error.contains("cold-start.json: page cache warm: the floor's median start is 6.73 times its minimum"), "{error}");
    assert!(error.ends_with("Measure with `just bench-cold-start`."), "{error}");
    assert_eq!((fs::read_to_string(&page).unwrap(), options.out.exists()), (marks.clone(), false));
    // The report accepts them anyway.
    options.page = None;
    run(&options).unwrap();
    options.page = Some(page.clone());
    fs::write(folder.path().join("cold-start.json"), starts(58_000).to_string()).unwrap();
    run(&options).unwrap();
    assert_ne!(fs::read_to_string(&page).unwrap(), marks);
}

#[test]
fn figures_leaves_a_readme_without_marks_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("warm.json"), warm().to_string()).unwrap();
    let readme = folder.path().join("README.md");
    fs::write(&readme, "no marks\n").unwrap();
    let options = Options { from: folder.path().to_owned(), out: folder.path().join("results"), readme: Some(readme.clone()), page: None };
    assert!(run(&options).unwrap_err().to_string().contains(marked::COMPARISON.begin));
    assert_eq!(fs::read_to_string(readme).unwrap(), "no marks\n");
}
