//! Other issuers whose tokens are taken, and from where key sets are fetched.

use std::{fmt, net::IpAddr, str::FromStr};

use freigabe_domain::{access::Role, ids::OrganisationId};
use freigabe_http::{KeySetUri, TrustedIssuer, TrustedIssuerError};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Another issuer whose tokens are taken (RFC 9068), and for whom it may speak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedIssuerSettings {
    /// Its name, exactly as in its tokens (`iss`).
    pub issuer: String,
    /// Where it publishes its keys (`jwks_uri`).
    pub key_set_uri: KeySetUri,
    /// Roles that its clients may have.
    pub roles: Vec<Role>,
    /// Organisations that it may speak for.
    pub organisations: Vec<Uuid>,
}

impl TrustedIssuerSettings {
    /// The issuer as it is described.
    ///
    /// # Errors
    /// When that makes no sense.
    pub fn issuer(&self) -> Result<TrustedIssuer, TrustedIssuerError> {
        let organisations = self.organisations.iter().copied();
        TrustedIssuer::new(
            self.issuer.clone(),
            self.key_set_uri.clone(),
            self.roles.clone(),
            organisations.map(OrganisationId::from_uuid).collect(),
        )
    }
}

/// A network of one's own from which key sets may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OwnNetwork(IpNet);

/// Not a network of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address or a network of your own, such as 10.3.0.7 or 10.3.0.0/16")]
pub struct OwnNetworkError;

impl OwnNetwork {
    /// The network.
    #[must_use]
    pub const fn get(self) -> IpNet {
        self.0
    }
}

impl FromStr for OwnNetwork {
    type Err = OwnNetworkError;
    fn from_str(text: &str) -> Result<Self, OwnNetworkError> {
        text.parse::<IpAddr>()
            .map(|address| IpNet::from(address.to_canonical()))
            .or_else(|_| text.parse::<IpNet>())
            .ok()
            // Everywhere would be no guard at all.
            .filter(|network| network.prefix_len() > 0)
            .map(Self)
            .ok_or(OwnNetworkError)
    }
}

impl TryFrom<String> for OwnNetwork {
    type Error = OwnNetworkError;
    fn try_from(text: String) -> Result<Self, OwnNetworkError> {
        text.parse()
    }
}

impl From<OwnNetwork> for String {
    fn from(network: OwnNetwork) -> Self {
        network.to_string()
    }
}

impl fmt::Display for OwnNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
