//! Which certificates of clients are taken.

use std::sync::Arc;

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    },
    pki_types::{CertificateDer, UnixTime, pem::PemObject as _},
    server::{
        NoClientAuth, ParsedCertificate, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

/// Which certificates of clients are taken. None is ever required: what a request may do is decided by its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCertificates {
    /// None is asked for.
    None,
    /// Those that an authority of this list issued (PEM). Whoever shows another gets no connection.
    Authorities(Vec<u8>),
    /// Every one whose owner proves to have its key, self-signed ones too (RFC 8705 §2.2, §3): the token says which it is
    /// bound to. Who issued the certificate and when it ends does not matter.
    Any,
}

/// The authorities of client certificates can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AuthorityError(String);

impl AuthorityError {
    pub(super) const fn new(problem: String) -> Self {
        Self(problem)
    }
}

impl ClientCertificates {
    pub(super) fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ClientCertVerifier>, AuthorityError> {
        match self {
            Self::None => Ok(Arc::new(NoClientAuth)),
            Self::Any => Ok(Arc::new(AnyCertificate {
                algorithms: provider.signature_verification_algorithms,
            })),
            Self::Authorities(pem) => {
                let roots = authorities(pem)?;
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                    .allow_unauthenticated()
                    .build()
                    .map_err(|error| AuthorityError(error.to_string()))
            }
        }
    }
}

fn authorities(pem: &[u8]) -> Result<RootCertStore, AuthorityError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|error| AuthorityError(format!("is not PEM: {error:?}")))?;
        roots.add(certificate).map_err(|error| {
            AuthorityError(format!(
                "holds a certificate that can't be an authority: {error}"
            ))
        })?;
    }
    if roots.is_empty() {
        return Err(AuthorityError(
            "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)".to_owned(),
        ));
    }
    Ok(roots)
}

/// Takes every certificate whose key signed the handshake.
#[derive(Debug)]
struct AnyCertificate {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    /// It must be a certificate. That its owner has the key is shown by the signature over the handshake, below.
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        ParsedCertificate::try_from(end_entity)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
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
