//! `ruchy-lambda doctor`: checks what builds and deployments need on this machine, and prints the
//! fix for each missing thing.

use crate::architecture::Architecture;
use crate::engine::mode::{Link, Mode};
use crate::engine::toolchain::{Toolchain, command_exists};
use crate::home::Home;
use crate::project::Project;
use crate::sdk::{self, Sdk};
use crate::{Error, process};
use std::path::Path;
use std::process::Command;

/// The oldest Rust that builds the runtime: `rust-version` of its manifest.
const RUST_MIN: (u32, u32) = (1, 89);

/// The result of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// All is well; the text says what was found.
    Found(String),
    /// Something that every build needs is missing; the text is the fix.
    Missing(String),
    /// Something that only some commands need is missing: which, and the fix.
    Optional(String),
}

/// Runs all checks. Returns the report, and whether builds have everything they need.
///
/// # Errors
/// [`Error::System`].
pub fn run() -> Result<(String, bool), Error> {
    let folder = std::env::current_dir().map_err(Error::system("finding the current folder"))?;
    let checks = [
        ("Rust", rust(&folder)),
        ("x86_64", target(&folder, Architecture::X86_64)),
        ("arm64", target(&folder, Architecture::Arm64)),
        ("linker", linker()),
        ("cache", cache()),
        ("project", project()),
        ("AWS CLI", aws_cli()),
        ("credentials", credentials()),
    ];
    Ok((report(&checks), checks.iter().all(|(_, finding)| !matches!(finding, Finding::Missing(_)))))
}

fn report(checks: &[(&str, Finding)]) -> String {
    let width = checks.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    checks.iter().fold(String::new(), |report, (name, finding)| {
        let (mark, text) = match finding {
            Finding::Found(text) => ('✓', text),
            Finding::Missing(text) => ('✗', text),
            Finding::Optional(text) => ('-', text),
        };
        report + &format!("{mark} {name:width$}  {text}\n")
    })
}

fn rust(folder: &Path) -> Finding {
    match Toolchain::version(folder) {
        Ok(version) if is_recent(&version) => Finding::Found(version),
        Ok(version) => {
            Finding::Missing(format!("{version} is too old. Install {}.{} or newer: rustup update stable", RUST_MIN.0, RUST_MIN.1))
        }
        Err(error) => Finding::Missing(error.to_string()),
    }
}

/// Returns true if `version`, as `rustc --version` prints it, is recent enough.
fn is_recent(version: &str) -> bool {
    let mut parts = version.trim_start_matches("rustc ").split(['.', ' ', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= RUST_MIN
}

fn target(folder: &Path, architecture: Architecture) -> Finding {
    let link = Toolchain::of(folder).and_then(|toolchain| Ok((toolchain.link(architecture, Mode::Facade)?, toolchain)));
    match link {
        Ok((Link::MuslGcc, _)) => {
            Finding::Found("musl-gcc of Debian's musl-tools (functions with `std = true` need the rustup target)".to_owned())
        }
        Ok((Link::Target, toolchain)) if architecture == Architecture::Arm64 && !toolchain.lld_folder().join("ld.lld").exists() => {
            Finding::Optional("lld is missing, which links for arm64. Install Rust with rustup, whose toolchains include it".to_owned())
        }
        Ok((link, _)) => Finding::Found(format!("target {}", link.triple(architecture))),
        Err(error) if architecture.is_this_machines() => Finding::Missing(error.to_string()),
        Err(error) => Finding::Optional(format!("only for functions of this processor: {error}")),
    }
}

fn linker() -> Finding {
    let missing: Vec<&str> = ["cc", "ld.bfd"].into_iter().filter(|program| !command_exists(program)).collect();
    match missing[..] {
        [] => Finding::Found("cc and GNU ld".to_owned()),
        _ => Finding::Missing(format!("{} missing. Install: apt-get install gcc", missing.join(" and "))),
    }
}

fn cache() -> Finding {
    match sdk::cache().and_then(|folder| Sdk::unpacked().map(|sdk| (folder, sdk))) {
        Ok((_, sdk)) => Finding::Found(format!("sources of the runtime in {}", sdk.root.display())),
        Err(error) => Finding::Missing(error.to_string()),
    }
}

fn project() -> Finding {
    if Home::is_repository() {
        return Finding::Found("the repository of Ruchy Lambda".to_owned());
    }
    match Project::here() {
        Ok(None) => Finding::Optional("none here. Create one: ruchy-lambda new NAME".to_owned()),
        Ok(Some(project)) => match project.functions() {
            Ok(functions) => {
                let names: Vec<_> = functions.iter().map(|function| function.name.as_str()).collect();
                let read_only = if process::is_writable(&project.root) { "" } else { " (read-only: builds go to the cache)" };
                Finding::Found(format!("{}{read_only}: {}", project.root.display(), names.join(", ")))
            }
            Err(error) => Finding::Missing(error.to_string()),
        },
        Err(error) => Finding::Missing(error.to_string()),
    }
}

fn aws_cli() -> Finding {
    match Command::new("aws").arg("--version").output() {
        Ok(output) if output.status.success() => Finding::Found(first_line(&output.stdout)),
        _ => Finding::Optional(
            "not found; deploy needs it. Install: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html".to_owned(),
        ),
    }
}

fn credentials() -> Finding {
    let arguments =
        ["sts", "get-caller-identity", "--output", "text", "--query", "Arn", "--cli-connect-timeout", "3", "--cli-read-timeout", "3"];
    match Command::new("aws").args(arguments).env("AWS_MAX_ATTEMPTS", "1").env("AWS_EC2_METADATA_DISABLED", "true").output() {
        Err(_) => Finding::Optional("not checked: the AWS CLI is missing".to_owned()),
        Ok(output) if output.status.success() => Finding::Found(first_line(&output.stdout)),
        Ok(output) => Finding::Optional(format!("deploy needs them: {}. Set up: aws configure", first_line(&output.stderr))),
    }
}

/// The first line that is not empty, without a period at its end.
fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Finding, first_line, is_recent, report};

    #[test]
    fn doctor_compares_versions_of_rust() {
        for (version, recent) in [
            ("rustc 1.89.0 (abc 2025-08-04)", true),
            ("rustc 1.100.0-nightly", true),
            ("rustc 2.0.0", true),
            ("rustc 1.88.1", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_recent(version), recent, "{version}");
        }
    }

    #[test]
    fn doctor_reports_a_line_for_each_check() {
        let checks = [("Rust", Finding::Found("1.89".into())), ("linker", Finding::Missing("Install gcc".into()))];
        assert_eq!(report(&checks), "✓ Rust    1.89\n✗ linker  Install gcc\n");
        assert_eq!(first_line(b"\n two \nthree"), "two");
        assert_eq!(first_line(b"Unable to locate credentials.\n"), "Unable to locate credentials");
    }
}
