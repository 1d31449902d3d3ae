//! Ed25519 keys under a name, as C2SP signed-note writes them. What a key may sign is said by its type byte, which is
//! part of its id: a key of one type never verifies a signature of the other.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::text;

/// What an Ed25519 signature is made over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum KeyType {
    /// The note's text.
    Note = 0x01,
    /// A checkpoint with a time in front, by a witness.
    Cosignature = 0x04,
}

/// A text or bytes that are not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not three parts with a plus between them, or a part that is not what it should be.
    #[error("not a key: NAME+ID+KEY is expected, with 8 lower-case hexadecimal digits and base64")]
    Malformed,
    /// A name is empty or holds white space, a plus or a control character.
    #[error("a key's name is not empty and has no white space, plus or control characters")]
    BadName,
    /// The id is not the one that belongs to name, type and key.
    #[error("the key's id does not fit its name and bytes")]
    OtherId,
    /// The type byte asks for another kind of signature.
    #[error("a key of type {expected:#04x} is expected, found {found:#04x}")]
    OtherType {
        /// The type that is wanted: 1 signs notes, 4 cosigns checkpoints.
        expected: u8,
        /// The type of this key.
        found: u8,
    },
    /// The bytes are no point of the curve, or one under which anybody can sign.
    #[error("the bytes are no usable Ed25519 key")]
    Unusable,
}

/// A public key with its name and type.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    pub(crate) name: String,
    pub(crate) id: u32,
    key_type: KeyType,
    key: VerifyingKey,
}

impl PublicKey {
    fn new(name: &str, key_type: KeyType, key: VerifyingKey) -> Self {
        Self {
            name: name.to_owned(),
            id: key_id(name, key_type, key.as_bytes()),
            key_type,
            key,
        }
    }

    /// Reads `NAME+ID+base64(type ‖ key)`.
    pub(crate) fn parse(vkey: &str, key_type: KeyType) -> Result<Self, KeyError> {
        let (name, id, bytes) = parts(vkey, key_type)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Unusable)?;
        if key.is_weak() {
            return Err(KeyError::Unusable);
        }
        let key = Self::new(name, key_type, key);
        if key.id == id {
            Ok(key)
        } else {
            Err(KeyError::OtherId)
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether these 64 bytes are a signature of the message. Strict: of the spellings of a signature that RFC 8032
    /// leaves open, only the canonical one is taken.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.key.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_key(f, &self.name, self.id, self.key_type, self.as_bytes())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A private key with its public half. Its bytes are erased when it is dropped and never shown.
#[derive(Clone)]
pub(crate) struct PrivateKey {
    key: SigningKey,
    public: PublicKey,
}

impl PrivateKey {
    pub(crate) fn from_seed(
        name: &str,
        key_type: KeyType,
        seed: &[u8; 32],
    ) -> Result<Self, KeyError> {
        if !text::is_key_name(name) {
            return Err(KeyError::BadName);
        }
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey::new(name, key_type, key.verifying_key());
        Ok(Self { key, public })
    }

    /// Reads `PRIVATE+KEY+NAME+ID+base64(type ‖ seed)`; the id is the public key's.
    pub(crate) fn parse(skey: &str, key_type: KeyType) -> Result<Self, KeyError> {
        let rest = skey
            .strip_prefix(PRIVATE_PREFIX)
            .ok_or(KeyError::Malformed)?;
        let (name, id, mut seed) = parts(rest, key_type)?;
        let key = Self::from_seed(name, key_type, &seed);
        seed.zeroize();
        key.and_then(|key| {
            if key.public.id == id {
                Ok(key)
            } else {
                Err(KeyError::OtherId)
            }
        })
    }

    /// The text that [`PrivateKey::parse`] reads.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(
            [
                &[self.public.key_type as u8],
                self.key.as_bytes().as_slice(),
            ]
            .concat(),
        );
        let encoded = Zeroizing::new(text::base64(&bytes));
        let PublicKey { name, id, .. } = &self.public;
        Zeroizing::new(format!(
            "{PRIVATE_PREFIX}{name}+{id:08x}+{}",
            encoded.as_str()
        ))
    }

    pub(crate) const fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the private half of {}", self.public)
    }
}

/// What a private key's text begins with, so that it is not taken for a public one.
const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// Name, id and the 32 bytes after the type.
fn parts(written: &str, key_type: KeyType) -> Result<(&str, u32, [u8; 32]), KeyError> {
    // The name has no plus, base64 may have.
    let (name, rest) = written.split_once('+').ok_or(KeyError::Malformed)?;
    let (id, encoded) = rest.split_once('+').ok_or(KeyError::Malformed)?;
    if !text::is_key_name(name) {
        return Err(KeyError::BadName);
    }
    let id = text::key_id(id).ok_or(KeyError::Malformed)?;
    let bytes = Zeroizing::new(text::from_base64(encoded).ok_or(KeyError::Malformed)?);
    let (found, bytes) = bytes.split_first().ok_or(KeyError::Malformed)?;
    let expected = key_type as u8;
    if *found != expected {
        return Err(KeyError::OtherType {
            expected,
            found: *found,
        });
    }
    let bytes = bytes.try_into().map_err(|_| KeyError::Malformed)?;
    Ok((name, id, bytes))
}

/// `SHA-256(name ‖ 0x0A ‖ type ‖ public key)[..4]`, big-endian.
fn key_id(name: &str, key_type: KeyType, key: &[u8; 32]) -> u32 {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', key_type as u8])
        .chain_update(key)
        .finalize()
        .into();
    u32::from_be_bytes([a, b, c, d])
}

fn write_key(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    id: u32,
    key_type: KeyType,
    key: &[u8; 32],
) -> fmt::Result {
    let encoded = text::base64(&[&[key_type as u8], key.as_slice()].concat());
    write!(f, "{name}+{id:08x}+{encoded}")
}
