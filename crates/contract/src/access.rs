//! Access: the token endpoint and its documents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The only grant type.
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// The header in which a client says on whose behalf it calls.
pub const USER: &str = "Freigabe-User";
/// The only way for a client to prove who it is (RFC 7523).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client sends to the token endpoint, as a form (RFC 6749 §4.4 with RFC 7523).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials`
    #[schema(pattern = "^client_credentials$", max_length = 64)]
    pub grant_type: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    #[schema(
        pattern = "^urn:ietf:params:oauth:client-assertion-type:jwt-bearer$",
        max_length = 100
    )]
    pub client_assertion_type: String,
    /// A JWT signed by the client: `iss` = `sub` = its client id, `aud` exactly the issuer, `exp` at most 300 seconds ahead,
    /// `iat`, and a `jti` that is used once.
    #[schema(min_length = 1, max_length = 8000)]
    pub client_assertion: String,
    /// The client's identifier; when sent, it must be the assertion's `sub`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64)]
    pub client_id: Option<String>,
    /// The scopes that the token is to have, with a space between them; none may be missing among those that the client was
    /// given. Without it: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 400)]
    pub scope: Option<String>,
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest").finish_non_exhaustive()
    }
}

/// An access token (RFC 6749 §5.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenResponse {
    /// The token: a JWT (RFC 9068).
    pub access_token: String,
    /// How it is presented: `DPoP` with a proof of possession (RFC 9449); `Bearer` over a connection with the
    /// certificate that it is bound to (RFC 8705), or in development.
    pub token_type: String,
    /// Its lifetime in seconds.
    pub expires_in: u32,
    /// What it is good for: scopes with a space between them (RFC 6749 §3.3). This server always says it; other issuers
    /// may leave it out when it is what was asked for (§5.1).
    #[serde(default)]
    #[schema(required = true)]
    pub scope: String,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse")
            .field("token_type", &self.token_type)
            .field("expires_in", &self.expires_in)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Why there is no token (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenError {
    /// `invalid_request`, `invalid_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_dpop_proof`,
    /// `use_dpop_nonce`, or `temporarily_unavailable`.
    pub error: String,
    /// In English, for developers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error_description: Option<String>,
}

/// What the authorization server offers (RFC 8414).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServerMetadata {
    /// The issuer: the audience of client assertions.
    pub issuer: String,
    /// Where tokens are issued.
    pub token_endpoint: String,
    /// Where the issuer's public keys are.
    pub jwks_uri: String,
    /// Where whoever was invited registers a client (RFC 7591).
    pub registration_endpoint: String,
    /// No response types: there is no authorization endpoint.
    pub response_types_supported: Vec<String>,
    /// Grant types.
    pub grant_types_supported: Vec<String>,
    /// Scopes.
    pub scopes_supported: Vec<String>,
    /// How clients prove who they are.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Algorithms of client assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// Algorithms of proofs of possession (RFC 9449 §5.1).
    pub dpop_signing_alg_values_supported: Vec<String>,
    /// Without a proof of possession, tokens are bound to the client's TLS certificate (RFC 8705 §3.3).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// Where the API is described.
    pub service_documentation: String,
}

/// Public keys (RFC 7517).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JwkSet {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public key for Ed25519 (RFC 8037).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// Key type: `OKP`.
    pub kty: String,
    /// Curve: `Ed25519`.
    pub crv: String,
    /// The public key, base64url.
    pub x: String,
    /// Its identifier: the thumbprint of RFC 7638.
    pub kid: String,
    /// Algorithm: `EdDSA`.
    pub alg: String,
    /// Use: `sig`.
    #[serde(rename = "use")]
    pub usage: String,
}

/// Whether the service is alive, or ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`; or `log_stopped`: requests are answered, but the disclosure log has stopped.
    pub status: String,
}
