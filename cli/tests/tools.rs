//! `profile`, `compare`, `bench`, `optimize` and `memory` on functions whose costs are known. They
//! need valgrind, and link: `just test-tools`.

#[path = "support/tool.rs"]
mod support;

use serde_json::Value;
use std::fs;
use std::process::Command;
use support::{assert_documented, json, parts, require_valgrind, runs_the_fastest_level, tool};

/// A project with functions whose costs are known.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, err) = parts(&tool(folder.path(), &["new", "known", "--kind", "text"]));
    assert_eq!(code, 0, "{err}");
    let loops = |turns: &str| {
        format!(
            "use std::hint::black_box;\n\npub fn lambda_handler(event: &str) -> String {{\n    let n: u64 = event.trim().parse().unwrap_or(0);\n    \
             let mut total = 0_u64;\n    for i in 0..{turns} {{\n        total = total.wrapping_add(black_box(i));\n    }}\n    let mut lists = Vec::new();\n    \
             for _ in 0..3 {{\n        lists.push(black_box(Box::new([0_u8; 100])));\n    }}\n    format!(\"{{}}\", n + lists.len() as u64 - black_box(total) * 0)\n}}\n"
        )
    };
    for (name, turns) in [("functions/loops.rs", "n"), ("more.rs", "n + n * 3 / 100")] {
        fs::write(folder.path().join("known").join(name), loops(turns)).unwrap();
    }
    fs::write(folder.path().join("known/other.rs"), loops("n").replace("n + lists", "1 + n + lists")).unwrap();
    folder
}

/// A folder with links to all programs of the path but those whose names begin with `missing`.
fn without(missing: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for programs in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
        for program in fs::read_dir(programs).into_iter().flatten().flatten() {
            let name = program.file_name();
            if !name.to_string_lossy().starts_with(missing) {
                let _ = std::os::unix::fs::symlink(program.path(), folder.path().join(name)); // the first one of a name counts
            }
        }
    }
    folder
}

#[test]
#[ignore = "needs valgrind, and links: just test-tools"]
fn profile_and_comparison_of_functions_have_known_counts() {
    require_valgrind();
    let folder = project();
    let project = folder.path().join("known");
    let profile = |name: &str, event: &str| {
        let (code, out, err) = parts(&tool(&project, &["profile", "loops", event, "--times", "0", "--iterations", "3", "--output", name]));
        assert_eq!(code, 0, "{out}\n{err}");
        assert_documented("profile", &json(&project.join(name)), &["elsewhere"]);
        json(&project.join(name))["counts"].clone()
    };
    let (thousand, again, two_thousand) = (profile("1.json", "1000"), profile("2.json", "1000"), profile("3.json", "2000"));
    assert_eq!(thousand, again, "counts are the same at each run");
    // The instructions of all lines and of the functions elsewhere are all there are.
    let sum = |value: &Value| value.as_array().map_or(0, |costs| costs.first().map_or(0, |cost| cost.as_u64().unwrap()));
    let lines = thousand["lines"].as_array().unwrap();
    let own: u64 = lines.iter().map(|line| sum(&line["own"])).sum();
    let elsewhere: u64 = thousand["elsewhere"].as_object().unwrap().values().map(sum).sum();
    assert_eq!(thousand["instructions"].as_u64().unwrap(), own + elsewhere);
    // A turn of the loop costs the same few instructions, all on the lines of the loop.
    let of_loop = |counts: &Value| -> u64 {
        let lines = counts["lines"].as_array().unwrap().iter();
        lines
            .filter(|line| line["file"] == "functions/loops.rs" && [6, 7].contains(&line["line"].as_u64().unwrap()))
            .map(|line| sum(&line["own"]))
            .sum()
    };
    let a_turn = (of_loop(&two_thousand) - of_loop(&thousand)) / 3000;
    assert!((2..20).contains(&a_turn), "{a_turn}");
    assert!(of_loop(&thousand).abs_diff(3 * 1000 * a_turn) <= 3 * 10 * a_turn, "within 1 %");
    // Three boxes a turn of three, and no allocation on the line of the loop.
    let allocations = |line: u64| lines.iter().find(|found| found["line"] == line).map_or(0, |line| line["allocations"].as_u64().unwrap());
    assert_eq!((allocations(7), allocations(11) >= 9), (0, true), "{thousand:#}");

    // Without valgrind the tracer counts the same.
    let without = without("valgrind");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruchy-lambda"));
    command.current_dir(&project).args(["profile", "loops", "1000", "--times", "0", "--iterations", "3", "--output", "traced.json"]);
    let (code, out, err) = parts(&command.env("PATH", without.path()).output().unwrap());
    assert!(code == 0 && err.contains("valgrind is missing") && out.contains("counted by this tool's tracer"), "{out}\n{err}");
    let traced = json(&project.join("traced.json"))["counts"].clone();
    for part in ["instructions", "lines"] {
        assert_eq!(traced[part], thousand[part], "{part}");
    }

    let (code, out, err) = parts(&tool(&project, &["compare", "loops", "loops", "1000", "--pairs", "40", "--limit", "instructions=+0%"]));
    assert!(code == 0 && out.contains("equal") && !out.contains("limit exceeded"), "{out}\n{err}");
    let arguments = ["compare", "loops", "more.rs", "100000", "--pairs", "10", "--limit", "instructions=+2%", "--output", "c.json"];
    let (code, out, err) = parts(&tool(&project, &arguments));
    assert!(code == 1 && out.contains("limit exceeded: instructions=+2%"), "{out}\n{err}");
    assert_documented("compare", &json(&project.join("c.json")), &[]);
    let ratio = json(&project.join("c.json"))["metrics"]["instructions"]["ratio"].as_f64().unwrap();
    assert!((ratio - 1.03).abs() < 0.002, "{ratio}");
    let (code, out, _) = parts(&tool(&project, &["compare", "loops", "other.rs", "1000"]));
    assert!(code == 1 && out.contains("the answers to the event given differ"), "{out}");

    let (code, out, err) = parts(&tool(&project, &["bench", "loops", "1000", "--times", "10", "--save", "base.json"]));
    assert_eq!(code, 0, "{out}\n{err}");
    assert_documented("compare", &json(&project.join("base.json")), &[]);
    let against = ["bench", "loops", "1100", "--times", "0", "--against", "base.json", "--limit", "instructions=+1%"];
    let (code, out, err) = parts(&tool(&project, &against));
    assert!(code == 1 && out.contains("limit exceeded: instructions=+1%"), "{out}\n{err}");
}

