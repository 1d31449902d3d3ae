//! Registration by whoever was invited: OAuth 2.0 Dynamic Client Registration (RFC 7591).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ClientId, onboarding::PublicJwk};

/// The only way for a client to prove who it is at the token endpoint (RFC 7523).
pub const PRIVATE_KEY_JWT: &str = "private_key_jwt";

/// What a client says about itself (RFC 7591 §2): its key, or where its keys are; one of the two.
///
/// Members that do not stand here, such as `client_name` and `contacts`, are ignored and not kept, as RFC 7591 §2 demands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::client_metadata))]
pub struct ClientMetadata {
    /// Its one public key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub jwks: Option<ClientKeys>,
    /// Where its organisation publishes its public keys: an `https` address without a user and a fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        pattern = "^[!-~]+$",
        min_length = 1,
        max_length = 500
    )]
    pub jwks_uri: Option<String>,
    /// `private_key_jwt`, also without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub token_endpoint_auth_method: Option<String>,
    /// `client_credentials` alone, also without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 10)]
    pub grant_types: Option<Vec<String>>,
    /// To be left out: the invitation says what the client may do, and the answer repeats it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 400)]
    pub scope: Option<String>,
}

impl ClientMetadata {
    /// Of a client with this public key.
    #[must_use]
    pub fn with_key(key: PublicJwk) -> Self {
        Self {
            jwks: Some(ClientKeys { keys: vec![key] }),
            ..Self::default()
        }
    }

    /// Of a client whose organisation publishes its public keys at this address.
    #[must_use]
    pub fn with_keys_at(jwks_uri: impl Into<String>) -> Self {
        Self {
            jwks_uri: Some(jwks_uri.into()),
            ..Self::default()
        }
    }
}

/// A key set (RFC 7517 §5) with one public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientKeys {
    /// The key.
    #[schema(min_items = 1, max_items = 1)]
    pub keys: Vec<PublicJwk>,
}

/// A client that was registered (RFC 7591 §3.2.1). It has no secret: it signs in with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::client_registration))]
pub struct ClientRegistration {
    /// Its identifier, as the invitation said.
    pub client_id: ClientId,
    /// When, in seconds since 1970 (UTC), by the server's clock.
    pub client_id_issued_at: i64,
    /// `private_key_jwt`
    pub token_endpoint_auth_method: String,
    /// `client_credentials`
    pub grant_types: Vec<String>,
    /// What it may do: scopes with a space between them (RFC 6749 §3.3).
    pub scope: String,
    /// Its one public key, as it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub jwks: Option<ClientKeys>,
    /// Where its organisation publishes its public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub jwks_uri: Option<String>,
}

/// Why there is no registration (RFC 7591 §3.2.2; RFC 6750 §3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegistrationError {
    /// `invalid_client_metadata`, `invalid_token`, `server_error`, or `temporarily_unavailable`.
    pub error: String,
    /// In English, for developers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error_description: Option<String>,
}
