//! Proofs of possession (RFC 9449) made by hand: good ones, and ones with a single fault.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_client::{ClientKeyPair, RandomSource as _, SystemRandom};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::machine::machine_time;

/// A proof that can be changed before it is signed.
#[derive(Debug, Clone)]
#[must_use]
pub struct Proof {
    key: ClientKeyPair,
    /// Its header.
    pub header: Value,
    /// Its claims.
    pub claims: Value,
}

/// A good proof by this key for this request, but for the nonce.
///
/// # Panics
/// When there is no randomness.
pub fn proof(key: &ClientKeyPair, method: &str, url: &str) -> Proof {
    let mut jwk: Value = serde_json::from_str(&key.public_jwk()).expect("a JWK");
    if let Some(members) = jwk.as_object_mut() {
        members.retain(|name, _| matches!(name.as_str(), "kty" | "crv" | "x"));
    }
    let mut id = [0_u8; 16];
    SystemRandom.fill(&mut id).expect("randomness");
    Proof {
        key: key.clone(),
        header: json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk }),
        claims: json!({
            "jti": URL_SAFE_NO_PAD.encode(id),
            "htm": method,
            "htu": url,
            "iat": machine_time().unix_timestamp(),
        }),
    }
}

impl Proof {
    /// For a request with this access token.
    pub fn token(self, token: &str) -> Self {
        use sha2::Digest as _;
        let hash = sha2::Sha256::digest(token);
        self.claim("ath", json!(URL_SAFE_NO_PAD.encode(hash)))
    }

    /// With the nonce that the server wants.
    pub fn nonce(self, nonce: &str) -> Self {
        self.claim("nonce", json!(nonce))
    }

    /// With another claim.
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    /// Without a claim.
    ///
    /// # Panics
    /// Never: the claims are an object.
    pub fn without(mut self, name: &str) -> Self {
        self.claims.as_object_mut().expect("an object").remove(name);
        self
    }

    /// With another member of the header.
    pub fn header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    /// Signs it.
    ///
    /// # Panics
    /// When it can't be signed.
    #[must_use]
    pub fn sign(&self) -> String {
        self.sign_as(&self.header.to_string(), &self.claims.to_string())
    }

    /// Signs these texts instead, whatever they are.
    ///
    /// # Panics
    /// When they can't be signed.
    #[must_use]
    pub fn sign_as(&self, header: &str, claims: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", part(header), part(claims));
        let key = EncodingKey::from_ed_der(&self.key.pkcs8_der());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA);
        format!("{message}.{}", signature.expect("a signature"))
    }
}