#[test]
#[ignore = "needs valgrind, and links: just test-tools"]
fn optimize_reports_loops_caches_and_branches() {
    const SHAPES: &str = r#"use std::hint::black_box;

const N: usize = 512;

pub fn lambda_handler(event: &str) -> String {
    let matrix: Vec<u64> = black_box((0..N * N).map(|i| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).collect());
    let mut total = 0_u64;
    if event.contains("rows") {
        for i in 0..N {
            for j in 0..N {
                total = total.wrapping_add(black_box(matrix[i * N + j]));
            }
        }
    } else if event.contains("columns") {
        for i in 0..N {
            for j in 0..N {
                total = total.wrapping_add(black_box(matrix[j * N + i]));
            }
        }
    } else if event.contains("integers") {
        total = matrix.iter().fold(0, |total, value| total.wrapping_add(*value));
    } else if event.contains("floats") {
        let floats: Vec<f32> = black_box(matrix.iter().map(|value| *value as f32).collect());
        let mut sum = 0.0;
        for value in &floats {
            sum += *value;
        }
        total = black_box(sum) as u64;
    } else {
        let mut list = matrix;
        if event.contains("sorted") {
            list.sort_unstable();
        }
        for value in &list {
            if *value > 1 << 23 {
                total = black_box(total + 1);
            }
        }
    }
    format!("{}", total)
}
"#;
    require_valgrind();
    let folder = project();
    let project = folder.path().join("known");
    fs::write(project.join("functions/shapes.rs"), SHAPES).unwrap();
    let optimized = |event: &str| {
        let (code, out, err) = parts(&tool(&project, &["optimize", "shapes", event, "--output", "o.json"]));
        assert_eq!(code, 0, "{out}\n{err}");
        let result = json(&project.join("o.json"));
        assert_documented("optimize", &result, &["cpu_features"]);
        result
    };
    let of_lines = |result: &Value, part: &str, column: &str, lines: std::ops::RangeInclusive<u64>| -> u64 {
        let rows = result[part]["lines"].as_array().unwrap().iter();
        rows.filter(|row| lines.contains(&row["line"].as_u64().unwrap())).map(|row| row[column].as_u64().unwrap()).sum()
    };
    let (rows, columns) = (optimized("\"rows\""), optimized("\"columns\""));
    let (by_rows, by_columns) = (of_lines(&rows, "cache", "L1 misses", 9..=11), of_lines(&columns, "cache", "L1 misses", 15..=17));
    assert!(by_rows > 0 && by_columns >= 7 * by_rows, "{by_rows} {by_columns}");
    let (sorted, shuffled) = (optimized("\"sorted\""), optimized("\"shuffled\""));
    let mispredicted = |result: &Value| of_lines(result, "branches", "mispredicted", 34..=36);
    assert!(mispredicted(&shuffled) > 10 * mispredicted(&sorted).max(1), "{shuffled:#} {sorted:#}");
    // Integers may be added in any order, floats not.
    let packed = |result: &Value, line: u64| {
        let loops = result["loops"].as_array().unwrap().iter();
        loops.filter(|found| found["line"] == line).map(|found| found["packed_instructions"].as_u64().unwrap()).max()
    };
    assert!(packed(&optimized("\"integers\""), 21).is_some_and(|packed| packed > 0));
    let floats = optimized("\"floats\"");
    assert!([25, 26].iter().any(|line| packed(&floats, *line) == Some(0)), "{floats:#}");
    let reasons = |result: &Value, lines: [u64; 2]| -> Vec<String> {
        let loops = result["loops"].as_array().unwrap().iter().filter(|found| lines.contains(&found["line"].as_u64().unwrap()));
        loops.flat_map(|found| found["reasons"].as_array().unwrap()).map(|reason| reason.as_str().unwrap().to_owned()).collect()
    };
    assert!(reasons(&floats, [25, 26]).iter().any(|reason| reason.contains("reorder floating-point operations")), "{floats:#}");
    assert_eq!(reasons(&optimized("\"integers\""), [21, 21]), [] as [String; 0], "a packed loop needs no reason");
    assert_eq!(rows["needs"]["level"], "x86-64");
    // The check of the index, which never fails, and the allocation of the list are left.
    let left = |kind: &str, lines: std::ops::RangeInclusive<u64>| -> Vec<Value> {
        let all = rows["abstractions"].as_array().unwrap().iter();
        all.filter(|row| row["kind"] == kind && lines.contains(&row["line"].as_u64().unwrap())).cloned().collect()
    };
    let checks = left("bounds check", 9..=11);
    assert!(!checks.is_empty() && checks.iter().all(|row| row["count"] == 0), "{rows:#}");
    assert_eq!(left("bounds check", 20..=21), [] as [Value; 0], "an iterator checks no bounds");
    assert!(left("allocation", 6..=6).iter().any(|row| row["count"] == 1), "{rows:#}");
}

