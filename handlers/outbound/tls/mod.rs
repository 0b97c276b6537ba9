//! TLS 1.3 by rustls, with its unbuffered interface. Certificates are verified by rustls-webpki:
//! chain, name, validity period and key usage.

mod crypto;
mod der;
pub mod ecdsa;
mod montgomery;
mod roots;
pub mod rsa;
mod session;
mod sessions;
mod signatures;
mod verifier;

use crate::error::{Error, Kind};
use crate::secure::Secure;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec;
use core::fmt;
use ruchy_std::sync::OnceLock;
use rustls::client::{Resumption, Tls12Resumption};
use rustls::crypto::{CryptoProvider, SupportedKxGroup, WebPkiSupportedAlgorithms};
use rustls::pki_types::{ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use session::Session;
use sessions::Sessions;
use verifier::Verifier;

/// The algorithms that are offered and accepted in handshakes.
struct Trust {
    algorithms: &'static WebPkiSupportedAlgorithms,
    /// The key of the first group is sent with the first message.
    groups: &'static [&'static dyn SupportedKxGroup],
}

/// P-256 only, which RFC 8446 (section 9.1) requires of every server. A second group would add its
/// code (docs/outbound.md, Bytes by crate).
static AMAZON_TRUST: Trust = Trust { algorithms: &signatures::AMAZON, groups: &[&crypto::P256] };
static WEB_TRUST: Trust = Trust { algorithms: &signatures::WEB, groups: &[&crypto::X25519, &crypto::P256] };

static AMAZON: OnceLock<Arc<ClientConfig>> = OnceLock::new();
static WEB: OnceLock<Arc<ClientConfig>> = OnceLock::new();

/// Opens a session with a host of AWS. Its certificate must be issued under an Amazon root, or
/// under a root of the PEM file in `AWS_CA_BUNDLE`.
///
/// # Errors
/// [`Kind::Tls`] if the PEM file cannot be read.
pub fn amazon(host: &str) -> Result<Box<dyn Secure>, Error> {
    open(&AMAZON, &AMAZON_TRUST, || roots::from_variable("AWS_CA_BUNDLE").unwrap_or_else(|| Ok(roots::amazon())), host)
}

/// Opens a session with any host. Its certificate must be issued under a root of the PEM file in
/// `SSL_CERT_FILE`, or of the system.
///
/// # Errors
/// [`Kind::Tls`] if the PEM file cannot be read.
pub fn web(host: &str) -> Result<Box<dyn Secure>, Error> {
    open(&WEB, &WEB_TRUST, || roots::from_variable("SSL_CERT_FILE").unwrap_or_else(roots::system), host)
}

fn open(
    config: &OnceLock<Arc<ClientConfig>>,
    trust: &Trust,
    roots: impl FnOnce() -> Result<RootCertStore, Error>,
    host: &str,
) -> Result<Box<dyn Secure>, Error> {
    let config = if let Some(config) = config.get() {
        config.clone()
    } else {
        let new = configuration(trust, roots()?)?;
        config.get_or_init(|| new).clone()
    };
    let name =
        ServerName::try_from(host.to_string()).map_err(|_| Error::new(Kind::Tls, &[host, ": expected a host name or IP address"]))?;
    Ok(Box::new(Session::new(config, name, host)?))
}

fn configuration(trust: &Trust, roots: RootCertStore) -> Result<Arc<ClientConfig>, Error> {
    let provider = CryptoProvider {
        cipher_suites: vec![crypto::SUITE],
        kx_groups: trust.groups.to_vec(),
        signature_verification_algorithms: *trust.algorithms,
        secure_random: &crypto::Kernel,
        key_provider: &crypto::Kernel,
    };
    let builder = ClientConfig::builder_with_details(Arc::new(provider), Arc::new(Clock))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| Error::new(Kind::Tls, &["invalid TLS configuration"]))?;
    let verifier = Verifier { roots: roots.roots, algorithms: *trust.algorithms };
    let mut config = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.resumption = Resumption::store(Arc::new(Sessions::new())).tls12_resumption(Tls12Resumption::Disabled);
    Ok(Arc::new(config))
}

/// The clock that certificates are checked against.
struct Clock;

impl fmt::Debug for Clock {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(core::time::Duration::from_millis(ruchy_std::time::epoch_ms())))
    }
}
