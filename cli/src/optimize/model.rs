//! Cycles of a loop by `llvm-mca`, an optional tool: a model of a processor without caches and
//! without mispredicted branches.

use super::hardware::Hardware;
use crate::Error;
use crate::engine::toolchain::find_command;
use crate::pgo::llvm;
use iced_x86::{Decoder, DecoderOptions, Formatter as _, GasFormatter};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The oldest version that is looked for besides the one without a number.
const OLDEST: u32 = 14;
/// The turns that the model runs.
const TURNS: u32 = 100;

/// The tool as it is installed.
#[derive(Clone, Debug)]
pub struct Model {
    path: PathBuf,
    /// Its name and version, such as `llvm-mca-19, LLVM 19.1.4`.
    pub version: String,
}

/// The cycles of one turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycles {
    /// With the dependencies of one turn on another.
    pub per_turn: f64,
    /// The least that the units of the processor allow.
    pub throughput: f64,
}

impl Model {
    /// Returns the newest one on the path.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is missing, with the name of the package.
    pub fn find() -> Result<Self, Error> {
        let path = llvm::numbered("llvm-mca", OLDEST..=llvm::NEWEST).or_else(|| find_command("llvm-mca", &[])).ok_or_else(|| {
            Error::Refused("llvm-mca is missing: it models the cycles of loops. Install it with: apt-get install llvm".to_owned())
        })?;
        let version = llvm::named(&path);
        Ok(Self { path, version })
    }

    /// Models the instructions `code`, which begin at `address`, on a processor as LLVM names it.
    /// `None` if this version has no model of it.
    ///
    /// # Errors
    /// [`Error::File`] if the tool does not run.
    pub fn cycles(&self, code: &[u8], address: u64, processor: &str) -> Result<Option<Cycles>, Error> {
        let failed = |error| Error::file(&self.path, error);
        let mut command = Command::new(&self.path);
        command.args(["-mtriple=x86_64-unknown-linux-gnu", &format!("-mcpu={processor}"), &format!("-iterations={TURNS}")]);
        command.args(["-instruction-info=false", "-resource-pressure=false"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed)?;
        if let Some(mut input) = child.stdin.take() {
            // A tool that does not know the processor ends at once.
            let _ = input.write_all(assembly(code, address).as_bytes());
        }
        let output = child.wait_with_output().map_err(failed)?;
        Ok(parse(&String::from_utf8_lossy(&output.stdout)).filter(|_| output.status.success()))
    }
}

/// The processors of a kind that LLVM has models of.
#[must_use]
pub fn processors(hardware: Hardware) -> &'static [&'static str] {
    match hardware {
        Hardware::Intel => &["haswell", "cascadelake", "icelake-server", "sapphirerapids"],
        Hardware::Amd => &["znver2", "znver3", "znver4"],
        // The loops are those of the file for x86-64.
        Hardware::Arm => &[],
    }
}

/// The instructions in the syntax of GNU's assembler.
fn assembly(code: &[u8], address: u64) -> String {
    let (mut formatter, mut text) = (GasFormatter::new(), String::new());
    for instruction in &mut Decoder::with_ip(64, code, address, DecoderOptions::NONE) {
        formatter.format(&instruction, &mut text);
        text.push('\n');
    }
    text
}

/// Reads the summary that the tool prints.
fn parse(text: &str) -> Option<Cycles> {
    let number = |name: &str| -> Option<f64> { text.lines().find_map(|line| line.strip_prefix(name))?.trim().parse().ok() };
    let (cycles, turns) = (number("Total Cycles:")?, number("Iterations:")?);
    Some(Cycles { per_turn: cycles / turns, throughput: number("Block RThroughput:")? })
}

#[cfg(test)]
mod tests {
    use super::{Cycles, assembly, parse};

    #[test]
    fn instructions_are_written_as_assembly() {
        // paddd xmm0, xmm1; add rax, 16; cmp rax, rcx; jne -13
        let text = assembly(b"\x66\x0f\xfe\xc1\x48\x83\xc0\x10\x48\x39\xc8\x75\xf3", 0x1000);
        let names: Vec<&str> = text.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
        assert_eq!(names, ["paddd", "add", "cmp", "jne"], "{text}");
        assert!(text.contains("%xmm1") && text.contains("$0x10"), "{text}");
    }

    #[test]
    fn summary_has_cycles() {
        let text =
            "Iterations:        100\nInstructions:      400\nTotal Cycles:      132\nTotal uOps:        400\n\nBlock RThroughput: 1.0\n";
        assert_eq!(parse(text), Some(Cycles { per_turn: 1.32, throughput: 1.0 }));
        assert_eq!(parse("error: unsupported cpu\n"), None);
    }
}
