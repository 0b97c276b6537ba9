//! `bigo` on functions whose growth is known. It needs valgrind, and links: `just test-tools`.

#[path = "support/tool.rs"]
mod support;

use std::fs;
use support::{assert_documented, json, parts, require_valgrind, tool};

/// Functions whose growth is known, and decoys.
const FUNCTIONS: &str = r#"
use std::hint::black_box;

pub fn double_loop(n: u64) -> u64 {
    let mut total = 0_u64;
    for i in 0..n {
        for j in 0..n {
            total = total.wrapping_add(black_box(i ^ j));
        }
    }
    total
}

pub fn matrix_product(n: u64) -> u64 {
    let n = n as usize;
    let one: Vec<u64> = (0..n * n).map(|i| i as u64).collect();
    let mut product = vec![0_u64; n * n];
    for i in 0..n {
        for j in 0..n {
            for k in 0..n {
                product[i * n + j] = product[i * n + j].wrapping_add(one[i * n + k].wrapping_mul(black_box(one[k * n + j])));
            }
        }
    }
    product[n]
}

pub fn halving(mut n: u64) -> u64 {
    let mut steps = 0;
    while n > 1 {
        n = black_box(n / 2);
        steps += 1;
    }
    steps
}

pub fn root(n: u64) -> u64 {
    let (mut i, mut count) = (1, 0);
    while i * i <= n {
        count += black_box(i);
        i += 1;
    }
    count
}

pub fn sort(n: u64) -> u64 {
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let mut list: Vec<u64> = (0..n).map(|_| next()).collect();
    list.sort();
    list[0]
}

pub fn sort_sorted(n: u64) -> u64 {
    let mut list: Vec<u64> = (0..n).map(|i| black_box(i)).collect();
    list.sort();
    list[0]
}

pub fn capped(n: u64) -> u64 {
    double_loop(n.min(100))
}

pub fn two_phases(n: u64) -> u64 {
    let mut total = 0;
    for i in 0..n * 40 {
        total += black_box(i);
    }
    for i in 0..n * n / 60 {
        total += black_box(i);
    }
    total
}

pub fn fill_map(n: u64) -> u64 {
    let mut map = std::collections::HashMap::new();
    for i in 0..n {
        map.insert(i, i);
    }
    map.len() as u64
}

pub fn bubble(n: u64) -> u64 {
    let mut list: Vec<u64> = (0..n).rev().collect();
    for end in (1..list.len()).rev() {
        for i in 0..end {
            if black_box(list[i]) > list[i + 1] {
                list.swap(i, i + 1);
            }
        }
    }
    list[0]
}

pub fn concatenate(n: u64) -> u64 {
    let mut text = String::new();
    for _ in 0..n {
        text = "0123456789".repeat(20) + &text;
    }
    black_box(text).len() as u64
}

pub fn binary_search(n: u64) -> u64 {
    let (mut low, mut high, target) = (0, n, black_box(n / 3));
    while low < high {
        let middle = low + (high - low) / 2;
        if black_box(middle) < target { low = middle + 1 } else { high = middle }
    }
    low
}

pub fn logarithm_squared(n: u64) -> u64 {
    (0..halving(n)).map(|_| halving(n)).sum()
}

pub fn odd_numbers(n: u64) -> u64 {
    if n % 2 == 0 { n } else { root(n) }
}

pub fn bit_masks(n: u64) -> u64 {
    let mut total = 0;
    for mask in 0..1_u64 << n {
        for bit in 0..n {
            total += black_box(mask >> bit & 1);
        }
    }
    total
}

pub fn fifth_power(n: u64) -> u64 {
    (0..n).map(|_| (0..n).map(|_| (0..n).map(|_| double_loop(n)).sum::<u64>()).sum::<u64>()).sum()
}

pub fn fails(n: u64) -> u64 {
    if n > 6 { panic!("too large") } else { n }
}
"#;

/// Functions that call themselves: each is counted as linked and as written.
const RECURSIVE: &str = r"
use std::hint::black_box;

fn merged(list: &[u64]) -> Vec<u64> {
    if list.len() < 2 {
        return list.to_vec();
    }
    let (left, right) = list.split_at(list.len() / 2);
    let (left, right) = (merged(left), merged(right));
    let (mut i, mut j, mut all) = (0, 0, Vec::with_capacity(list.len()));
    while i < left.len() || j < right.len() {
        if j == right.len() || (i < left.len() && left[i] <= right[j]) {
            all.push(left[i]);
            i += 1;
        } else {
            all.push(right[j]);
            j += 1;
        }
    }
    all
}

pub fn merge_sort(n: u64) -> u64 {
    let list: Vec<u64> = (0..n).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).collect();
    merged(&list)[0]
}

fn permutations(list: &mut [u64], done: usize, count: &mut u64) {
    if done == list.len() {
        *count += black_box(list[0]);
        return;
    }
    for i in done..list.len() {
        list.swap(done, i);
        permutations(list, done + 1, count);
        list.swap(done, i);
    }
}

