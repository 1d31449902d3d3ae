//! TLS: how a listener proves who the server is, and which certificate a client proved to own.
//!
//! A certificate matters here for one reason alone: an access token can be bound to its SHA-256 (RFC 8705 §3), and is then good
//! for nobody else. Where TLS ends in this program, the handshake shows the certificate. Where it ends in a proxy, the proxy
//! says it in a header (RFC 9440), and only a proxy that the settings name is believed.

mod certificate;
mod clients;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::{
    ServerConfig,
    crypto::{
        CryptoProvider,
        aws_lc_rs::{self, kx_group},
    },
    server::NoServerSessionStorage,
};
use sha2::{Digest as _, Sha256};

use crate::proxy::{self, Proxies};

pub use self::{
    certificate::{CertificateError, ServerCertificate, Validity},
    clients::{AuthorityError, ClientCertificates},
};

/// The certificate whose key the client proved to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificate {
    /// SHA-256 of the certificate's DER form, in base64url without padding: what a token says as `cnf` / `x5t#S256`.
    pub x5t_s256: String,
}

impl PeerCertificate {
    /// The certificate with this DER form.
    #[must_use]
    pub(crate) fn of_der(der: &[u8]) -> Self {
        Self {
            x5t_s256: URL_SAFE_NO_PAD.encode(Sha256::digest(der)),
        }
    }
}

/// The certificate of the client that sent this request, if it proved to own one.
///
/// What the TLS handshake of the connection showed counts before all else; a header is then not looked at. Without it, the
/// header of a configured proxy counts.
#[must_use]
pub fn peer_certificate(request: &HttpRequest) -> Option<PeerCertificate> {
    if let Some(shown) = request.conn_data::<PeerCertificate>() {
        return Some(shown.clone());
    }
    proxy::shown_certificate(request)
}

/// Notes what a new connection shows about the client.
pub(crate) fn note_peer(
    stream: &dyn std::any::Any,
    proxies: Option<&Arc<Proxies>>,
    data: &mut Extensions,
) {
    let (socket, shown) = if let Some(stream) = stream.downcast_ref::<TlsStream<TcpStream>>() {
        let (socket, session) = stream.get_ref();
        (Some(socket), session.peer_certificates())
    } else {
        (stream.downcast_ref::<TcpStream>(), None)
    };
    // INVARIANT: a certificate that stands here was verified in the handshake, the proof of its key included: rustls gives no
    // stream before that, and resumes no session here.
    if let Some(certificate) = shown.and_then(<[_]>::first) {
        data.insert(PeerCertificate::of_der(certificate));
    }
    let peer = socket.and_then(|socket| socket.peer_addr().ok());
    if let (Some(proxies), Some(peer)) = (proxies, peer) {
        proxy::note(peer.ip(), proxies, data);
    }
}

/// What a TLS listener needs.
#[derive(Clone)]
pub struct Tls(ServerConfig);

impl Tls {
    /// TLS with this certificate, which may be replaced while it is in use.
    ///
    /// TLS 1.3 only. The hybrid key exchange of X25519 and ML-KEM-768 is preferred, so that what is recorded today stays closed
    /// to tomorrow's quantum computers; X25519 and secp256r1 follow. Sessions are not resumed: each connection proves its
    /// client's key anew, and no node has to remember any.
    ///
    /// # Errors
    /// When the authorities of client certificates can't be used.
    pub fn new(
        certificate: Arc<ServerCertificate>,
        clients: &ClientCertificates,
    ) -> Result<Self, AuthorityError> {
        let provider = provider();
        let verifier = clients.verifier(&provider)?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| AuthorityError::new(error.to_string()))?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(certificate);
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self(config))
    }

    /// What the listener takes. The protocols of the application (h2, http/1.1) are added by it.
    pub(crate) fn into_config(self) -> ServerConfig {
        self.0
    }
}

/// The cryptography of TLS, with our choice of key exchanges.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        kx_groups: vec![
            kx_group::X25519MLKEM768,
            kx_group::X25519,
            kx_group::SECP256R1,
        ],
        ..aws_lc_rs::default_provider()
    })
}
