//! Trusted root certificates: Amazon's, which are built in, and those of PEM files.

use super::super::error::{Error, Kind};
use alloc::vec::Vec;
use ruchy_std::env;
use ruchy_std::fs;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, Der, TrustAnchor};

/// The root certificates of systems: Amazon Linux 2023 and Fedora, Debian, Alpine.
const SYSTEM_FILES: [&str; 3] = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem"];

macro_rules! anchor {
    ($name:literal) => {
        TrustAnchor {
            subject: Der::from_slice(include_bytes!(concat!("amazon/", $name, ".subject.der"))),
            subject_public_key_info: Der::from_slice(include_bytes!(concat!("amazon/", $name, ".spki.der"))),
            name_constraints: None,
        }
    };
}

/// The roots of Amazon Trust Services (<https://www.amazontrust.com/repository/>): the subject and
/// the public key of each.
static AMAZON: [TrustAnchor<'static>; 5] =
    [anchor!("root-ca-1"), anchor!("root-ca-2"), anchor!("root-ca-3"), anchor!("root-ca-4"), anchor!("starfield-services-g2")];

/// Returns Amazon's roots.
pub(super) fn amazon() -> RootCertStore {
    RootCertStore { roots: AMAZON.to_vec() }
}

/// Reads the roots of the PEM file whose path is in `variable`, if it is set.
pub(super) fn from_variable(variable: &str) -> Option<Result<RootCertStore, Error>> {
    let path = env::variable(variable).filter(|path| !path.is_empty())?;
    let Ok(pem) = fs::read(path) else {
        return Some(Err(Error::new(Kind::Tls, &[variable, "=", path, ": expected a readable PEM file of root certificates"])));
    };
    Some(parse_pem(&pem, path))
}

/// Reads the roots of the system.
pub(super) fn system() -> Result<RootCertStore, Error> {
    match SYSTEM_FILES.iter().find_map(|path| fs::read(path).ok().map(|pem| (path, pem))) {
        Some((path, pem)) => parse_pem(&pem, path),
        None => Err(Error::new(Kind::Tls, &["no root certificates found; set SSL_CERT_FILE to the path of a PEM file"])),
    }
}

/// Parses the PEM file `path`. Certificates that webpki cannot parse are skipped, as in browsers.
fn parse_pem(pem: &[u8], path: &str) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    let certificates: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect();
    store.add_parsable_certificates(certificates);
    if store.is_empty() {
        return Err(Error::new(Kind::Tls, &[path, ": no certificate found; expected a PEM file of root certificates"]));
    }
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::AMAZON;

    #[test]
    fn amazon_roots_equal_those_of_mozilla() {
        for anchor in &AMAZON {
            let known = webpki_roots::TLS_SERVER_ROOTS.iter().any(|root| {
                root.subject.as_ref() == anchor.subject.as_ref()
                    && root.subject_public_key_info.as_ref() == anchor.subject_public_key_info.as_ref()
            });
            assert!(known, "{:?}", anchor.subject);
        }
    }
}
