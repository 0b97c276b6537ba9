//! The presets of `compile --optimize` and `build --optimize`. Pure.

use crate::architecture::Architecture;
use clap::ValueEnum;
use handlers_build::inline;
use handlers_build::rewrite::Passes;

/// The goal that a program or a function is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Preset {
    /// No optimisation; symbols and debug information stay in the file
    None,
    /// Level 2, thin link-time optimisation
    Balanced,
    /// Level 3, link-time optimisation of the whole file, the passes over recursion and formatting:
    /// what ships
    Aggressive,
    /// As `aggressive`, with level 3 for the libraries too, and for x86-64-v3 processors, as AWS
    /// recommends
    Nasa,
}

impl Preset {
    /// All presets, from the shortest build on.
    pub const ALL: [Self; 4] = [Self::None, Self::Balanced, Self::Aggressive, Self::Nasa];

    /// The name on the command line, and of the profile of cargo.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Balanced => "balanced",
            Self::Aggressive => "aggressive",
            Self::Nasa => "nasa",
        }
    }

    /// rustc's optimisation level of the program.
    #[must_use]
    pub fn level(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Balanced => "2",
            Self::Aggressive | Self::Nasa => "3",
        }
    }

    /// rustc's optimisation level of the runtime, the facade and the libraries.
    #[must_use]
    pub fn library_level(self) -> &'static str {
        if self == Self::Nasa { "3" } else { "z" }
    }

    /// Link-time optimisation, as cargo names it.
    #[must_use]
    pub fn lto(self) -> &'static str {
        match self {
            Self::None => "off",
            Self::Balanced => "thin",
            Self::Aggressive | Self::Nasa => "fat",
        }
    }

    /// The processor that the code is for: with `nasa` the oldest one of Lambda's that AWS
    /// recommends to compile for.
    #[must_use]
    pub fn processor(self, architecture: Architecture) -> &'static str {
        match (self, architecture) {
            (Self::Nasa, Architecture::X86_64) => "x86-64-v3",
            (_, Architecture::X86_64) => "x86-64",
            (Self::Nasa, Architecture::Arm64) => "neoverse-n1",
            (_, Architecture::Arm64) => "generic",
        }
    }

    /// rustc's optimisation level of the crate that is linked: link-time optimisation uses it.
    #[must_use]
    pub fn link_level(self) -> Option<&'static str> {
        (self != Self::None).then(|| self.level())
    }

    /// Returns true if symbols and debug information are removed.
    #[must_use]
    pub fn is_stripped(self) -> bool {
        self != Self::None
    }

    /// The passes over the program's Rust.
    #[must_use]
    pub fn passes(self) -> Passes {
        Passes::for_level(if self == Self::Balanced { "s" } else { self.level() }, true, inline::LEVELS)
    }

    /// The changes of cargo's `profile` of the file that ships, each an argument of `--config`.
    /// `functions` are the packages of the functions, and `libraries` the others that are members
    /// of the workspace.
    #[must_use]
    pub fn changes(self, profile: &str, functions: &[&str], libraries: &[&str]) -> Vec<String> {
        if self == Self::Aggressive {
            return Vec::new();
        }
        let level = self.level();
        let mut changes = vec![format!("lto='{}'", self.lto())];
        if self.lto() != "fat" {
            changes.push("codegen-units=16".to_owned());
            // One object file: it holds all that the facade calls of the runtime, so linkers that
            // read each archive once find it.
            changes.push("package.ruchy-lambda-runtime.codegen-units=1".to_owned());
        }
        for package in functions {
            changes.push(format!("package.{package}.opt-level={level}"));
            if self == Self::None {
                changes.push(format!("package.{package}.debug='full'"));
            }
        }
        if self == Self::Nasa {
            changes.extend(libraries.iter().chain(&["\"*\""]).map(|package| format!("package.{package}.opt-level=3")));
        }
        changes.into_iter().map(|change| format!("profile.{profile}.{change}")).collect()
    }

    /// The profile of cargo, as part of a manifest.
    #[must_use]
    pub fn profile(self) -> String {
        let (name, level, lto) = (self.name(), self.level(), self.lto());
        let level = level.parse::<u8>().map_or_else(|_| format!("{level:?}"), |level| level.to_string());
        let library_level = self.library_level();
        let library_level = library_level.parse::<u8>().map_or_else(|_| format!("{library_level:?}"), |level| level.to_string());
        let units = if self.lto() == "fat" { 1 } else { 16 };
        let debug = if self == Self::None { "\"full\"" } else { "\"line-tables-only\"" };
        format!(
            "[profile.{name}]\ninherits = \"release\"\nopt-level = {level}\nlto = \"{lto}\"\ncodegen-units = {units}\npanic = \"abort\"\n\
             debug = {debug}\nsplit-debuginfo = \"off\"\nstrip = \"none\"\noverflow-checks = true\ndebug-assertions = false\nincremental = false\n\
             rpath = false\n\n[profile.{name}.package.\"*\"]\nopt-level = {library_level}\noverflow-checks = false\ndebug = \"line-tables-only\"\n\n\
             [profile.{name}.build-override]\nopt-level = 0\ncodegen-units = 256\ndebug = false\n\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Preset;
    use crate::architecture::Architecture;
    use toml_edit::DocumentMut;

    #[test]
    fn presets_are_profiles_of_cargo() {
        for preset in Preset::ALL {
            let document: DocumentMut = preset.profile().parse().unwrap();
            let profile = &document["profile"][preset.name()];
            assert_eq!(profile["opt-level"].as_integer().unwrap().to_string(), preset.level());
            assert_eq!(profile["lto"].as_str().unwrap(), preset.lto());
            assert_eq!(profile["overflow-checks"].as_bool(), Some(true), "the answers are the same in all presets");
        }
    }

    #[test]
    fn presets_inline_recursion_only_for_speed() {
        let levels = Preset::ALL.map(|preset| preset.passes().inline_levels);
        assert_eq!(levels, [0, 0, 2, 2]);
        assert!(!Preset::None.passes().lower, "debuggers see the program as written");
    }

    #[test]
    fn presets_change_the_profile_of_the_file_that_ships() {
        let changes = |preset: Preset| preset.changes("p", &["function-a"], &["registry"]);
        assert_eq!(changes(Preset::Aggressive), [""; 0], "it is what ships");
        let nasa = ["lto='fat'", "package.function-a.opt-level=3", "package.registry.opt-level=3", "package.\"*\".opt-level=3"];
        assert_eq!(changes(Preset::Nasa), nasa.map(|change| format!("profile.p.{change}")));
        let document: DocumentMut = changes(Preset::None).join("\n").parse().unwrap();
        let function = &document["profile"]["p"]["package"]["function-a"];
        assert_eq!((function["opt-level"].as_integer(), function["debug"].as_str()), (Some(0), Some("full")));
        assert_eq!(document["profile"]["p"]["lto"].as_str(), Some("off"));
        assert_eq!(Preset::ALL.map(Preset::link_level), [None, Some("2"), Some("3"), Some("3")]);
    }

    #[test]
    fn presets_are_for_processors_that_lambda_has() {
        let processors = |preset: Preset| [Architecture::X86_64, Architecture::Arm64].map(|architecture| preset.processor(architecture));
        assert_eq!(processors(Preset::Aggressive), ["x86-64", "generic"]);
        assert_eq!(processors(Preset::Nasa), ["x86-64-v3", "neoverse-n1"]);
    }
}
