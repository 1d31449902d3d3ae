//! What the authorization server publishes about itself.

use actix_web::{get, web};
use freigabe_contract::access::{CLIENT_CREDENTIALS, JwkSet, ServerMetadata};
use freigabe_domain::access::AccessScope;

use super::{ALGORITHMS, REGISTRATION};
use crate::{reply::Reply, state::HttpState};

/// Describe the authorization server
///
/// Metadata after RFC 8414.
#[utoipa::path(
    operation_id = "getServerMetadata",
    tag = "access",
    responses((status = 200, description = "The metadata.", body = ServerMetadata))
)]
#[get("/.well-known/oauth-authorization-server")]
pub(super) async fn get_server_metadata(state: web::Data<HttpState>) -> Reply<ServerMetadata> {
    let issuer = state.issuer.issuer();
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
    Reply::ok(ServerMetadata {
        issuer: issuer.to_owned(),
        token_endpoint: format!("{issuer}/oauth2/token"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        registration_endpoint: format!("{issuer}{REGISTRATION}"),
        response_types_supported: Vec::new(),
        grant_types_supported: texts(&[CLIENT_CREDENTIALS]),
        scopes_supported: AccessScope::ALL
            .iter()
            .map(|scope| scope.code().to_owned())
            .collect(),
        token_endpoint_auth_methods_supported: texts(&["private_key_jwt"]),
        token_endpoint_auth_signing_alg_values_supported: texts(ALGORITHMS),
        dpop_signing_alg_values_supported: texts(ALGORITHMS),
        tls_client_certificate_bound_access_tokens: true,
        service_documentation: format!("{issuer}/docs/"),
    })
}

/// List the public keys of the issuer
///
/// Access tokens are signed with one of them (RFC 7517).
#[utoipa::path(
    operation_id = "getJwks",
    tag = "access",
    responses((status = 200, description = "The keys.", body = JwkSet))
)]
#[get("/.well-known/jwks.json")]
pub(super) async fn get_jwks(state: web::Data<HttpState>) -> Reply<JwkSet> {
    Reply::ok(state.issuer.jwks())
}
