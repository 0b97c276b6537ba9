//! `ruchy-lambda build`: builds the file that ships; in a project, one for each function.

use crate::architecture::Architecture;
use crate::engine::{self, LinkOptions};
use crate::home::Home;
use crate::number::grouped;
use crate::preset::Preset;
use crate::{Error, link, pgo};
use clap::Args;
use handlers_build::function::Function as Source;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The folder for built files.
pub const DIST: &str = "dist";

/// The function to link and its options.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda build [NAME…] [--arch x86_64|arm64] [--optimize PRESET]")]
pub struct Options {
    /// The functions; all when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The processor it is for; default: that of Cargo.toml, or `x86_64`
    #[arg(long, value_name = "NAME", env = link::ARCHITECTURE, value_enum)]
    arch: Option<Architecture>,
    /// The preset to compile with: `aggressive` is what ships; default: that of Cargo.toml
    #[arg(short = 'O', long, value_name = "PRESET", value_enum)]
    optimize: Option<Preset>,
    /// The processor, as rustc names it, instead of the preset's. The file may fail to start on
    /// others. `native` is refused, because Lambda has other processors
    #[arg(long, value_name = "NAME", value_parser = processor)]
    cpu: Option<String>,
    /// The file to write: dist/NAME/bootstrap, or dist/bootstrap in the repository of Ruchy Lambda
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn processor(name: &str) -> Result<String, String> {
    match name {
        "native" => Err("expected a processor that Lambda has, such as x86-64-v3, or neoverse-n1 for arm64".to_owned()),
        name => Ok(name.to_owned()),
    }
}

impl Options {
    /// The options of a project's link. A kept profile is of code that is compiled for speed.
    fn of_link(&self, home: &Home, function: &Source) -> Result<LinkOptions, Error> {
        let options = LinkOptions { preset: self.optimize, rustc_flags: self.rustc_flags(), ..LinkOptions::shipped(self.arch) };
        match self.optimize {
            Some(Preset::None | Preset::Balanced) => Ok(options),
            None | Some(Preset::Aggressive | Preset::Nasa) => Ok(pgo::shipped(home, function, options)?.options),
        }
    }

    fn rustc_flags(&self) -> Vec<String> {
        self.cpu.iter().map(|cpu| format!("-Ctarget-cpu={cpu}")).collect()
    }

    fn keeps_symbols(&self) -> bool {
        self.optimize.is_some_and(|preset| !preset.is_stripped())
    }
}

/// Links the file, and prints its size.
///
/// # Errors
/// As [`link::link`] and [`Home::link`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let home = Home::here()?;
    let Home::Project(project) = &home else { return of_repository(options).await };
    let functions = home.functions(&options.names)?;
    if let (Some(_), [_, _, ..]) = (&options.out, &functions[..]) {
        return Err(Error::Refused("--out: expected one function, since each has a file of its own. Name it.".to_owned()));
    }
    let mut code = ExitCode::SUCCESS;
    for function in &functions {
        match home.link(function, &options.of_link(&home, function)?).await? {
            Ok(linked) => {
                let linked = if options.keeps_symbols() { &linked.with_symbols } else { &linked.bootstrap };
                let out = options.out.clone().unwrap_or_else(|| project.root.join(DIST).join(&function.name).join("bootstrap"));
                copy(linked, &out)?;
                report(&out)?;
            }
            Err(refused) => {
                eprint!("{refused}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn copy(linked: &Path, out: &Path) -> Result<(), Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    engine::write_executable(out, &bytes)
}

async fn of_repository(options: &Options) -> Result<ExitCode, Error> {
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    let out = options.out.clone().unwrap_or_else(|| PathBuf::from(DIST).join("bootstrap"));
    let architecture = options.arch.unwrap_or(Architecture::X86_64);
    let linked = match (options.optimize, &options.cpu) {
        (None, None) => link::to_ship(&out, &names, architecture).await?,
        (preset, _) => link::preset(&out, &names, architecture, preset.unwrap_or(Preset::Aggressive), options.rustc_flags()).await?,
    };
    if let Err(refused) = linked {
        eprint!("{refused}");
        return Ok(ExitCode::FAILURE);
    }
    report(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn report(out: &Path) -> Result<(), Error> {
    let bytes = fs::metadata(out).map_err(|error| Error::file(out, error))?.len();
    println!("{}: {} bytes", out.display(), grouped(bytes));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::processor;

    #[test]
    fn processor_of_this_machine_is_refused() {
        assert_eq!(processor("x86-64-v3"), Ok("x86-64-v3".to_owned()));
        assert!(processor("native").unwrap_err().contains("x86-64-v3"));
    }
}
