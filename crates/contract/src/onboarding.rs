//! Who takes part: organisations, their clients, invitations. For the operator.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{AdditionalProperties, Type},
    },
};
use uuid::Uuid;

use crate::{
    ClientId, OfficeId, ShortText, Timestamp,
    page::page,
    text::PRINTABLE,
    vocabulary::{AccessScope, DataProtectionRegime, Role},
};

/// An organisation that is to take part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::add_organisation))]
pub struct AddOrganisation {
    /// What it is in the agreement. It never changes.
    pub role: Role,
    /// Its name, for people.
    pub name: ShortText,
    /// The police office of the directory that it is: needed for the role `office`, and to be left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub office: Option<OfficeId>,
    /// The data-protection law it falls under. Default: `bdsg` for the role `office`, `gdpr` for every other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub regime: Option<DataProtectionRegime>,
}

/// An organisation that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::organisation))]
pub struct Organisation {
    /// Its identifier.
    pub id: Uuid,
    /// What it is in the agreement.
    pub role: Role,
    /// Its name, for people.
    pub name: ShortText,
    /// The police office it is; absent for every other role than `office`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub office: Option<OfficeId>,
    /// The data-protection law it falls under.
    pub regime: DataProtectionRegime,
}

page! {
    /// A page of organisations, in the order of their identifiers: the oldest first.
    OrganisationPage of Organisation
}

/// The organisation may register one client with this identifier, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::invite_client))]
pub struct InviteClient {
    /// The identifier that the client will have.
    pub client_id: ClientId,
    /// What it will be allowed. Without it: all that its organisation's role may ever do, in versions to come as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<BTreeSet<AccessScope>>, min_items = 1, max_items = 21)]
    pub scopes: Option<Vec<AccessScope>>,
}

/// An invitation, to be handed to the organisation. The token stands in this answer and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::invitation))]
pub struct Invitation {
    /// The identifier that the client will have.
    pub client_id: ClientId,
    /// The organisation that it will speak for.
    pub organisation_id: Uuid,
    /// What the organisation registers its client with, once: the initial access token of RFC 7591 §3. Whoever has it can
    /// register in the organisation's place, so it goes to the organisation alone, in a way that keeps it secret.
    #[schema(pattern = "^[0-9a-f]{64}$", min_length = 64, max_length = 64)]
    pub registration_token: String,
    /// Where the client is registered.
    pub registration_endpoint: String,
    /// The token is good until then, by the database's clock.
    pub expires_at: Timestamp,
    /// What the client will be allowed; absent: all that its organisation's role may ever do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<BTreeSet<AccessScope>>, max_items = 21)]
    pub scopes: Option<Vec<AccessScope>>,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("client_id", &self.client_id)
            .field("organisation_id", &self.organisation_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A client whose credential is known already. Its identifier stands in the path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::add_client, crate::examples::add_client_of_issuer))]
pub struct AddClient {
    /// The organisation that it will speak for.
    pub organisation_id: Uuid,
    /// By what it is known.
    pub credential: ClientCredential,
    /// What it will be allowed. Without it: all that its organisation's role may ever do, in versions to come as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<BTreeSet<AccessScope>>, min_items = 1, max_items = 21)]
    pub scopes: Option<Vec<AccessScope>>,
}

/// What a client is to be known by from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::replace_client_credential))]
pub struct ReplaceClientCredential {
    /// By what it is known.
    pub credential: ClientCredential,
}

/// What a client is to be allowed from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::set_client_scopes))]
pub struct SetClientScopes {
    /// The scopes. `null`, which must be written: all that its organisation's role may ever do, in versions to come as well.
    #[schema(required = true, value_type = Option<BTreeSet<AccessScope>>, min_items = 1, max_items = 21)]
    pub scopes: Option<Vec<AccessScope>>,
}

/// A client: one system of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::registered_client))]
pub struct RegisteredClient {
    /// OAuth client identifier.
    pub client_id: ClientId,
    /// The organisation that it speaks for.
    pub organisation_id: Uuid,
    /// That organisation's role.
    pub role: Role,
    /// By what it is known.
    pub credential: ClientCredential,
    /// What it was given; absent: all that its organisation's role may ever do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<BTreeSet<AccessScope>>, max_items = 21)]
    pub scopes: Option<Vec<AccessScope>>,
    /// What that comes to in this version: the scopes that its tokens can have.
    #[schema(value_type = BTreeSet<AccessScope>, max_items = 21)]
    pub allowed: Vec<AccessScope>,
    /// Whether it is let in; `false` while it is suspended.
    pub active: bool,
}