#[test]
#[ignore = "needs valgrind, and links: just test-tools"]
fn optimize_tells_what_newer_processors_gain() {
    const SUM: &str = "use std::hint::black_box;\n\npub fn lambda_handler(event: &str) -> String {\n    \
                       let list: Vec<u32> = black_box((0..4096).map(|i| i ^ event.len() as u32).collect());\n    \
                       let mut total = 0_u32;\n    for value in &list {\n        total = total.wrapping_add(*value);\n    }\n    format!(\"{}\", total)\n}\n";
    require_valgrind();
    let folder = project();
    let project = folder.path().join("known");
    fs::write(project.join("functions/sum.rs"), SUM).unwrap();
    let hardware = |kind: &str| {
        let (code, out, err) = parts(&tool(&project, &["optimize", "sum", "\"x\"", "--hardware", kind, "--output", "h.json"]));
        assert_eq!(code, 0, "{out}\n{err}");
        let result = json(&project.join("h.json"));
        // The page of `compare` documents the members of the metrics.
        assert_documented("optimize", &result, &["cpu_features", "metrics"]);
        (out, result)
    };
    let (out, intel) = hardware("intel");
    assert_eq!(intel["needs"]["level"], "x86-64", "the file that ships");
    let levels = intel["levels"].as_array().unwrap();
    assert_eq!(levels.iter().map(|level| level["level"].as_str().unwrap()).collect::<Vec<_>>(), ["x86-64-v2", "x86-64-v3"]);
    if runs_the_fastest_level() {
        // Twice as many values in each instruction.
        let ratio = levels[1]["metrics"]["instructions"]["ratio"].as_f64().unwrap();
        assert!(ratio < 0.95, "{out}");
    }
    let sums = intel["loops"].as_array().unwrap().iter().filter(|found| [6, 7].contains(&found["line"].as_u64().unwrap()));
    let cycles: Vec<&Value> = sums.flat_map(|found| found["modelled_cycles"].as_array().unwrap()).collect();
    let has_tool = ruchy_lambda_cli::optimize::model::Model::find().is_ok();
    assert_eq!(cycles.iter().any(|cycles| cycles["processor"] == "haswell"), has_tool, "{out}");
    assert!(cycles.iter().all(|cycles| cycles["per_turn"].as_f64() >= cycles["throughput"].as_f64().map(|least| least * 0.9)), "{out}");
    assert!(out.contains(if has_tool { "are a model (llvm-mca" } else { "llvm-mca is missing" }), "{out}");
    let without = without("llvm-mca");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruchy-lambda"));
    command.current_dir(&project).args(["optimize", "sum", "\"x\"", "--hardware", "amd"]).env("PATH", without.path());
    let (code, out, err) = parts(&command.output().unwrap());
    assert!(code == 0 && out.contains("llvm-mca is missing") && out.contains("apt-get install llvm"), "{out}\n{err}");
    let (out, arm) = hardware("arm");
    assert!(out.contains("Cycles are not modelled") && out.contains("the file for arm64"), "{out}");
    assert!(arm["levels"][0]["bytes"].is_u64() || out.contains("is not linked"), "{out}");
}

