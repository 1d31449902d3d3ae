//! Proxies before this server, and what they are believed to say about their clients: which certificate a client showed
//! (RFC 9440), and from which address it comes (RFC 7239). From anybody else such headers are ignored.

mod address;
mod certificate;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, str::FromStr as _, sync::Arc};

use actix_web::{HttpRequest, dev::Extensions, http::header::HeaderName};

pub use self::address::AddressHeader;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::address::read as told_address;
use crate::{network::Network, tls::PeerCertificate};

/// Proxies, and the headers in which they are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies {
    addresses: Vec<Network>,
    certificates_in: Option<HeaderName>,
    clients_in: Option<AddressHeader>,
}

/// The name is not one of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a header, such as client-cert")]
pub struct HeaderNameError;

impl Proxies {
    /// Proxies at these addresses. Nothing is believed of them yet.
    #[must_use]
    pub const fn at(addresses: Vec<Network>) -> Self {
        Self {
            addresses,
            certificates_in: None,
            clients_in: None,
        }
    }

    /// They say in this header which certificate a client showed (RFC 9440).
    ///
    /// # Errors
    /// When no header can have that name.
    pub fn with_certificates_in(self, header: &str) -> Result<Self, HeaderNameError> {
        let header = HeaderName::from_str(header).map_err(|_| HeaderNameError)?;
        Ok(Self {
            certificates_in: Some(header),
            ..self
        })
    }

    /// They say in this header from which address a client comes.
    #[must_use]
    pub fn with_clients_in(self, header: AddressHeader) -> Self {
        Self {
            clients_in: Some(header),
            ..self
        }
    }

    fn hold(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|proxy| proxy.holds(address))
    }
}

/// The other end of a connection is one of these proxies.
struct Behind(Arc<Proxies>);

/// Notes whether the other end of a new connection is a proxy.
pub(crate) fn note(peer: IpAddr, proxies: &Arc<Proxies>, data: &mut Extensions) {
    if proxies.hold(peer) {
        data.insert(Behind(Arc::clone(proxies)));
    }
}

/// The certificate that the client of a proxy showed.
pub(crate) fn shown_certificate(request: &HttpRequest) -> Option<PeerCertificate> {
    let Behind(proxies) = request.conn_data()?;
    let header = proxies.certificates_in.as_ref()?;
    certificate::read(request.headers(), header)
}

/// The network address of whoever sent this request: the other end of the connection, or, if that is a proxy, the address
/// that it tells. If what it tells is of another form, its own; then it was not set up as the settings say.
pub(crate) fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let told = request.conn_data().and_then(|Behind(proxies)| {
        let header = proxies.clients_in?;
        let told = address::read(request.headers(), header, |address| proxies.hold(address));
        told.unwrap_or_else(|malformed| {
            tracing::warn!(header = %header.name(), "{malformed}");
            None
        })
    });
    Some(told.unwrap_or(peer))
}
