//! A TLS session: rustls's unbuffered state machine, with byte vectors as input and output.

use crate::error::{Error, Kind};
use crate::secure::{Progress, Secure};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::ServerName;
use rustls::unbuffered::{ConnectionState, EncodeError, EncryptError, UnbufferedStatus};
use rustls::{AlertDescription, CertificateError, ClientConfig, InvalidMessage};

/// Maximum length of the data in one record, in bytes (RFC 8446, section 5.1).
const RECORD_BYTES_MAX: usize = 1 << 14;
/// Length of a record's header, content type and tag, in bytes.
const OVERHEAD_BYTES: usize = 5 + 1 + 16;

/// A session with one host.
pub(super) struct Session {
    connection: UnbufferedClientConnection,
    host: String,
    progress: Progress,
}

impl Session {
    pub(super) fn new(config: Arc<ClientConfig>, name: ServerName<'static>, host: &str) -> Result<Self, Error> {
        let connection = UnbufferedClientConnection::new(config, name).map_err(|error| failure(host, &error))?;
        Ok(Self { connection, host: String::from(host), progress: Progress::default() })
    }

    /// Performs one step of the state machine. Returns `true` if another step may be possible
    /// without more bytes.
    fn step(&mut self, received: &mut Vec<u8>, plain: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<bool, Error> {
        let UnbufferedStatus { discard, state } = self.connection.process_tls_records(received);
        let mut used = discard;
        let can_continue = match state.map_err(|error| failure(&self.host, &error)) {
            Ok(ConnectionState::ReadTraffic(mut traffic)) => {
                while let Some(record) = traffic.next_record() {
                    let record = record.map_err(|error| failure(&self.host, &error))?;
                    used += record.discard;
                    plain.extend_from_slice(record.payload);
                }
                true
            }
            Ok(ConnectionState::EncodeTlsData(mut data)) => {
                let start = to_send.len();
                if let Err(EncodeError::InsufficientSize(size)) = data.encode(&mut []) {
                    to_send.resize(start + size.required_size, 0);
                    data.encode(to_send.get_mut(start..).unwrap_or_default()).map_err(|_| self::lost(&self.host))?;
                }
                true
            }
            Ok(ConnectionState::TransmitTlsData(data)) => {
                data.done(); // the caller sends `to_send`
                true
            }
            Ok(ConnectionState::PeerClosed) => {
                self.progress.is_closed = true;
                true
            }
            Ok(ConnectionState::WriteTraffic(_)) => {
                self.progress.is_open = true;
                false
            }
            Ok(_) => false,
            Err(error) => {
                // The remaining bytes must stay: rustls has recorded the positions of messages in
                // them.
                received.drain(..used.min(received.len()));
                return Err(error);
            }
        };
        received.drain(..used.min(received.len()));
        Ok(can_continue)
    }
}

impl Secure for Session {
    #[inline(never)]
    fn advance(&mut self, received: &mut Vec<u8>, plain: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<Progress, Error> {
        loop {
            match self.step(received, plain, to_send) {
                Ok(true) => {}
                Ok(false) => return Ok(self.progress),
                Err(error) => {
                    // Append the alert for the peer. Afterwards rustls must not be called: it would
                    // continue reading, fail again, and assert that there is no second alert.
                    while self.connection.wants_write()
                        && let UnbufferedStatus { state: Ok(ConnectionState::EncodeTlsData(mut data)), discard } =
                            self.connection.process_tls_records(received)
                    {
                        let start = to_send.len();
                        let Err(EncodeError::InsufficientSize(size)) = data.encode(&mut []) else { break };
                        to_send.resize(start + size.required_size, 0);
                        if data.encode(to_send.get_mut(start..).unwrap_or_default()).is_err() {
                            break;
                        }
                        received.drain(..discard.min(received.len()));
                    }
                    received.clear();
                    return Err(error);
                }
            }
        }
    }

    #[inline(never)]
    fn encrypt(&mut self, plain: &[u8], received: &mut Vec<u8>, to_send: &mut Vec<u8>) -> Result<(), Error> {
        for part in plain.chunks(RECORD_BYTES_MAX) {
            // The bytes that `advance` did not consume may contain a part of a message whose
            // position rustls has recorded.
            let UnbufferedStatus { state: Ok(ConnectionState::WriteTraffic(mut traffic)), discard } =
                self.connection.process_tls_records(received)
            else {
                return Err(lost(&self.host));
            };
            let start = to_send.len();
            to_send.resize(start + part.len() + OVERHEAD_BYTES, 0);
            let mut written = traffic.encrypt(part, to_send.get_mut(start..).unwrap_or_default());
            if let Err(EncryptError::InsufficientSize(size)) = &written {
                to_send.resize(start + size.required_size, 0); // a key update is sent first
                written = traffic.encrypt(part, to_send.get_mut(start..).unwrap_or_default());
            }
            to_send.truncate(start + written.map_err(|_| lost(&self.host))?);
            received.drain(..discard.min(received.len()));
        }
        Ok(())
    }
}

fn lost(host: &str) -> Error {
    Error::new(Kind::ConnectionLost, &[host, ": the TLS session was closed"])
}

/// Converts an error of rustls to a message with its cause and, if there is one, its remedy.
#[inline(never)]
fn failure(host: &str, error: &rustls::Error) -> Error {
    let cause = match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::Expired => "the certificate has expired",
            CertificateError::NotValidYet => "the certificate is not valid yet",
            CertificateError::NotValidForName => "the certificate is not valid for this host name",
            CertificateError::UnknownIssuer => {
                "the certificate is not issued under a known root; set SSL_CERT_FILE (AWS_CA_BUNDLE for AWS) to a PEM file of roots, or configure the server to send its intermediate certificates"
            }
            CertificateError::BadSignature => "a certificate or the handshake has an invalid signature, or a key is too short",
            CertificateError::InvalidPurpose => "the certificate is not valid for servers",
            CertificateError::BadEncoding => "the certificate cannot be parsed",
            _ => "the certificate is rejected",
        },
        // The message of the verifier.
        rustls::Error::General(cause) => cause,
        rustls::Error::NoCertificatesPresented => "the server sent no certificate",
        rustls::Error::DecryptError => "a received record failed authentication",
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) | rustls::Error::PeerIncompatible(_) => {
            "the server supports none of this client's TLS 1.3 parameters"
        }
        rustls::Error::AlertReceived(AlertDescription::HandshakeFailure) => "the server rejected the handshake",
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "the server requires a client certificate, which is not supported"
        }
        rustls::Error::AlertReceived(_) => "the server closed the TLS session with an alert",
        rustls::Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge | InvalidMessage::CertificatePayloadTooLarge) => {
            "the certificates of the server exceed 64 KiB"
        }
        rustls::Error::InvalidMessage(_) => "the server sent data that is not TLS; check the scheme and port of the URL",
        _ => "the server violated the TLS protocol",
    };
    Error::new(Kind::Tls, &["TLS with ", host, ": ", cause])
}
