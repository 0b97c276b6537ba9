//! The modules of `bootstrap/`, `cli/` and `bench/` import in one direction: the graph of imports
//! has no cycle. So do the passes of the compiler in `ruchy/`, each with the modules below it.

use crate::support::bootstrap::root;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module by its path below the crate. The root `main` of a program uses the library.
type Module = Vec<String>;
/// The modules that each module uses.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

#[test]
fn imports_of_the_bootstrap_have_no_cycle() {
    let mut sources = sources_of("bootstrap");
    // It belongs to the shipped file, whose root is `main`.
    let start = sources.remove(&vec!["start".to_owned()]).unwrap();
    sources.insert(vec!["main".to_owned(), "start".to_owned()], start);
    check_no_cycle(&sources);
}

#[test]
fn imports_of_the_tool_have_no_cycle() {
    check_no_cycle(&sources_of("cli/src"));
}

#[test]
fn imports_of_the_benches_have_no_cycle() {
    check_no_cycle(&sources_of("bench/src"));
}

#[test]
fn imports_of_the_compiler_have_no_cycle_between_passes() {
    let pass = |module: &Module| module[..1].to_vec();
    let mut passes = Imports::new();
    for (module, used) in imports(&sources_of("ruchy/src")) {
        passes.entry(pass(&module)).or_default().extend(used.iter().map(pass).filter(|other| *other != pass(&module)));
    }
    assert!(passes.len() > 10, "the passes were not found");
    let found = cycles(&passes);
    assert!(found.is_empty(), "passes that import each other, directly or through others: {found:#?}");
}

#[test]
fn imports_of_the_tool_exclude_the_benches() {
    let manifest = fs::read_to_string(root().join("cli/Cargo.toml")).unwrap();
    let sources = sources_of("cli/src").into_values().chain([manifest]);
    assert!(!sources.into_iter().any(|text| text.contains("ruchy_lambda_bench") || text.contains("ruchy-lambda-bench")));
}

/// Returns the sources below `folder` of the repository, by module.
fn sources_of(folder: &str) -> BTreeMap<Module, String> {
    let mut sources = BTreeMap::new();
    read_sources(&root().join(folder), &[], &mut sources);
    assert!(sources.len() > 20, "the sources of {folder}/ were not found");
    sources
}

fn check_no_cycle(sources: &BTreeMap<Module, String>) {
    let found = cycles(&imports(sources));
    assert!(found.is_empty(), "modules that import each other, directly or through others: {found:#?}");
}

#[test]
fn imports_finds_cycles_for_every_path_form() {
    let cycle = |one: &str, other: &str| {
        let sources = [("a", "//! Doc: `crate::b`.\n"), ("a::one", one), ("a::other", other), ("b", "use crate::{a, c::X};")];
        let sources = sources.map(|(module, text)| (module.split("::").map(str::to_owned).collect(), text.to_owned()));
        cycles(&imports(&BTreeMap::from(sources)))
    };
    let expected = BTreeSet::from([BTreeSet::from(["a::one".to_owned(), "a::other".to_owned()])]);
    for one in ["use crate::a::other::X;", "use crate::{a::{other::{self, X}}};", "fn f() { crate::a::other::g(); }", "use super::other;"] {
        assert_eq!(cycle(one, "use crate::a::one::Y;"), expected, "{one}");
        assert!(cycle(one, "use crate::b; // crate::a::one\n\n#[cfg(test)]\nmod tests { use crate::a::one; }").is_empty(), "{one}");
    }
}

/// Reads every source below `folder`, whose module is `module`.
fn read_sources(folder: &Path, module: &[String], sources: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let mut name = module.to_vec();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            name.push(stem);
            read_sources(&path, &name, sources);
        } else if !matches!(stem.as_str(), "lib" | "tests") {
            if stem != "mod" {
                name.push(stem);
            }
            sources.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}

fn imports(sources: &BTreeMap<Module, String>) -> Imports {
    let used_by = |(module, text): (&Module, &String)| {
        let code = code(text);
        let mut paths = Vec::new();
        let parent = &module[..module.len() - 1];
        for (start, base) in [("crate::", &[][..]), ("ruchy_lambda::", &[]), ("super::", parent), ("self::", module)] {
            code.match_indices(start).for_each(|(at, _)| _ = read_paths(&code[at + start.len()..], base, &mut paths));
        }
        for child in sources.keys().filter(|child| child.len() == module.len() + 1 && child.starts_with(module)) {
            let name = format!("{}::", child[module.len()]);
            let is_relative =
                |at: usize| at == 0 || !code[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before));
            paths.extend(code.match_indices(&name).any(|(at, _)| is_relative(at)).then(|| child.clone()));
        }
        let module_of = |path: Module| {
            let prefixes = (1..=path.len()).rev().map(|length| path[..length].to_vec());
            prefixes.into_iter().find(|prefix| sources.contains_key(prefix))
        };
        let used = paths.into_iter().filter_map(module_of).filter(|used| used != module).collect();
        (module.clone(), used)
    };
    sources.iter().map(used_by).collect()
}

/// Returns `text` without comments and without test items.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut in_tests = false;
    for line in text.lines() {
        in_tests |= line == "#[cfg(test)]";
        if !in_tests {
            code.push_str(line.split("//").next().unwrap_or_default());
            code.push('\n');
        }
        // The item ends where the indentation of its first line returns.
        in_tests &= !(line.starts_with('}') || !line.starts_with([' ', '#']) && line.ends_with([';', '}']));
    }
    code
}

/// Reads the paths at the start of `text`, below `base`: one, or several in braces. Returns the
/// text after them.
fn read_paths<'text>(text: &'text str, base: &[String], paths: &mut Vec<Module>) -> &'text str {
    let text = text.trim_start();
    if let Some(mut group) = text.strip_prefix('{') {
        loop {
            group = read_paths(group, base, paths).trim_start();
            match group.strip_prefix(',') {
                Some(next) => group = next,
                None => return group.strip_prefix('}').unwrap_or(group),
            }
        }
    }
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    let mut path = base.to_vec();
    path.extend((!matches!(name, "" | "self")).then(|| name.to_owned()));
    match after.strip_prefix("::") {
        Some(after) if !after.starts_with('<') => read_paths(after, &path, paths),
        _ => {
            paths.push(path);
            after
        }
    }
}

/// Returns the strongly connected components of more than one module.
fn cycles(imports: &Imports) -> BTreeSet<BTreeSet<String>> {
    let reachable: BTreeMap<&Module, BTreeSet<&Module>> = imports.keys().map(|module| (module, reach(imports, module))).collect();
    let component = |module: &Module| -> BTreeSet<String> {
        let others = reachable[module].iter().filter(|other| reachable[**other].contains(module));
        others.map(|other| other.join("::")).collect()
    };
    imports.keys().map(component).filter(|modules| !modules.is_empty()).collect()
}

/// Returns the modules that `module` uses, directly or through others.
fn reach<'imports>(imports: &'imports Imports, module: &Module) -> BTreeSet<&'imports Module> {
    let mut found = BTreeSet::new();
    let mut open = vec![module];
    while let Some(next) = open.pop() {
        let new: Vec<&Module> = imports.get(next).into_iter().flatten().filter(|used| found.insert(*used)).collect();
        open.extend(new);
    }
    found
}
