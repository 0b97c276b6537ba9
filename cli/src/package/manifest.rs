//! The description of an archive, in files next to it: `NAME.zip.sha256` for `sha256sum
//! --check`, and `NAME.manifest.json`. Pure.

use crate::architecture::Architecture;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The runtime that the archive is for, as Lambda names it.
pub const RUNTIME: &str = "provided.al2023";

/// The origin of a bootstrap, as its builder states it.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub rustc: Option<String>,
    pub link: Option<String>,
    /// The SHA-256 of the kept profile that the code is optimised by.
    pub profile: Option<String>,
}

/// The SHA-256 of `bytes`.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// As `sha256sum` writes it.
#[must_use]
pub fn hexadecimal(digest: &[u8; 32]) -> String {
    let mut text = String::with_capacity(2 * digest.len());
    for byte in digest {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// As Lambda's `CodeSha256` has it.
#[must_use]
pub fn code_sha256(archive: &[u8]) -> String {
    STANDARD.encode(sha256(archive))
}

/// Returns the line of `sha256sum` for the file `name` in the same folder.
#[must_use]
pub fn checksum_line(name: &str, archive: &[u8]) -> String {
    format!("{}  {name}\n", hexadecimal(&sha256(archive)))
}

/// Returns the manifest. It contains no time and no path: the same file has the same manifest,
/// byte by byte.
#[must_use]
pub fn manifest(
    name: &str,
    archive: &[u8],
    bootstrap: &[u8],
    handlers: Option<&[String]>,
    architecture: Architecture,
    origin: &Origin,
) -> Value {
    json!({
        "archive": name,
        "archive_bytes": archive.len(),
        "archive_sha256": hexadecimal(&sha256(archive)),
        "code_sha256": code_sha256(archive),
        "bootstrap_bytes": bootstrap.len(),
        "bootstrap_sha256": hexadecimal(&sha256(bootstrap)),
        "runtime": RUNTIME,
        "architecture": architecture.name(),
        "handlers": handlers,
        "ruchy_lambda": env!("CARGO_PKG_VERSION"),
        "rustc": origin.rustc,
        "link": origin.link,
        "profile_sha256": origin.profile,
    })
}

#[cfg(test)]
mod tests {
    use super::{Origin, checksum_line, code_sha256, manifest};
    use crate::architecture::Architecture;

    #[test]
    fn manifest_checksum_matches_fips_180_4() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(checksum_line("a.zip", b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.zip\n");
        assert_eq!(code_sha256(b"abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn manifest_has_null_for_unknown_values() {
        let origin = Origin { rustc: Some("rustc 1.95.0".to_owned()), ..Origin::default() };
        let handlers = ["minimal".to_owned()];
        let manifest = manifest("minimal.zip", b"abc", b"abcd", Some(&handlers), Architecture::X86_64, &origin);
        assert_eq!((manifest["archive_bytes"].as_u64(), manifest["bootstrap_bytes"].as_u64()), (Some(3), Some(4)));
        assert_eq!((manifest["handlers"][0].as_str(), manifest["rustc"].as_str()), (Some("minimal"), Some("rustc 1.95.0")));
        assert_eq!((manifest["architecture"].as_str(), manifest["runtime"].as_str()), (Some("x86_64"), Some("provided.al2023")));
        assert_eq!(manifest["ruchy_lambda"], env!("CARGO_PKG_VERSION"));
        assert!(manifest["link"].is_null() && manifest["profile_sha256"].is_null());
    }
}
