//! Links functions: those of a project one by one, those of this repository together.
//!
//! - [`options`]: what to link, and the result. [`project`]: a function of a project.
//!   [`repository`]: functions of this repository, by a [`recipe`].
//! - [`toolchain`]: Rust and musl. [`mode`]: the facade or the real `std`. [`flags`]: flags of
//!   rustc and of the linker. [`crate::shield`]: the environment.
//! - [`workspace`]: the generated packages, with [`declaration`], [`registration`] and
//!   [`generated`]; [`mentions`]: the crates that a source needs; [`lock`]: their versions.
//! - [`cargo`]: the call of cargo, with [`progress`]; [`passes`]: calls with fewer passes.
//!   [`dep_info`]: the files that a link is made of. [`messages`]: cargo's messages. [`refusal`]:
//!   the messages for the author. [`remarks`]: those of LLVM. [`std_users`]: the crates that need
//!   std.
//! - [`strip`]: the last step. [`columns`]: maps columns of Rust to columns of the source.

pub mod cargo;
pub mod columns;
pub mod declaration;
pub mod dep_info;
pub mod flags;
pub mod generated;
pub mod lock;
pub mod mentions;
pub mod messages;
pub mod mode;
pub mod options;
pub mod passes;
pub mod progress;
pub mod project;
pub mod recipe;
pub mod refusal;
pub mod registration;
pub mod remarks;
pub mod repository;
pub mod std_users;
pub mod strip;
pub mod toolchain;
pub mod workspace;

pub use options::{LinkOptions, Linked, Purpose};

use crate::Error;
use crate::package::write_whole;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Writes `linked`, what the linker made, to `with_symbols`, and without symbols and section table
/// to `bootstrap`.
///
/// # Errors
/// [`Error::File`]; [`Error::Refused`] if the linker did not write it.
pub fn write_linked(linked: &Path, bootstrap: &Path, with_symbols: &Path) -> Result<(), Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    write_executable(with_symbols, &bytes)?;
    let stripped = strip::strip(bytes).map_err(|reason| Error::Refused(format!("{}: {reason}", linked.display())))?;
    write_executable(bootstrap, &stripped)
}

/// Writes an executable file atomically, with permissions that do not depend on the umask.
///
/// # Errors
/// [`Error::File`].
pub fn write_executable(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_whole(path, bytes)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| Error::file(path, error))
}
