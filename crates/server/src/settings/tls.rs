//! Settings of TLS and of client certificates, as far as they depend on each other.

use freigabe_http::proxy::{AddressHeader, Proxies};
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

/// The header in which proxies say from which address a client comes. Only one is believed: a proxy that writes one of them
/// passes the other on as its client sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyAddressHeader {
    /// Forwarded (RFC 7239).
    Forwarded,
    /// X-Forwarded-For.
    XForwardedFor,
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

    /// The proxies before the server, and what is believed of what they say about their clients.
    ///
    /// # Errors
    /// When there are proxies of whom nothing is believed, or something is believed of nobody, or a header's name is none.
    pub fn proxies(&self) -> Result<Option<Proxies>, SettingsError> {
        let senseless = |name, problem| Err(SettingsError::Senseless { name, problem });
        let certificates_in = &self.proxy_client_certificate_header;
        let nobody = "is set, but not from whom it is believed; set proxy_addresses as well";
        if self.proxy_addresses.is_empty() {
            return match (certificates_in, self.proxy_address_header) {
                (Some(_), _) => senseless("proxy_client_certificate_header", nobody),
                (None, Some(_)) => senseless("proxy_address_header", nobody),
                (None, None) => Ok(None),
            };
        }
        if certificates_in.is_none() && self.proxy_address_header.is_none() {
            return senseless(
                "proxy_addresses",
                "is set, but no header in which these proxies say something about their clients; set proxy_address_header or proxy_client_certificate_header as well, or remove it",
            );
        }
        let mut proxies = Proxies::at(self.proxy_addresses.clone());
        if let Some(header) = certificates_in {
            proxies =
                proxies
                    .with_certificates_in(header)
                    .map_err(|_| SettingsError::Senseless {
                        name: "proxy_client_certificate_header",
                        problem: "must be the name of a header, such as client-cert",
                    })?;
        }
        if let Some(header) = self.proxy_address_header {
            proxies = proxies.with_clients_in(match header {
                ProxyAddressHeader::Forwarded => AddressHeader::Forwarded,
                ProxyAddressHeader::XForwardedFor => AddressHeader::XForwardedFor,
            });
        }
        Ok(Some(proxies))
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
    settings.proxies().map(|_| ())
}
