//! Settings of TLS and of client certificates, as far as they depend on each other.

use freigabe_http::tls::ForwardedBy;
use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError};

/// Which certificates of clients the TLS listener takes. None is ever required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ClientCertificatePolicy {
    /// Ask for none.
    None,
    /// Those that an authority in tls_client_ca_file issued.
    Ca,
    /// Every one whose owner proves to have its key, self-signed ones too (RFC 8705).
    Any,
}

impl Settings {
    /// Which certificates of clients are taken: what is set, and otherwise what follows from the file of authorities.
    #[must_use]
    pub fn client_certificates(&self) -> ClientCertificatePolicy {
        self.tls_client_certificates
            .unwrap_or(if self.tls_client_ca_file.is_some() {
                ClientCertificatePolicy::Ca
            } else {
                ClientCertificatePolicy::None
            })
    }

    /// The proxies that say which certificate their clients showed.
    ///
    /// # Errors
    /// When only one of the two settings is there, or the header's name is none.
    pub fn forwarded_by(&self) -> Result<Option<ForwardedBy>, SettingsError> {
        let senseless = |name, problem| Err(SettingsError::Senseless { name, problem });
        match (
            &self.proxy_client_certificate_header,
            self.proxy_addresses.is_empty(),
        ) {
            (None, true) => Ok(None),
            (None, false) => senseless(
                "proxy_addresses",
                "is set, but no header in which these proxies say which certificate a client showed; set proxy_client_certificate_header as well, or remove it",
            ),
            (Some(_), true) => senseless(
                "proxy_client_certificate_header",
                "is set, but not from whom it is believed; set proxy_addresses as well",
            ),
            (Some(header), false) => ForwardedBy::new(header, self.proxy_addresses.clone())
                .map(Some)
                .or_else(|_| {
                    senseless(
                        "proxy_client_certificate_header",
                        "must be the name of a header, such as client-cert",
                    )
                }),
        }
    }
}

pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let senseless = |name, problem| Err(SettingsError::Senseless { name, problem });
    match (&settings.tls_certificate_file, &settings.tls_key_file) {
        (Some(_), None) => {
            return senseless(
                "tls_certificate_file",
                "is set, but not the file of its key; set tls_key_file as well",
            );
        }
        (None, Some(_)) => {
            return senseless(
                "tls_key_file",
                "is set, but not the file of its certificate; set tls_certificate_file as well",
            );
        }
        (None, None) => {
            let without = "needs a TLS listener; set tls_certificate_file and tls_key_file as well";
            if settings.tls_client_ca_file.is_some() {
                return senseless("tls_client_ca_file", without);
            }
            if settings.client_certificates() != ClientCertificatePolicy::None {
                return senseless("tls_client_certificates", without);
            }
        }
        (Some(_), Some(_)) => {
            let plain = |url: &String| url.starts_with("http://");
            if settings.public_url.as_ref().is_some_and(plain) {
                return senseless(
                    "public_url",
                    "must begin with https:// when there is a TLS certificate",
                );
            }
        }
    }
    let by_authorities = settings.client_certificates() == ClientCertificatePolicy::Ca;
    if by_authorities && settings.tls_client_ca_file.is_none() {
        return senseless(
            "tls_client_certificates",
            "is \"ca\", but no authority is named; set tls_client_ca_file as well",
        );
    }
    if !by_authorities && settings.tls_client_ca_file.is_some() {
        return senseless(
            "tls_client_ca_file",
            "is set, but tls_client_certificates says that no authority counts; keep one of them",
        );
    }
    settings.forwarded_by().map(|_| ())
}