fn ackermann(m: u64, n: u64) -> u64 {
    if m == 0 {
        n + 1
    } else if n == 0 {
        ackermann(m - 1, 1)
    } else {
        ackermann(m - 1, ackermann(m, n - 1))
    }
}

pub fn ackermann_of_2(n: u64) -> u64 {
    ackermann(2, n)
}

pub fn ackermann_of_3(n: u64) -> u64 {
    ackermann(3, n)
}

pub fn permute(n: u64) -> u64 {
    let (mut list, mut count): (Vec<u64>, u64) = ((0..n).collect(), 0);
    permutations(&mut list, 0, &mut count);
    count
}
";

#[test]
#[ignore = "needs valgrind, and links: just test-tools"]
fn bigo_classifies_known_functions_and_decoys() {
    require_valgrind();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("known.rs"), FUNCTIONS).unwrap();
    fs::write(folder.path().join("recursive.rs"), RECURSIVE).unwrap();
    let cases = [
        ("double_loop", None, 0, "O(n²)"),
        ("matrix_product", None, 0, "O(n³)"),
        ("halving", None, 0, "O(log n)"),
        ("root", None, 0, "O(√n)"),
        ("sort", None, 0, "O(n log n)"),
        ("sort_sorted", None, 0, "O(n)"),
        ("fill_map", Some("64..16384"), 0, "O(n)"),
        ("capped", Some("128..16384"), 0, "O(1)"),
        ("bubble", None, 0, "O(n²)"),
        // Its copies and allocations are linear, and cost as much as the comparisons.
        ("merge_sort", None, 2, "undecided"),
        ("permute", Some("4..9"), 0, "O(n!)"),
        ("concatenate", Some("128..2048"), 0, "O(n²)"),
        ("two_phases", Some("16..1024"), 2, "undecided"),
        ("binary_search", None, 0, "O(log n)"),
        ("ackermann_of_2", None, 0, "O(n²)"),
        // The value, and the depth of the calls, are 2 to the power of n + 3; the calls are its square.
        ("ackermann_of_3", None, 0, "O(4.0"),
        // Costs that are none of the classes.
        ("logarithm_squared", None, 2, "undecided"),
        ("bit_masks", None, 2, "undecided"),
        ("fifth_power", None, 2, "undecided"),
        // O(1) for the sizes that double, which are even.
        ("odd_numbers", None, 2, "undecided"),
    ];
    for (function, range, status, verdict) in cases {
        let file = if RECURSIVE.contains(&format!("fn {function}(")) { "recursive.rs" } else { "known.rs" };
        let target = format!("{file}::{function}");
        let mut arguments = vec!["bigo", &target, "--output", "result.json"];
        arguments.extend(range.iter().flat_map(|range| ["--n", range]));
        let (code, out, err) = parts(&tool(folder.path(), &arguments));
        assert!(code == status && out.contains(&format!("as linked: {verdict}")), "{function}: {code}\n{out}\n{err}");
        let result = json(&folder.path().join("result.json"));
        assert_documented("bigo", &result, &[]);
        let class = &result["variants"][0]["class"];
        assert!(class.as_str().unwrap_or("undecided").starts_with(verdict), "{function}: {class}");
        let allocations = &json(&folder.path().join("result.json"))["variants"][0]["allocations"]["class"];
        match function {
            "concatenate" => assert_eq!(allocations, "O(n)", "{out}"),
            "double_loop" => assert!(allocations.is_null(), "there are none: {out}"),
            _ => {}
        }
    }
    // A function that fails gets no verdict.
    let (code, out, err) = parts(&tool(folder.path(), &["bigo", "known.rs::fails"]));
    assert!(code == 1 && !out.contains("as linked") && err.contains("fails for n = 8: it ends with status 101"), "{out}\n{err}");
    let (code, _, err) = parts(&tool(folder.path(), &["bigo", "known.rs::unknown"]));
    assert!(code == 1 && err.contains("cannot find value `unknown`"), "{err}");
}

#[test]
#[ignore = "needs valgrind, and links: just test-tools"]
fn bigo_reports_effect_of_inlining() {
    require_valgrind();
    let folder = tempfile::tempdir().unwrap();
    let source = "pub fun fibonacci(n: i32) -> i32 {\n    if n <= 1 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }\n}\n";
    fs::write(folder.path().join("fib.ruchy"), source).unwrap();
    let (code, out, err) = parts(&tool(folder.path(), &["bigo", "fib.ruchy::fibonacci", "--n", "10..24", "--output", "fib.html"]));
    assert!(code == 0 && out.contains("as linked: O(1.38") && out.contains("as written: O(1.618ⁿ)"), "{out}\n{err}");
    let page = fs::read_to_string(folder.path().join("fib.html")).unwrap();
    assert_eq!(page.matches("<circle").count(), 30);
}
