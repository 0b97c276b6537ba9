//! The two ways to link a function: over the facade, without Rust's `std`, or with it. Pure.

use super::options::Purpose;
use crate::architecture::Architecture;
use crate::project::settings::{Optimize, Settings};
use crate::sdk::Sdk;
use std::path::Path;

/// A mode of linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The facade is the function's `std`; the runtime starts without libc's start.
    Facade,
    /// Rust's own `std`, behind musl's start.
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
            Self::Facade => &[],
            Self::Std => &["deploy", "std"],
        }
    }
}

/// How the C library is linked.
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

/// What rustc is told.
#[derive(Clone, Debug)]
pub struct Flags {
    /// For every crate.
    pub all: Vec<String>,
    /// For the file that is linked.
    pub linked: Vec<String>,
}

/// What the flags depend on.
pub struct Inputs<'a> {
    pub sdk: &'a Sdk,
    pub link: Link,
    pub architecture: Architecture,
    pub mode: Mode,
    pub purpose: Purpose,
    pub optimize: Optimize,
    /// Folders that are taken off the names of files in messages and panics; a later one wins.
    pub hidden_folders: &'a [&'a Path],
    /// The folder of rustc's own lld, as C compilers look for it.
    pub lld_folder: &'a Path,
}

/// The flags for `inputs`. linker/README.md has the reason for each.
#[must_use]
pub fn flags(inputs: &Inputs<'_>) -> Flags {
    let mut all = Vec::new();
    let mut add = |flag: &str| all.extend(["-C".to_owned(), flag.to_owned()]);
    add("relocation-model=static");
    add("target-feature=+crt-static");
    // The C compiler calls the linker, and hands on what has this before it; or rustc calls lld itself.
    let to_linker = match inputs.architecture {
        Architecture::X86_64 => {
            add("target-cpu=x86-64");
            add(if inputs.link == Link::MuslGcc { "linker=musl-gcc" } else { "linker=cc" });
            add("link-arg=-fuse-ld=bfd");
            "-Wl,"
        }
        // Lambda's processors, Graviton2 and later, have these atomic instructions. The outliner would move parts of the start out of the first page.
        Architecture::Arm64 => {
            add("target-cpu=generic");
            add("target-feature=+lse");
            add("llvm-args=-enable-machine-outliner=never");
            add("linker-flavor=ld");
            add(&format!("linker={}", inputs.lld_folder.join("ld.lld").display()));
            ""
        }
    };
    for folder in inputs.hidden_folders {
        all.push(format!("--remap-path-prefix={}/=", folder.display()));
    }
    let mut linked = Vec::new();
    let mut add = |flag: &str| linked.extend(["-C".to_owned(), flag.to_owned()]);
    // Link-time optimisation uses the level of the crate that is linked, and size levels turn the vectorisers off.
    if inputs.purpose == Purpose::Shipped && inputs.optimize == Optimize::Speed {
        add("opt-level=3");
    }
    for argument in ["--build-id=none", "--no-eh-frame-hdr", "-znorelro"] {
        add(&format!("link-arg={to_linker}{argument}"));
    }
    let script = match inputs.mode {
        Mode::Facade => {
            let page_bytes = if inputs.architecture == Architecture::Arm64 { 65536 } else { 4096 };
            add(&format!("link-arg={to_linker}--gc-sections"));
            add(&format!("link-arg={to_linker}-znoexecstack"));
            add(&format!("link-arg={to_linker}-zmax-page-size={page_bytes}"));
            "linker/bootstrap.ld"
        }
        Mode::Std => "linker/std.ld",
    };
    // As two arguments: `-Wl,` would split a path at its commas.
    add("link-arg=-T");
    add(&format!("link-arg={}", inputs.sdk.path(script).display()));
    if inputs.mode == Mode::Facade {
        // By its file name: `-lc` would find musl's shared object where rustc leaves -Bdynamic in force.
        add("link-arg=-l:libc.a");
    }
    Flags { all, linked }
}
