//! The options of a link of this repository's functions, read from the variables `RUCHY_LAMBDA_…`.
//! Pure.
//!
//! linker/README.md lists them.

use super::mode::Link;
use super::options::{LinkOptions, Purpose};
use crate::Error;
use crate::architecture::Architecture;
use crate::project::settings::Optimize;
use handlers_build::Error as FunctionError;
use handlers_build::inline::{LEVELS, LEVELS_MAX};
use std::path::PathBuf;

/// The linker of `x86_64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Linker {
    /// GNU ld, the C compiler's own.
    #[default]
    Bfd,
    /// rustc's lld.
    Lld,
}

/// The source of the functions for a link with the real `std`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RealStd {
    /// The folders of functions, which see the facade.
    Facade,
    /// A package, whose binary `bootstrap-std` is linked; its functions see the real `std`.
    Package(PathBuf),
}

/// The options of a link.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    pub options: LinkOptions,
    pub link: Option<Link>,
    pub linker: Linker,
    /// The file that is written keeps its symbols.
    pub keeps_symbols: bool,
    /// Levels of inlined recursion; `None`: those of the optimisation.
    pub inline_levels: Option<usize>,
    pub lowers: bool,
    pub is_local: bool,
    /// Folders of functions; none: `handlers/functions`.
    pub folders: Vec<PathBuf>,
    pub std: Option<RealStd>,
}

impl Recipe {
    /// The options that `variable` returns values of, by the part of the name after
    /// `RUCHY_LAMBDA_`.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Functions`] for a value that is not expected.
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let architecture = architecture(&variable)?;
        let optimize = chosen(
            &variable,
            "OPTIMIZE",
            &[
                ("speed", (Purpose::Shipped, Optimize::Speed)),
                ("size", (Purpose::Shipped, Optimize::Size)),
                ("no", (Purpose::Quick, Optimize::Speed)),
            ],
        )?;
        let (purpose, optimize) = optimize.unwrap_or((Purpose::Shipped, Optimize::Speed));
        let linker = chosen(&variable, "LD", &[("bfd", Linker::Bfd), ("lld", Linker::Lld)])?;
        if linker == Some(Linker::Bfd) && architecture == Some(Architecture::Arm64) {
            return Err(Error::Refused("RUCHY_LAMBDA_LD=bfd: expected lld, which links for arm64".to_owned()));
        }
        Ok(Self {
            options: LinkOptions { purpose, architecture, optimize: Some(optimize), ..LinkOptions::default() },
            link: chosen(&variable, "LINK", &[("musl-target", Link::Target), ("musl-gcc", Link::MuslGcc)])?,
            linker: linker.unwrap_or_default(),
            keeps_symbols: variable("SYMBOLS").is_some(),
            inline_levels: number(&variable, "RUCHY_LAMBDA_INLINE", LEVELS_MAX)?,
            lowers: number(&variable, "RUCHY_LAMBDA_LOWER", 1)? != Some(0),
            is_local: variable("LOCAL").is_some(),
            folders: variable("FUNCTIONS").map(|folders| std::env::split_paths(&folders).collect()).unwrap_or_default(),
            std: variable("STD").map(|std| if std == "1" { RealStd::Facade } else { RealStd::Package(std.into()) }),
        })
    }

    /// The options of this process's environment.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn of_environment() -> Result<Self, Error> {
        Self::parse(|name| std::env::var(format!("RUCHY_LAMBDA_{name}")).ok())
    }

    /// The processor.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.options.architecture.unwrap_or(Architecture::X86_64)
    }

    /// The architecture of the file. The quick link exists for `x86_64` without the real
    /// `std`.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        if self.std.is_some() { Purpose::Shipped } else { self.options.purpose_for(self.architecture()) }
    }

    /// Levels of recursion that the build script inlines, if the functions are compiled for speed.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.inline_levels.unwrap_or(LEVELS)
    }
}

/// The processor that the environment names, if it names one.
///
/// # Errors
/// [`Error::Refused`] for a value that is not expected.
pub fn architecture_of_environment() -> Result<Option<Architecture>, Error> {
    architecture(&|name| std::env::var(format!("RUCHY_LAMBDA_{name}")).ok().filter(|value| !value.is_empty()))
}

fn architecture(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Architecture>, Error> {
    chosen(variable, "ARCH", &[("x86_64", Architecture::X86_64), ("arm64", Architecture::Arm64)])
}

fn chosen<T: Copy>(variable: &dyn Fn(&str) -> Option<String>, name: &str, choices: &[(&str, T)]) -> Result<Option<T>, Error> {
    let Some(value) = variable(name) else { return Ok(None) };
    let chosen = choices.iter().find(|(choice, _)| *choice == value);
    chosen.map(|(_, chosen)| Some(*chosen)).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let expected = match &names[..] {
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
            [] => String::new(),
        };
        Error::Refused(format!("RUCHY_LAMBDA_{name}={value}: expected {expected}"))
    })
}

fn number(variable: &dyn Fn(&str) -> Option<String>, name: &'static str, max: usize) -> Result<Option<usize>, Error> {
    let Some(value) = variable(name.trim_start_matches("RUCHY_LAMBDA_")) else { return Ok(None) };
    let number = value.parse().ok().filter(|number| *number <= max);
    number.map(Some).ok_or(Error::Functions(FunctionError::BadNumber { variable: name, value, max }))
}

#[cfg(test)]
mod tests {
    use super::{Linker, RealStd, Recipe};
    use crate::architecture::Architecture;
    use crate::engine::options::Purpose;

    fn parse(variables: &[(&str, &str)]) -> Result<Recipe, String> {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Recipe::parse(value).map_err(|error| error.to_string())
    }

    #[test]
    fn recipe_is_read_from_variables() {
        let recipe = parse(&[]).unwrap();
        assert_eq!((recipe.architecture(), recipe.purpose(), recipe.linker), (Architecture::X86_64, Purpose::Shipped, Linker::Bfd));
        assert!(recipe.lowers && !recipe.keeps_symbols && recipe.levels() == 2 && recipe.std.is_none());
        let recipe =
            parse(&[("OPTIMIZE", "no"), ("INLINE", "3"), ("LOWER", "0"), ("STD", ""), ("LD", "lld"), ("FUNCTIONS", "a:b c")]).unwrap();
        assert_eq!((recipe.purpose(), recipe.levels(), recipe.linker, recipe.folders.len()), (Purpose::Quick, 3, Linker::Lld, 2));
        let recipe = parse(&[("OPTIMIZE", "no"), ("STD", "tests/std")]).unwrap();
        assert_eq!((recipe.purpose(), recipe.std), (Purpose::Shipped, Some(RealStd::Package("tests/std".into()))));
    }

    #[test]
    fn recipe_names_the_value_that_is_not_expected() {
        for (name, value, message) in [
            ("ARCH", "arm", "RUCHY_LAMBDA_ARCH=arm: expected x86_64 or arm64"),
            ("OPTIMIZE", "fast", "RUCHY_LAMBDA_OPTIMIZE=fast: expected speed, size or no"),
            ("LINK", "glibc", "RUCHY_LAMBDA_LINK=glibc: expected musl-target or musl-gcc"),
            ("LD", "gold", "RUCHY_LAMBDA_LD=gold: expected bfd or lld"),
        ] {
            assert_eq!(parse(&[(name, value)]).unwrap_err(), message);
        }
        let error = parse(&[("INLINE", "4")]).unwrap_err();
        assert!(error.contains("RUCHY_LAMBDA_INLINE=4") && error.contains("from 0 to 3"), "{error}");
    }
}
