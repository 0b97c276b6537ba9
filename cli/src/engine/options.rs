//! The options of a link, and its result. Pure.

use super::mode::{Link, Mode};
use super::remarks::{self, Remark};
use crate::architecture::Architecture;
use crate::preset::Preset;
use crate::project::settings::Optimize;
use handlers_build::inline;
use handlers_build::rewrite::Passes;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::PathBuf;

/// The flag of rustc that asks for LLVM's remarks.
const REMARKS: &str = "-Cremark";

/// The use of a linked file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Deployment: optimised as a whole.
    #[default]
    Shipped,
    /// Runs on this machine: linked in the least time, so the file is larger and slower than the
    /// one that ships. Only for `x86_64`; for arm64 it is the same as [`Purpose::Shipped`].
    Quick,
}

impl Purpose {
    /// The profile in the runtime's Cargo.toml.
    #[must_use]
    pub fn profile(self) -> &'static str {
        match self {
            Self::Shipped => "release-ultra",
            Self::Quick => "quick",
        }
    }

    /// The level that functions are compiled at, as cargo's `OPT_LEVEL` has it.
    #[must_use]
    pub fn level(self, optimize: Optimize) -> &'static str {
        match (self, optimize) {
            (Self::Quick, _) => "1",
            (Self::Shipped, Optimize::Speed) => "3",
            (Self::Shipped, Optimize::Size) => "z",
        }
    }

    /// The passes over the Rust of functions.
    #[must_use]
    pub fn passes(self, optimize: Optimize) -> Passes {
        Passes::for_level(self.level(optimize), true, inline::LEVELS)
    }
}

/// The options of a function's link, in addition to the project's settings. The default is the
/// file that ships.
#[derive(Clone, Debug, Default)]
pub struct LinkOptions {
    pub purpose: Purpose,
    /// The processor; `None`: the configured one, or `x86_64`.
    pub architecture: Option<Architecture>,
    /// The goal that the function is compiled for; `None`: the configured one.
    pub optimize: Option<Optimize>,
    /// The preset, which decides instead of `optimize`.
    pub preset: Option<Preset>,
    /// The passes over the function's Rust; `None`: those that belong to the optimisation.
    pub passes: Option<Passes>,
    /// Features of the runtime's library, in addition to those of the mode.
    pub runtime_features: Vec<String>,
    /// Flags of rustc for all crates, after those of the mode.
    pub rustc_flags: Vec<String>,
    /// Flags of rustc for the crate that is linked, after those of the mode.
    pub link_flags: Vec<String>,
}

impl LinkOptions {
    /// The file for runs on this machine.
    #[must_use]
    pub fn quick() -> Self {
        Self { purpose: Purpose::Quick, architecture: Some(Architecture::of_this_machine()), ..Self::default() }
    }

    /// The file that ships, for `architecture` or for the configured processor.
    #[must_use]
    pub fn shipped(architecture: Option<Architecture>) -> Self {
        Self { architecture, ..Self::default() }
    }

    /// The file that ships, compiled for LLVM's remarks on loops.
    #[must_use]
    pub fn with_remarks() -> Self {
        Self { rustc_flags: vec![format!("{REMARKS}={}", remarks::PASS)], ..Self::default() }
    }

    /// Changes of cargo's profile `profile`, as its option `--config` has them, for other options
    /// than presets. LLVM gives no remarks while it optimises the whole file.
    #[must_use]
    pub fn changes(&self, profile: &str) -> Vec<String> {
        let has_remarks = self.rustc_flags.iter().any(|flag| flag.starts_with(REMARKS));
        has_remarks.then(|| format!("profile.{profile}.lto='off'")).into_iter().collect()
    }

    /// The purpose that a link for `architecture` has.
    #[must_use]
    pub fn purpose_for(&self, architecture: Architecture) -> Purpose {
        if architecture == Architecture::X86_64 { self.purpose } else { Purpose::Shipped }
    }

    /// The passes of a link for `purpose` and `optimize`.
    #[must_use]
    pub fn passes(&self, purpose: Purpose, optimize: Optimize) -> Passes {
        self.passes.or(self.preset.map(Preset::passes)).unwrap_or_else(|| purpose.passes(optimize))
    }

    /// A name for folders of files that other flags of rustc make; empty without such flags. Cargo
    /// rebuilds every crate when these flags change.
    #[must_use]
    pub fn flags_key(&self) -> String {
        let is_for_other_processor = self.preset == Some(Preset::Nasa);
        let is_usual = self.rustc_flags.is_empty() && !is_for_other_processor;
        if is_usual { String::new() } else { format!("-{:016x}", hash(&(&self.rustc_flags, is_for_other_processor))) }
    }

    /// A name for the folder of the linked file: `shipped` or `quick`, and a hash of all other
    /// options if any is set.
    #[must_use]
    pub fn key(&self) -> String {
        let name = match self.purpose {
            Purpose::Shipped => "shipped",
            Purpose::Quick => "quick",
        };
        let Self { optimize, preset, passes, runtime_features, rustc_flags, link_flags, .. } = self;
        let others = format!("{optimize:?} {preset:?} {passes:?} {runtime_features:?} {rustc_flags:?} {link_flags:?}");
        if others == "None None None [] [] []" { name.to_owned() } else { format!("{name}-{:016x}", hash(&others)) }
    }
}

fn hash(value: &(impl std::hash::Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A function that was linked.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The file, stripped.
    pub bootstrap: PathBuf,
    /// The same code at the same addresses, with symbols, line numbers and the section table.
    pub with_symbols: PathBuf,
    pub architecture: Architecture,
    pub link: Link,
    pub mode: Mode,
    /// The files of the author that it is made of, as far as rustc knows: sources, included files,
    /// path dependencies.
    pub inputs: Vec<PathBuf>,
    /// LLVM's remarks, of a link that asks for them.
    pub remarks: Vec<Remark>,
}

#[cfg(test)]
mod tests {
    use super::{LinkOptions, Purpose};
    use crate::architecture::Architecture;
    use crate::preset::Preset;

    #[test]
    fn options_with_other_flags_have_folders_of_their_own() {
        let (shipped, quick) = (LinkOptions::shipped(None), LinkOptions::quick());
        assert_eq!((shipped.key().as_str(), quick.key().as_str(), shipped.flags_key().as_str()), ("shipped", "quick", ""));
        let features = LinkOptions { runtime_features: vec!["observe".to_owned()], ..LinkOptions::default() };
        let flags = LinkOptions { rustc_flags: vec!["-Cinstrument-coverage".to_owned()], ..LinkOptions::default() };
        assert_eq!(features.flags_key(), "", "cargo keeps builds with other features apart");
        assert!(features.key().starts_with("shipped-") && features.key() != flags.key() && !flags.flags_key().is_empty());
        let remarks = LinkOptions::with_remarks();
        assert_eq!((remarks.changes("x"), shipped.changes("x")), (vec!["profile.x.lto='off'".to_owned()], vec![]));
        let preset = |preset| LinkOptions { preset: Some(preset), ..LinkOptions::default() };
        let (balanced, nasa) = (preset(Preset::Balanced), preset(Preset::Nasa));
        assert!(balanced.key() != nasa.key() && balanced.flags_key().is_empty() && !nasa.flags_key().is_empty());
        assert_eq!(quick.purpose_for(Architecture::Arm64), Purpose::Shipped);
    }
}
