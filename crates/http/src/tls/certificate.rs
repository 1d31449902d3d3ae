//! The server's certificate and its key, which can be replaced while connections are taken.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use freigabe_domain::instant::Instant;
use rustls::{
    Error as TlsError,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use x509_cert::{Certificate, der::Decode as _, time::Time};

use super::provider;

/// Why a certificate and a key can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// What should be a certificate is none.
    #[error("{0}")]
    Certificate(String),
    /// What should be a key is none.
    #[error("{0}")]
    Key(String),
    /// Each is sound, but they don't belong together.
    #[error("the key does not belong to the certificate that stands first")]
    Mismatch,
}

/// The time in which a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Its begin.
    pub not_before: Instant,
    /// Its end.
    pub not_after: Instant,
}

/// The certificate that the server shows, with its chain and its key.
pub struct ServerCertificate {
    shown: RwLock<Shown>,
}

#[derive(Clone)]
struct Shown {
    key: Arc<CertifiedKey>,
    validity: Validity,
}

impl ServerCertificate {
    /// Reads a chain of certificates, the server's own first, and the key of that one; both in PEM.
    ///
    /// # Errors
    /// When one of them can't be used, or they don't belong together.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let shown = RwLock::new(Shown::from_pem(chain, key)?);
        Ok(Self { shown })
    }

    /// Shows another certificate from now on. Open connections go on as they are.
    ///
    /// # Errors
    /// When one of them can't be used, or they don't belong together; then the old one stays.
    pub fn replace(&self, chain: &[u8], key: &[u8]) -> Result<(), CertificateError> {
        let new = Shown::from_pem(chain, key)?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// When the certificate that is shown now is valid.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.shown().validity
    }

    fn shown(&self) -> Shown {
        self.shown
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerCertificate")
            .field("validity", &self.validity())
            .finish_non_exhaustive()
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown().key)
    }
}

impl Shown {
    fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| CertificateError::Certificate(format!("is not PEM: {error:?}")))?;
        let own = chain.first().ok_or_else(|| {
            CertificateError::Certificate(
                "holds no certificate in PEM (-----BEGIN CERTIFICATE-----)".to_owned(),
            )
        })?;
        let validity = validity(own)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
            CertificateError::Key(match error {
                pem::Error::NoItemsFound => {
                    "holds no private key in PEM (-----BEGIN PRIVATE KEY-----)".to_owned()
                }
                // The error's own text could repeat a part of the file.
                _ => "is not sound PEM".to_owned(),
            })
        })?;
        let key = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
            TlsError::InconsistentKeys(_) => CertificateError::Mismatch,
            TlsError::InvalidCertificate(error) => {
                CertificateError::Certificate(format!("holds no usable certificate: {error:?}"))
            }
            error => CertificateError::Key(format!(
                "holds no usable key ({error}); RSA from 2048 bits, P-256, P-384, P-521 and Ed25519 are known"
            )),
        })?;
        Ok(Self {
            key: Arc::new(key),
            validity,
        })
    }
}

fn validity(certificate: &CertificateDer<'_>) -> Result<Validity, CertificateError> {
    let certificate = Certificate::from_der(certificate).map_err(|error| {
        CertificateError::Certificate(format!("holds what is no X.509 certificate: {error}"))
    })?;
    let validity = certificate.tbs_certificate().validity();
    Ok(Validity {
        not_before: instant(validity.not_before),
        not_after: instant(validity.not_after),
    })
}

fn instant(time: Time) -> Instant {
    let micros = i64::try_from(time.to_unix_duration().as_micros()).unwrap_or(i64::MAX);
    Instant::from_unix_micros(micros)
}