#[test]
#[ignore = "links: just test-tools"]
fn memory_knows_what_a_function_allocates_and_keeps() {
    const KEEPS: &str = r#"use std::cell::RefCell;
use std::hint::black_box;

struct Kept(RefCell<Vec<Box<[u8; 100]>>>);
// SAFETY: an invocation has one thread.
unsafe impl Sync for Kept {}
static KEPT: Kept = Kept(RefCell::new(Vec::new()));

pub fn lambda_handler(event: &str) -> String {
    for _ in 0..3 {
        black_box(Box::new([1_u8; 100]));
    }
    let large = black_box(vec![0_u8; 70_000]);
    if event.contains("keep") {
        KEPT.0.borrow_mut().push(black_box(Box::new([2_u8; 100])));
    }
    format!("{}", large.len())
}
"#;
    let folder = project();
    let project = folder.path().join("known");
    fs::write(project.join("functions/keeps.rs"), KEEPS).unwrap();
    let observed = |event: &str| {
        let output = tool(&project, &["memory", "keeps", event, "--iterations", "12", "--output", "memory.json"]);
        let (code, out, err) = parts(&output);
        assert!(code == 0 || code == 2, "{out}\n{err}");
        let result = json(&project.join("memory.json"));
        assert_documented("memory", &result, &[]);
        (code, result)
    };
    let (code, pure) = observed("\"pure\"");
    let last = pure["invocations"].as_array().unwrap().last().unwrap().clone();
    // Three boxes of 100 bytes, one of 70,000, and the answer of 5.
    let numbers = ["allocations", "frees", "resizes", "asked_bytes", "block_bytes", "peak_bytes", "left_bytes"]
        .map(|name| last[name].as_u64().unwrap());
    assert_eq!((code, numbers), (0, [5, 5, 0, 70_305, 3 * 128 + 73_728 + 16, 70_005, 0]), "{last:#}");
    let line = |result: &Value, line: u64| {
        result["lines"].as_array().unwrap().iter().find(|found| found["line"] == line).cloned().unwrap_or_default()
    };
    assert_eq!((&line(&pure, 11)["allocations"], &line(&pure, 13)["asked_bytes"]), (&36.into(), &(12 * 70_000).into()), "{pure:#}");
    let (code, kept) = observed("\"keep\"");
    assert_eq!((code, &kept["leaks"]), (2, &true.into()));
    let growth = line(&kept, 15)["growth_bytes"].as_f64().unwrap();
    assert!((100.0..120.0).contains(&growth), "{kept:#}");
}

#[test]
fn tools_name_the_package_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ruchy"), "fun main() { }\n").unwrap();
    for arguments in [
        ["bigo", "a.ruchy"].as_slice(),
        &["profile", "a.ruchy"],
        &["compare", "a.ruchy", "a.ruchy"],
        &["bench", "a.ruchy"],
        &["optimize", "a"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ruchy-lambda"));
        let output = command.current_dir(folder.path()).args(arguments).env("PATH", folder.path()).output().unwrap();
        let (code, _, err) = parts(&output);
        assert!(code == 1 && err.contains("valgrind is missing") && err.contains("apt-get install valgrind"), "{arguments:?}: {err}");
    }
}
