//! `ruchy-lambda package` in a project: builds the functions and packs each.

use super::manifest::Origin;
use crate::architecture::Architecture;
use crate::engine::toolchain::Toolchain;
use crate::engine::{LinkOptions, Linked};
use crate::home::Home;
use crate::pgo::{self, Shipped};
use crate::project::settings::Settings;
use crate::{Error, build};
use std::path::{Path, PathBuf};

/// A function that is ready to be packed.
#[derive(Debug)]
pub struct Ready {
    /// Its name.
    pub name: String,
    /// Its configuration.
    pub settings: Settings,
    /// The linked file.
    pub linked: Linked,
    /// The archive.
    pub out: PathBuf,
    rustc: String,
    /// The SHA-256 of the kept profile that it is linked with.
    profile: Option<String>,
}

/// Builds the functions called `names`, or all, for archives at `out` or `dist/NAME.zip`. One that
/// is wrong does not keep others from being built; its messages are printed. The second value is
/// whether all are right.
///
/// # Errors
/// As [`Home::link`].
pub async fn build_all(names: &[String], out: Option<&Path>, architecture: Option<Architecture>) -> Result<(Vec<Ready>, bool), Error> {
    let home = Home::here()?;
    let Home::Project(project) = &home else {
        return Err(Error::Refused("in the repository of Ruchy Lambda `just package [NAME…]` packs functions".to_owned()));
    };
    let functions = home.functions(names)?;
    if let (Some(_), [_, _, ..]) = (out, &functions[..]) {
        return Err(Error::Refused("--out: expected one function, since each has an archive of its own. Name it.".to_owned()));
    }
    let rustc = Toolchain::version(&project.root)?;
    let mut ready = Vec::new();
    for function in &functions {
        let Shipped { options, profile } = pgo::shipped(&home, function, LinkOptions::shipped(architecture))?;
        match home.link(function, &options).await? {
            Ok(linked) => {
                let out = out.map_or_else(|| project.root.join(build::DIST).join(format!("{}.zip", function.name)), Path::to_owned);
                ready.push(Ready {
                    name: function.name.clone(),
                    settings: project.settings_of(&function.name).clone(),
                    linked,
                    out,
                    rustc: rustc.clone(),
                    profile,
                });
            }
            Err(refused) => eprint!("{refused}"),
        }
    }
    let all_right = ready.len() == functions.len();
    Ok((ready, all_right))
}

impl Ready {
    /// Packs it. Returns the text for the developer.
    ///
    /// # Errors
    /// As [`super::run`].
    pub fn pack(&self) -> Result<String, Error> {
        let origin =
            Origin { rustc: Some(self.rustc.clone()), link: Some(self.linked.link.name().to_owned()), profile: self.profile.clone() };
        super::run(&self.linked.bootstrap, &self.out, self.linked.architecture, None, &origin)
    }
}