page! {
    /// A page of clients, in the order of their identifiers.
    RegisteredClientPage of RegisteredClient
}

/// By what a client is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientCredential {
    /// One public key, kept here: it signs its assertions with the private one (RFC 7523).
    Jwk {
        /// The public key.
        jwk: PublicJwk,
    },
    /// Public keys that the organisation publishes itself, and can change without the operator (RFC 7591).
    JwksUri {
        /// Where: an `https` address without a user and a fragment.
        #[schema(pattern = "^[!-~]+$", min_length = 1, max_length = 500)]
        jwks_uri: String,
    },
    /// It gets its tokens from another issuer that this installation trusts.
    Issuer {
        /// The issuer (`iss`), exactly as its tokens name it.
        #[schema(pattern = "^[!-~]+$", min_length = 1, max_length = 200)]
        issuer: String,
        /// The client's identifier there (`client_id`). No two clients here have the same.
        #[schema(pattern = "^[!-~]+$", min_length = 1, max_length = 200)]
        issuer_client_id: String,
    },
}

/// A public key as JSON Web Key (RFC 7517): Ed25519 (for `EdDSA`), P-256 (for `ES256`) or RSA of 2048 to 4096 bits (for `PS256`).
///
/// A key that is sent may have other members, which are not kept (RFC 7517 §4), but none that only a private key has.
/// `Debug` shows nothing of it: a private key may have been put here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicJwk(pub Map<String, Value>);

impl PublicJwk {
    /// Reads a JSON Web Key; none when it is no JSON object.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match serde_json::from_str(text) {
            Ok(Value::Object(members)) => Some(Self(members)),
            _ => None,
        }
    }

    /// The key as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

impl std::fmt::Debug for PublicJwk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicJwk")
    }
}

impl PartialSchema for PublicJwk {
    fn schema() -> RefOr<Schema> {
        let member = |about: &str, most: usize| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some(PRINTABLE))
                .max_length(Some(most))
                .description(Some(about))
        };
        ObjectBuilder::new()
            .description(Some(
                "A public key as JSON Web Key (RFC 7517): Ed25519 (for `EdDSA`), P-256 (for `ES256`) or RSA of 2048 to 4096 bits \
                 with the exponent 65537 (for `PS256`). Other members are not kept; members that only private keys have are refused.",
            ))
            .property("kty", member("Key type: `OKP`, `EC` or `RSA`.", 8))
            .property("crv", member("Curve: `Ed25519` or `P-256`.", 16))
            .property("x", member("Of Ed25519 and P-256: base64url.", 64))
            .property("y", member("Of P-256: base64url.", 64))
            .property("n", member("Of RSA, the modulus: base64url.", 700))
            .property("e", member("Of RSA, the exponent: `AQAB`.", 8))
            .property("alg", member("`EdDSA` or `Ed25519`, `ES256`, `PS256`.", 16))
            .property("use", member("`sig`", 8))
            .property("kid", member("Its identifier, which assertions then name.", 128))
            .required("kty")
            .max_properties(Some(20))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
            .examples([crate::examples::public_jwk()])
            .into()
    }
}

impl ToSchema for PublicJwk {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_a_registration_token_nor_a_key() {
        let mut invitation = crate::examples::invitation();
        invitation["registration_token"] = "ca".repeat(32).into();
        let invitation: Invitation = serde_json::from_value(invitation).unwrap();
        let shown = format!("{invitation:?}");
        assert!(
            shown.contains("hafenlicht-akte") && !shown.contains("caca"),
            "{shown}"
        );
        let key = PublicJwk::parse(r#"{"kty":"OKP","d":"canary"}"#).unwrap();
        assert_eq!(format!("{key:?}"), "PublicJwk");
        assert_eq!(PublicJwk::parse("[]"), None);
        assert_eq!(PublicJwk::parse(&key.to_json()), Some(key));
    }
}
