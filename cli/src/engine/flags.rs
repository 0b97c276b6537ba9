//! The flags of rustc and of the linker. Pure.

use super::mode::{Link, Mode};
use super::options::Purpose;
use super::recipe::Linker;
use crate::architecture::Architecture;
use crate::preset::Preset;
use crate::project::settings::Optimize;
use crate::sdk::Sdk;
use std::path::Path;

/// The flags that rustc is called with.
#[derive(Clone, Debug)]
pub struct Flags {
    /// The flags of every crate.
    pub all: Vec<String>,
    /// The flags of the linked file.
    pub linked: Vec<String>,
}

/// The inputs that the flags depend on.
pub struct Inputs<'a> {
    pub sdk: &'a Sdk,
    pub link: Link,
    pub architecture: Architecture,
    pub mode: Mode,
    pub purpose: Purpose,
    pub optimize: Optimize,
    /// The preset; `None`: what `purpose` and `optimize` say.
    pub preset: Option<Preset>,
    pub linker: Linker,
    /// Folders that are taken off the names of files in messages and panics; a later one wins.
    pub hidden_folders: &'a [&'a Path],
    /// The folder of rustc's own lld, as C compilers look for it.
    pub lld_folder: &'a Path,
    /// `build.rs` of the runtime passes the arguments of the linker.
    pub has_build_script: bool,
}

impl Inputs<'_> {
    /// The processor that the code is for.
    fn processor(&self) -> &'static str {
        self.preset.unwrap_or(Preset::Aggressive).processor(self.architecture)
    }
}

/// The flags for `inputs`. linker/README.md has the reason for each.
#[must_use]
pub fn flags(inputs: &Inputs<'_>) -> Flags {
    let (mut all, mut linked) = (Flag::default(), Flag::default());
    all.add("relocation-model=static");
    all.add("target-feature=+crt-static");
    // The C compiler calls the linker, and hands on what has this before it; or rustc calls lld
    // itself. Flags that name the linker are for the linked crate alone: cargo would compile all
    // dependencies again whenever another linker is chosen.
    let to_linker = match inputs.architecture {
        Architecture::X86_64 => {
            all.add(&format!("target-cpu={}", inputs.processor()));
            linked.add(if inputs.link == Link::MuslGcc { "linker=musl-gcc" } else { "linker=cc" });
            match inputs.linker {
                Linker::Bfd => linked.add("link-arg=-fuse-ld=bfd"),
                Linker::Lld => {
                    // Or else the system's.
                    linked.add(&format!("link-arg=-B{}", inputs.lld_folder.display()));
                    linked.add("link-arg=-fuse-ld=lld");
                }
            }
            "-Wl,"
        }
        // Lambda's processors, Graviton2 and later, have these atomic instructions. The outliner
        // would move parts of the start out of the first page.
        Architecture::Arm64 => {
            all.add(&format!("target-cpu={}", inputs.processor()));
            all.add("target-feature=+lse");
            all.add("llvm-args=-enable-machine-outliner=never");
            linked.add("linker-flavor=ld");
            linked.add(&format!("linker={}", inputs.lld_folder.join("ld.lld").display()));
            ""
        }
    };
    if inputs.purpose == Purpose::Quick {
        // Unwind tables for debuggers, in a section that is not loaded.
        all.add("llvm-args=-force-dwarf-frame-section");
    }
    if inputs.mode == Mode::Facade {
        // The implementations for processors without instructions for SHA-2 and AES, in small
        // loops.
        for crate_option in ["sha2_backend_soft", "aes_backend_soft"] {
            all.0.extend(["--cfg".to_owned(), format!("{crate_option}=\"compact\"")]);
        }
    }
    for folder in inputs.hidden_folders {
        all.0.push(format!("--remap-path-prefix={}/=", folder.display()));
    }
    // Link-time optimisation uses the level of the crate that is linked, and size levels turn the
    // vectorisers off.
    let for_speed = inputs.purpose == Purpose::Shipped && inputs.optimize == Optimize::Speed;
    if let Some(level) = inputs.preset.map_or(for_speed.then_some("3"), Preset::link_level) {
        linked.add(&format!("opt-level={level}"));
    }
    if !inputs.has_build_script {
        add_link_arguments(&mut linked, inputs, to_linker);
    }
    Flags { all: all.0, linked: linked.0 }
}

/// Options of code generation.
#[derive(Default)]
struct Flag(Vec<String>);

impl Flag {
    fn add(&mut self, option: &str) {
        self.0.extend(["-C".to_owned(), option.to_owned()]);
    }
}

/// The arguments of the linker, as `build.rs` of the runtime passes them for its own binary.
fn add_link_arguments(linked: &mut Flag, inputs: &Inputs<'_>, to_linker: &str) {
    for argument in ["--build-id=none", "--no-eh-frame-hdr", "-znorelro", "-znoexecstack"] {
        linked.add(&format!("link-arg={to_linker}{argument}"));
    }
    let script = match inputs.mode {
        Mode::Facade => {
            let page_bytes = if inputs.architecture == Architecture::Arm64 { 65536 } else { 4096 };
            linked.add(&format!("link-arg={to_linker}--gc-sections"));
            linked.add(&format!("link-arg={to_linker}-zmax-page-size={page_bytes}"));
            "linker/bootstrap.ld"
        }
        Mode::Std => "linker/std.ld",
    };
    // As two arguments: `-Wl,` would split a path at its commas.
    linked.add("link-arg=-T");
    linked.add(&format!("link-arg={}", inputs.sdk.path(script).display()));
    if inputs.mode == Mode::Facade {
        // By its file name: `-lc` would find musl's shared object where rustc leaves -Bdynamic in
        // force.
        linked.add("link-arg=-l:libc.a");
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, flags};
    use crate::architecture::Architecture;
    use crate::engine::mode::{Link, Mode};
    use crate::engine::options::Purpose;
    use crate::engine::recipe::Linker;
    use crate::project::settings::Optimize;
    use crate::sdk::Sdk;
    use std::path::Path;

    /// Stable Rust refuses unstable options, and nightly Rust changes them.
    #[test]
    fn flags_are_stable_options_of_rustc() {
        let sdk = Sdk { root: "/sdk".into() };
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            for (mode, link) in [(Mode::Facade, Link::Target), (Mode::Facade, Link::MuslGcc), (Mode::Std, Link::Target)] {
                for (purpose, optimize) in
                    [(Purpose::Shipped, Optimize::Speed), (Purpose::Shipped, Optimize::Size), (Purpose::Quick, Optimize::Speed)]
                {
                    for linker in [Linker::Bfd, Linker::Lld] {
                        let (hidden_folders, lld_folder) = (&[Path::new("/project")], Path::new("/lld"));
                        let inputs = Inputs {
                            sdk: &sdk,
                            link,
                            architecture,
                            mode,
                            purpose,
                            optimize,
                            preset: None,
                            linker,
                            hidden_folders,
                            lld_folder,
                            has_build_script: false,
                        };
                        let flags = flags(&inputs);
                        let mut options = flags.all.iter().chain(&flags.linked);
                        while let Some(option) = options.next() {
                            let has_value = ["-C", "--cfg"].contains(&option.as_str()) && options.next().is_some();
                            assert!(has_value || option.starts_with("--remap-path-prefix="), "{option}");
                        }
                    }
                }
            }
        }
    }
}
