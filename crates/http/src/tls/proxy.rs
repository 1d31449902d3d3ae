//! Client certificates that a proxy before this server vouches for (RFC 9440).

use std::{fmt, net::IpAddr, str::FromStr};

use actix_web::http::header::{HeaderMap, HeaderName};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ipnet::IpNet;
use rustls::{pki_types::CertificateDer, server::ParsedCertificate};
use serde::{Deserialize, Serialize};

use super::PeerCertificate;

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
    #[error("must not be the whole internet: everybody could then claim any client certificate")]
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

/// Proxies that say which certificate their clients showed, and the header in which they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForwardedBy {
    header: HeaderName,
    proxies: Vec<ProxyAddress>,
}

/// The name is not one of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the name of a header, such as client-cert")]
pub struct ForwardingError;

impl ForwardedBy {
    /// Believes these proxies what they say in this header.
    ///
    /// # Errors
    /// When no header can have that name.
    pub fn new(header: &str, proxies: Vec<ProxyAddress>) -> Result<Self, ForwardingError> {
        let header = HeaderName::from_str(header).map_err(|_| ForwardingError)?;
        Ok(Self { header, proxies })
    }

    pub(super) fn believes(&self, peer: IpAddr) -> bool {
        self.proxies.iter().any(|proxy| proxy.holds(peer))
    }

    /// The certificate in the header, if the header stands exactly once and holds one.
    ///
    /// Twice means that a client sent one as well and the proxy only added its own: then neither is believed.
    pub(super) fn certificate(&self, headers: &HeaderMap) -> Option<PeerCertificate> {
        let mut values = headers.get_all(&self.header);
        let value = values.next()?;
        // What a proxy writes whose template always puts the colons: its client showed none.
        let shown = value.as_bytes() != b"::";
        let certificate = values
            .next()
            .is_none()
            .then(|| value.to_str().ok().and_then(byte_sequence))
            .flatten()
            .filter(|der| ParsedCertificate::try_from(&CertificateDer::from(&**der)).is_ok());
        if certificate.is_none() && shown {
            tracing::warn!(
                header = %self.header,
                "the proxy's header does not hold exactly one certificate as RFC 9440 says and is ignored"
            );
        }
        certificate.map(|der| PeerCertificate::of_der(&der))
    }
}

/// A byte sequence of a structured field (RFC 8941 §3.3.5), without parameters.
fn byte_sequence(text: &str) -> Option<Vec<u8>> {
    let inside = text
        .trim_matches(' ')
        .strip_prefix(':')?
        .strip_suffix(':')?;
    STANDARD.decode(inside).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_or_a_network_but_not_everybody() {
        let holds = |network: &str, address: &str| {
            let network: ProxyAddress = network.parse().unwrap();
            network.holds(address.parse().unwrap())
        };
        assert!(holds("10.1.2.3", "10.1.2.3"));
        assert!(holds("10.1.2.3", "::ffff:10.1.2.3"));
        assert!(holds("::ffff:10.1.2.3", "10.1.2.3"));
        assert!(holds("10.1.2.0/28", "10.1.2.15"));
        assert!(holds("fd00::/64", "fd00::7"));
        assert!(!holds("10.1.2.3", "10.1.2.4"));
        assert!(!holds("10.1.2.0/28", "10.1.2.16"));
        assert!(!holds("fd00::/64", "10.1.2.3"));
        for (text, error) in [
            ("proxy.example", ProxyAddressError::Form),
            ("10.1.2.3/33", ProxyAddressError::Form),
            ("", ProxyAddressError::Form),
            ("0.0.0.0/0", ProxyAddressError::Everybody),
            ("::/0", ProxyAddressError::Everybody),
        ] {
            assert_eq!(text.parse::<ProxyAddress>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_byte_sequence_stands_between_colons() {
        assert_eq!(byte_sequence(":Zm9v:"), Some(b"foo".to_vec()));
        assert_eq!(byte_sequence(" :Zm9v: "), Some(b"foo".to_vec()));
        for other in [
            "Zm9v",
            ":Zm9v",
            ":",
            ":Zm9v:;a=1",
            ":Zm9v:, :Zm9v:",
            ":Zm-v:",
            "\"Zm9v\"",
        ] {
            assert_eq!(byte_sequence(other), None, "{other:?}");
        }
    }
}
