//! `ruchy-lambda template`: writes templates of functions for other deployment tools, generated
//! from Cargo.toml.
//!
//! - [`stack`] is what all of them describe; [`sam`], [`terraform`] and [`cdk`] write it. [`yaml`]
//!   and [`hcl`] are the notations.

pub mod cdk;
pub mod hcl;
pub mod sam;
pub mod stack;
pub mod terraform;
pub mod yaml;

use crate::Error;
use crate::home::Home;
use crate::package::write_whole;
use crate::project::settings::Settings;
use clap::{Args, ValueEnum};
use stack::{Function, Stack};
use std::path::PathBuf;

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda template sam|terraform|cdk [NAME…] [--out FILE]")]
pub struct Options {
    /// The tool that deploys
    #[arg(value_enum, value_name = "TOOL")]
    pub tool: Tool,
    /// The functions; all when none is named
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The folder of the archives, seen from the template; `ruchy-lambda package` writes them
    #[arg(long, value_name = "FOLDER", default_value = "dist")]
    pub archives: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Tool {
    /// AWS SAM: template.yaml
    Sam,
    /// Terraform or `OpenTofu`: main.tf
    Terraform,
    /// The AWS CDK: app.py
    Cdk,
}

/// Writes the template, and returns what is for standard output.
///
/// # Errors
/// [`Error::Functions`]; [`Error::Refused`] if settings cannot be described; [`Error::File`].
pub fn run(options: &Options) -> Result<String, Error> {
    let home = Home::here()?;
    let functions = home.functions(&options.names)?;
    let settings = |name: &str| match &home {
        Home::Project(project) => project.settings_of(name).clone(),
        Home::Repository => Settings::default(),
    };
    let providers = match &home {
        Home::Project(project) => project.settings.capacity_providers.clone(),
        Home::Repository => std::collections::BTreeMap::new(),
    };
    let functions = functions.iter().map(|function| Function::new(&function.name, settings(&function.name))).collect();
    let stack = Stack::new(functions, &providers, options.archives.clone()).map_err(Error::Refused)?;
    let text = match options.tool {
        Tool::Sam => sam::write(&stack),
        Tool::Terraform => terraform::write(&stack),
        Tool::Cdk => cdk::write(&stack),
    };
    match &options.out {
        None => Ok(text),
        Some(out) => {
            write_whole(out, text.as_bytes())?;
            Ok(format!("wrote {}\n", out.display()))
        }
    }
}
