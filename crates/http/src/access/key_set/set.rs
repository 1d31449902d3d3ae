//! A key set as it is published (RFC 7517 §5), and the keys in it that can be used here.

use std::sync::Arc;

use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::super::client_key::VerifyingKey;
use crate::json;

/// Keys in a set at most, those that can't be used counted.
const MOST_KEYS: usize = 32;

/// Why a text is no key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::access) enum NotAKeySet {
    /// Not JSON, a member that stands twice, or no array `keys`.
    #[error("it is not a JSON object with an array `keys`")]
    Form,
    /// Too many keys.
    #[error("it holds more than {MOST_KEYS} keys")]
    TooMany,
}

/// The keys of a set that can be used.
pub(super) struct KeySet {
    keys: Vec<Arc<VerifyingKey>>,
    skipped: usize,
}

impl KeySet {
    /// Reads a set. Keys that can't be used are left out (RFC 7517 §5), and so are those that share their `kid` with
    /// another that could be: nobody can tell which of them is meant.
    pub(super) fn read(text: &[u8]) -> Result<Self, NotAKeySet> {
        let Ok(Value::Object(mut set)) = json::parse(text) else {
            return Err(NotAKeySet::Form);
        };
        let Some(Value::Array(members)) = set.remove("keys") else {
            return Err(NotAKeySet::Form);
        };
        if members.len() > MOST_KEYS {
            return Err(NotAKeySet::TooMany);
        }
        let usable: Vec<VerifyingKey> = members.iter().filter_map(usable).collect();
        let is_ambiguous: Vec<bool> = usable
            .iter()
            .map(|key| {
                let same = |other: &&VerifyingKey| other.key_id == key.key_id;
                key.key_id.is_some() && usable.iter().filter(same).count() > 1
            })
            .collect();
        let keys: Vec<_> = usable
            .into_iter()
            .zip(is_ambiguous)
            .filter(|(_, is_ambiguous)| !is_ambiguous)
            .map(|(key, _)| Arc::new(key))
            .collect();
        let skipped = members.len().saturating_sub(keys.len());
        Ok(Self { keys, skipped })
    }

    /// The key with this `kid`; without one, the only key there is for the algorithm.
    pub(super) fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Option<Arc<VerifyingKey>> {
        let mut fitting = self.keys.iter().filter(|key| {
            key.algorithm == algorithm && (kid.is_none() || key.key_id.as_deref() == kid)
        });
        let found = fitting.next()?;
        fitting.next().is_none().then(|| Arc::clone(found))
    }

    /// How many keys can be used.
    pub(super) const fn len(&self) -> usize {
        self.keys.len()
    }

    /// How many can't.
    pub(super) const fn skipped(&self) -> usize {
        self.skipped
    }
}

fn usable(member: &Value) -> Option<VerifyingKey> {
    let jwk = member.as_object()?;
    if !may_verify(jwk) {
        return None;
    }
    VerifyingKey::from_set(jwk).ok()
}

/// Whether `key_ops`, when it is there, names the verification of signatures (RFC 7517 §4.3).
fn may_verify(jwk: &Map<String, Value>) -> bool {
    jwk.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|operations| operations.iter().any(|operation| operation == "verify"))
    })
}
