//! Tokens that nobody was given.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_client::{ClientKeyPair, SystemRandom};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value};

/// Changes tokens and signs them again with the server's own key, to show that the signature is not all that counts.
pub struct TokenForge {
    key: EncodingKey,
}

impl TokenForge {
    pub(crate) fn new(pkcs8: &[u8]) -> Self {
        Self {
            key: EncodingKey::from_ed_der(pkcs8),
        }
    }

    /// The genuine token with other claims, well signed.
    ///
    /// # Panics
    /// When the token is not one.
    #[must_use]
    pub fn changed(&self, genuine: &str, change: impl FnOnce(&mut Map<String, Value>)) -> String {
        let mut claims = claims_of(genuine);
        change(&mut claims);
        sign(&header_of(genuine), &claims, &self.key)
    }

    /// These texts as header and claims, whatever they are, well signed.
    ///
    /// # Panics
    /// When they can't be signed.
    #[must_use]
    pub fn signed(&self, header: &str, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.key, Algorithm::EdDSA);
        format!("{message}.{}", signature.expect("a signature"))
    }

    /// The genuine token with another header, well signed.
    ///
    /// # Panics
    /// When the token is not one.
    #[must_use]
    pub fn with_header(&self, genuine: &str, change: impl FnOnce(&mut Header)) -> String {
        let mut header = header_of(genuine);
        change(&mut header);
        sign(&header, &claims_of(genuine), &self.key)
    }
}

/// The genuine token's claims under somebody else's signature.
///
/// # Panics
/// When the token is not one.
#[must_use]
pub fn signed_by_another_key(genuine: &str) -> String {
    let key = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
    sign(
        &header_of(genuine),
        &claims_of(genuine),
        &EncodingKey::from_ed_der(&key.pkcs8_der()),
    )
}

/// The genuine token's claims without a signature (`alg` none).
///
/// # Panics
/// When the token is not one.
#[must_use]
pub fn unsigned(genuine: &str) -> String {
    let mut header: Map<String, Value> = part(genuine, 0);
    header.insert("alg".to_owned(), "none".into());
    let encode =
        |part: &Map<String, Value>| URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("JSON"));
    format!("{}.{}.", encode(&header), encode(&claims_of(genuine)))
}

/// A token's claims.
///
/// # Panics
/// When the token is not one.
#[must_use]
pub fn claims_of(token: &str) -> Map<String, Value> {
    part(token, 1)
}

/// A token's header.
///
/// # Panics
/// When the token is not one.
#[must_use]
pub fn header_members(token: &str) -> Map<String, Value> {
    part(token, 0)
}

fn header_of(token: &str) -> Header {
    jsonwebtoken::decode_header(token).expect("a token's header")
}

fn part(token: &str, index: usize) -> Map<String, Value> {
    let part = token.split('.').nth(index).expect("a token of three parts");
    let json = URL_SAFE_NO_PAD.decode(part).expect("Base64url");
    serde_json::from_slice(&json).expect("JSON")
}

fn sign(header: &Header, claims: &Map<String, Value>, key: &EncodingKey) -> String {
    debug_assert_eq!(header.alg, Algorithm::EdDSA);
    jsonwebtoken::encode(header, claims, key).expect("a signed token")
}

/// A client assertion (RFC 7523) with whatever claims, signed by the client's own key.
///
/// # Panics
/// When it can't be signed.
#[must_use]
pub fn assertion(key: &ClientKeyPair, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(key.key_id());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ed_der(&key.pkcs8_der()))
        .expect("a signed assertion")
}
