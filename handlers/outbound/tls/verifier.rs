//! Verifies the certificate of a server with rustls-webpki, as rustls's own verifier does, but
//! without revocation lists, and with a separate message for each cause.

use super::crypto::undebugged;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, PeerIncompatible, SignatureScheme};
use webpki::{EndEntityCert, KeyUsage};

/// The trusted roots and algorithms.
pub(super) struct Verifier {
    pub(super) roots: Vec<TrustAnchor<'static>>,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}
undebugged!(Verifier);

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = EndEntityCert::try_from(certificate).map_err(|error| failure(&error))?;
        certificate
            .verify_for_usage(self.algorithms.all, &self.roots, intermediates, now, KeyUsage::server_auth(), None, None)
            .map_err(|error| failure(&error))?;
        certificate.verify_is_valid_for_subject_name(name).map_err(|error| failure(&error))?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Converts an error of webpki to one of rustls, or to a message if rustls has no equivalent.
fn failure(error: &webpki::Error) -> Error {
    let named = match error {
        webpki::Error::CertExpired { .. } | webpki::Error::InvalidCertValidity => CertificateError::Expired,
        webpki::Error::CertNotValidYet { .. } => CertificateError::NotValidYet,
        webpki::Error::CertNotValidForName(_) => CertificateError::NotValidForName,
        webpki::Error::UnknownIssuer => CertificateError::UnknownIssuer,
        webpki::Error::InvalidSignatureForPublicKey => CertificateError::BadSignature,
        webpki::Error::BadDer | webpki::Error::BadDerTime | webpki::Error::TrailingData(_) => CertificateError::BadEncoding,
        webpki::Error::RequiredEkuNotFoundContext(_) => CertificateError::InvalidPurpose,
        webpki::Error::CaUsedAsEndEntity => return text("the server's certificate is that of a certificate authority"),
        webpki::Error::EndEntityUsedAsCa => return text("the issuer of the certificate is not a certificate authority"),
        webpki::Error::PathLenConstraintViolated => return text("the certificate chain is longer than an issuer permits"),
        webpki::Error::NameConstraintViolation => return text("the issuer is not permitted to certify this host name"),
        webpki::Error::UnsupportedSignatureAlgorithmContext(_)
        | webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)
        | webpki::Error::SignatureAlgorithmMismatch => {
            return text("the certificate is signed with an unsupported algorithm (SHA-1, MD5 or another)");
        }
        webpki::Error::UnsupportedCriticalExtension => return text("the certificate has an unknown critical extension"),
        webpki::Error::UnsupportedCertVersion => return text("expected a certificate of X.509 version 3"),
        _ => return text("the certificate is rejected"),
    };
    Error::InvalidCertificate(named)
}

fn text(text: &str) -> Error {
    Error::General(String::from(text))
}
