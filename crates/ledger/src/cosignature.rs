//! Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519): "at this time, this was the largest tree of this log
//! that I have seen, and it grew out of all the smaller ones".

use std::fmt;

use zeroize::Zeroizing;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::{KeyError, KeyType, PrivateKey, PublicKey};
use crate::note::{Note, NoteError, Signature};

/// The latest time that a cosignature may state, in seconds.
const MAX_TIME: u64 = i64::MAX as u64;

/// A key that verifies cosignatures, type `0x04`. Two are equal if name and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignatureVerifier(PublicKey);

impl CosignatureVerifier {
    /// Reads a verifier key, `NAME+ID+base64(0x04 ‖ public key)`.
    ///
    /// # Errors
    ///
    /// See [`KeyError`].
    pub fn parse(vkey: &str) -> Result<Self, KeyError> {
        PublicKey::parse(vkey, KeyType::Cosignature).map(Self)
    }

    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The key's id.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.0.id
    }

    /// The Ed25519 public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether this witness cosigned the checkpoint in this note, and when: seconds since 1970-01-01 UTC, by the
    /// witness's clock.
    ///
    /// # Errors
    ///
    /// [`NoteError::BadSignature`] when a signature claims to be by it and is wrong.
    pub fn cosigned(&self, note: &Note) -> Result<Option<u64>, NoteError> {
        note.each_claimed(&self.0, |signature| self.time_of(note.text(), signature))
    }

    /// Whether a signature line is this witness's cosignature of a checkpoint's text, and of when.
    #[must_use]
    pub fn verify(&self, text: &str, signature: &Signature) -> Option<u64> {
        signature
            .claims(&self.0)
            .then(|| self.time_of(text, signature))
            .flatten()
    }

    fn time_of(&self, text: &str, signature: &Signature) -> Option<u64> {
        let (time, signature) = signature.bytes().split_first_chunk::<8>()?;
        let time = Some(u64::from_be_bytes(*time)).filter(|time| *time <= MAX_TIME)?;
        let signature = signature.try_into().ok()?;
        let message = message(time, text);
        self.0
            .verifies(message.as_bytes(), signature)
            .then_some(time)
    }
}

impl fmt::Display for CosignatureVerifier {
    /// The verifier key that [`CosignatureVerifier::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for CosignatureVerifier {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        Self::parse(vkey)
    }
}

/// A witness's key. It must sign nothing but cosignatures of one witness. Its `Debug` shows the public half.
#[derive(Debug, Clone)]
pub struct CosignatureSigner {
    key: PrivateKey,
    verifier: CosignatureVerifier,
}

impl CosignatureSigner {
    /// Makes a key of a name and a seed, 32 random bytes that are the Ed25519 private key (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    ///
    /// [`KeyError::BadName`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        PrivateKey::from_seed(name, KeyType::Cosignature, seed).map(Self::new)
    }

    /// Reads a signer key, `PRIVATE+KEY+NAME+ID+base64(0x04 ‖ seed)`.
    ///
    /// # Errors
    ///
    /// See [`KeyError`].
    pub fn parse(skey: &str) -> Result<Self, KeyError> {
        PrivateKey::parse(skey, KeyType::Cosignature).map(Self::new)
    }

    fn new(key: PrivateKey) -> Self {
        let verifier = CosignatureVerifier(key.public().clone());
        Self { key, verifier }
    }

    /// The signer key that [`CosignatureSigner::parse`] reads. It is the secret itself: for a file that only the
    /// witness may read.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.key.to_text()
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &CosignatureVerifier {
        &self.verifier
    }

    /// Cosigns a checkpoint at a time, in seconds since 1970-01-01 UTC. The caller answers for it that this is the
    /// largest tree of the log that was seen, and that it was recorded before: see [`crate::witness`].
    ///
    /// # Errors
    ///
    /// When the checkpoint's text would not be read, or the time is beyond 2^63 − 1.
    pub fn cosign(&self, checkpoint: &Checkpoint, time: u64) -> Result<Signature, CheckpointError> {
        let text = checkpoint.to_string();
        Checkpoint::parse(&text)?;
        if time > MAX_TIME {
            return Err(CheckpointError::Malformed);
        }
        let signature = self.key.sign(message(time, &text).as_bytes());
        let bytes = [time.to_be_bytes().as_slice(), &signature].concat();
        Ok(Signature::new(self.key.public(), bytes))
    }
}

/// What a witness signs. The first line keeps it apart from all other notes.
fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}
