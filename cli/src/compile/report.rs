//! The reports of a build: `compile --json` and `--verbose`.

use super::build::{Built, Request};
use super::program::Program;
use crate::architecture::Architecture;
use crate::processor::needs::{self, Needs};
use crate::{Error, conditions, elf};
use object::{Object as _, ObjectSection as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

/// Flags that only name files and builds say nothing about the code.
const NO_CODE: [&str; 4] = ["metadata=", "extra-filename=", "incremental=", "linker-plugin-lto"];

/// The flags of rustc that determine the program's code, as cargo passed them.
#[must_use]
pub fn flags(commands: &[String]) -> Vec<String> {
    let mut flags = Vec::new();
    for command in commands {
        let mut words = command.split(' ').peekable();
        while let Some(word) = words.next() {
            let flag = match word {
                "-C" => words.next().map(str::to_owned),
                _ => word.strip_prefix("-C").filter(|flag| !flag.is_empty()).map(str::to_owned),
            };
            flags.extend(flag);
        }
    }
    flags.retain(|flag| !NO_CODE.iter().any(|prefix| flag.starts_with(prefix)));
    let mut seen = std::collections::BTreeSet::new();
    flags.retain(|flag| seen.insert(flag.clone()));
    flags
}

/// The last value of the flag `name` among `flags`: rustc takes the last one.
fn value_of<'flags>(flags: &'flags [String], name: &str) -> Option<&'flags str> {
    flags.iter().rev().find_map(|flag| flag.strip_prefix(name)?.strip_prefix('='))
}

/// The report of a build, as JSON. `docs/toolchain/compile.md` documents the members.
///
/// # Errors
/// [`Error::NotDeployable`] if the linked file cannot be read.
pub fn json(program: &Program, request: &Request, built: &Built, out: &Path) -> Result<Value, Error> {
    let flags = flags(&built.commands);
    let with_symbols = std::fs::read(&built.with_symbols).map_err(|error| Error::file(&built.with_symbols, error))?;
    let file = elf::parse(&built.with_symbols, &with_symbols)?;
    let sections: serde_json::Map<String, Value> = file
        .sections()
        .filter(|section| section.address() != 0 && section.size() > 0)
        .filter_map(|section| Some((section.name().ok()?.to_owned(), section.size().into())))
        .collect();
    let Needs { level, because, features } = needs::of(&file);
    let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Ok(json!({
        "source_file": program.source,
        "binary_path": out,
        "optimization_level": request.preset.name(),
        "binary_size": built.bytes.len(),
        "sha256": sha256(&built.bytes),
        "compile_time_ms": milliseconds(built.times.front + built.times.rustc),
        "time_ms": { "ruchy_and_passes": milliseconds(built.times.front), "rustc_and_link": milliseconds(built.times.rustc) },
        "optimization_flags": {
            // rustc's level if it is given none.
            "opt_level": value_of(&flags, "opt-level").unwrap_or("0"),
            "library_opt_level": request.preset.library_level(),
            "lto": value_of(&flags, "lto").or(Some(request.preset.lto())),
            "target_cpu": value_of(&flags, "target-cpu"),
            "strip": request.preset.is_stripped(),
            "static_link": flags.iter().any(|flag| flag == "target-feature=+crt-static"),
        },
        "rustc_flags": flags,
        "rustc_commands": built.commands,
        "passes_changed_the_program": built.is_rewritten,
        "sections": sections,
        "needs": { "level": level, "because": because, "cpu_features": features },
        "link": built.link.name(),
        "conditions": conditions::conditions(),
    }))
}

/// The flags and their effects, a line each.
#[must_use]
pub fn verbose(request: &Request, built: &Built) -> String {
    let mut text = format!(
        "preset {}: program at level {}, libraries at level {}, LTO {}, for {}\n",
        request.preset.name(),
        request.preset.level(),
        request.preset.library_level(),
        request.preset.lto(),
        request.processor.as_deref().unwrap_or(request.preset.processor(Architecture::X86_64)),
    );
    for command in &built.commands {
        let _ = writeln!(text, "{command}");
    }
    let _ = writeln!(
        text,
        "passes of this tool: {}\ntime: {} ms Ruchy and passes, {} ms rustc and link",
        if built.is_rewritten { "changed the program" } else { "left the program as it was" },
        built.times.front.as_millis(),
        built.times.rustc.as_millis()
    );
    text
}

/// The hash of `bytes`, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{flags, value_of};

    #[test]
    fn flags_are_those_that_rustc_was_given() {
        let commands = [
            "rustc --crate-name program a.rs -C opt-level=3 -C metadata=1 -C target-cpu=x86-64 -C target-cpu=x86-64-v3".to_owned(),
            "rustc --crate-name a main.rs -Clto=fat -C opt-level=3".to_owned(),
        ];
        let flags = flags(&commands);
        assert_eq!(flags, ["opt-level=3", "target-cpu=x86-64", "target-cpu=x86-64-v3", "lto=fat"]);
        assert_eq!((value_of(&flags, "target-cpu"), value_of(&flags, "strip")), (Some("x86-64-v3"), None));
    }
}
