//! Other issuers whose tokens are taken.

use freigabe_domain::{access::Role, ids::OrganisationId};
use freigabe_http::{KeySetUri, TrustedIssuer};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Settings, SettingsError};

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

impl Settings {
    /// The other issuers as they are described.
    ///
    /// # Errors
    /// When a description makes no sense.
    pub fn issuers(&self) -> Result<Vec<TrustedIssuer>, SettingsError> {
        let issuer = |described: &TrustedIssuerSettings| {
            let organisations = described.organisations.iter().copied();
            TrustedIssuer::new(
                described.issuer.clone(),
                described.key_set_uri.clone(),
                described.roles.clone(),
                organisations.map(OrganisationId::from_uuid).collect(),
            )
            .map_err(|error| SettingsError::Issuer {
                issuer: described.issuer.clone(),
                error,
            })
        };
        self.trusted_issuers.iter().map(issuer).collect()
    }
}
