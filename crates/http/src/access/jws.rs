//! Compact JWS (RFC 7515), read strictly: nothing of it counts before the signature was verified with a key and an algorithm
//! that the caller chose. The library verifies signatures; the reading is here, so that a member of the wrong type or one
//! that stands twice is a fault and never taken as absent.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::MOST_TOKEN;
use crate::json;

/// A token whose signature was not verified yet.
pub(super) struct Unverified<'t> {
    header: Map<String, Value>,
    payload: &'t str,
    signed: &'t str,
    signature: &'t str,
}

/// Claims of a token whose signature was verified.
pub(super) struct Claims(Map<String, Value>);

impl<'t> Unverified<'t> {
    /// Takes a token apart.
    pub(super) fn read(token: &'t str) -> Option<Self> {
        if token.len() > MOST_TOKEN {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        if payload.contains('.') {
            return None;
        }
        let header = object(header)?;
        // No extension is understood, so none may be critical (RFC 7515 §4.1.11).
        if header.contains_key("crit") {
            return None;
        }
        Some(Self {
            header,
            payload,
            signed,
            signature,
        })
    }

    /// A text member of the header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// An object in the header.
    pub(super) fn header_object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.header.get(name)?.as_object()
    }

    /// Whether the header has a member.
    pub(super) fn has_header(&self, name: &str) -> bool {
        self.header.contains_key(name)
    }

    /// A text claim that nobody vouches for yet, only to find out whose key to verify with.
    pub(super) fn claimed(&self, name: &str) -> Option<String> {
        let claims = object(self.payload)?;
        claims.get(name)?.as_str().map(str::to_owned)
    }

    /// The algorithm that the header names, if it is one that is taken.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        match self.header("alg")? {
            // RFC 9864 gave EdDSA over Ed25519 a name of its own; both are in use.
            "EdDSA" | "Ed25519" => Some(Algorithm::EdDSA),
            "ES256" => Some(Algorithm::ES256),
            "PS256" => Some(Algorithm::PS256),
            _ => None,
        }
    }

    /// The claims, if the header names exactly this algorithm and the signature is by this key.
    pub(super) fn verify(self, key: &DecodingKey, algorithm: Algorithm) -> Option<Claims> {
        if self.algorithm() != Some(algorithm) {
            return None;
        }
        let genuine =
            jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm)
                .unwrap_or(false);
        if genuine {
            object(self.payload).map(Claims)
        } else {
            None
        }
    }
}

impl Claims {
    /// A claim that must be a text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A claim that must be a whole number: seconds since 1970 (`NumericDate`).
    pub(super) fn seconds(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.as_i64()
    }

    /// A claim that must be an object.
    pub(super) fn object(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0.get(name)?.as_object()
    }

    /// Whether a claim is there, of whatever type.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    match json::parse(&bytes) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}
