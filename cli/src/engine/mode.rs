//! The two ways to link a function: over the facade, without Rust's `std`, or with it. Pure.

use crate::architecture::Architecture;
use crate::project::settings::Settings;

/// A mode of linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The facade is the function's `std`; the runtime starts without libc's start.
    Facade,
    /// Rust's own `std`, started by musl's `crt1`.
    Std,
}

impl Mode {
    /// The mode that a function's settings select.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        if settings.std { Self::Std } else { Self::Facade }
    }

    /// The name of folders of this mode.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Facade => "facade",
            Self::Std => "std",
        }
    }

    /// The main file of the bootstrap.
    #[must_use]
    pub fn main_file(self) -> &'static str {
        match self {
            Self::Facade => "bootstrap/main.rs",
            Self::Std => "bootstrap/main_std.rs",
        }
    }

    /// The features of the runtime's library.
    #[must_use]
    pub fn runtime_features(self) -> &'static [&'static str] {
        match self {
            Self::Facade => &["deploy"],
            Self::Std => &["deploy", "std"],
        }
    }
}

/// The way the C library is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Against the musl of a rustup target.
    Target,
    /// Against Debian's musl-tools, with the core and alloc of the host's own target.
    MuslGcc,
}

impl Link {
    /// The triple that is built for.
    #[must_use]
    pub fn triple(self, architecture: Architecture) -> &'static str {
        match self {
            Self::Target => musl_triple(architecture),
            Self::MuslGcc => "x86_64-unknown-linux-gnu",
        }
    }

    /// As the manifest of an archive names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Target => "musl-target",
            Self::MuslGcc => "musl-gcc",
        }
    }
}

/// The triple of the rustup target with musl.
#[must_use]
pub fn musl_triple(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64-unknown-linux-musl",
        Architecture::Arm64 => "aarch64-unknown-linux-musl",
    }
}
