//! Proxies before this server, and what they are believed to say about their clients: which certificate a client showed
//! (RFC 9440), and from which address it comes (RFC 7239). From anybody else such headers are ignored.

mod address;
mod certificate;
#[cfg(test)]
mod tests;

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc};

use actix_web::{HttpRequest, dev::Extensions, http::header::HeaderName};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

pub use self::address::AddressHeader;
use crate::tls::PeerCertificate;

/// An address of a proxy, or a network in which only proxies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProxyAddress(IpNet);

/// Not the address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyAddressError {
    /// Not an address at all.
    #[error("must be an IP address or a network, such as 127.0.0.1 or 10.1.2.0/28")]
    Form,
    /// Every address there is.
    #[error(
        "must not be the whole internet: everybody could then claim any client certificate and any address"
    )]
    Everybody,
}

impl ProxyAddress {
    fn holds(self, address: IpAddr) -> bool {
        // A socket for both families shows IPv4 addresses in IPv6 form.
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for ProxyAddress {
    type Err = ProxyAddressError;
    fn from_str(text: &str) -> Result<Self, ProxyAddressError> {
        let network = text
            .parse::<IpAddr>()
            .map(|address| IpNet::from(address.to_canonical()))
            .or_else(|_| text.parse::<IpNet>())
            .map_err(|_| ProxyAddressError::Form)?;
        if network.prefix_len() == 0 {
            return Err(ProxyAddressError::Everybody);
        }
        Ok(Self(network))
    }
}

impl TryFrom<String> for ProxyAddress {
    type Error = ProxyAddressError;
    fn try_from(text: String) -> Result<Self, ProxyAddressError> {
        text.parse()
    }
}

impl From<ProxyAddress> for String {
    fn from(address: ProxyAddress) -> Self {
        address.to_string()
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Proxies, and the headers in which they are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies {
    addresses: Vec<ProxyAddress>,
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
    pub const fn at(addresses: Vec<ProxyAddress>) -> Self {
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
