//! Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature.

use std::fmt;

use zeroize::Zeroizing;

use crate::key::{KeyError, KeyType, PrivateKey, PublicKey};
use crate::text;

/// The longest note that is read, in bytes.
pub const MAX_NOTE_LENGTH: usize = 1_000_000;

/// The most signatures of a note that is read.
pub const MAX_SIGNATURES: usize = 100;

/// What every signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// Why a note cannot be read, made or trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not the form of a note: text, empty line, signature lines.
    #[error("not a signed note")]
    Malformed,
    /// Longer than [`MAX_NOTE_LENGTH`], or more than [`MAX_SIGNATURES`].
    #[error("the note is too long or has too many signatures")]
    TooLong,
    /// A text to be signed does not end in a newline or holds other control characters.
    #[error("a note's text ends in a newline and has no other control characters")]
    BadText,
    /// A note is signed by at least one key.
    #[error("there is no key to sign with")]
    NoSigner,
    /// A signature of a known key does not fit the text.
    #[error("the signature of {name} is wrong")]
    BadSignature {
        /// The key's name.
        name: String,
    },
    /// None of the signatures is by a known key.
    #[error("no known key signed the note")]
    Unverified,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    name: String,
    key_id: u32,
    bytes: Vec<u8>,
}

impl Signature {
    pub(crate) fn new(key: &PublicKey, bytes: Vec<u8>) -> Self {
        Self {
            name: key.name.clone(),
            key_id: key.id,
            bytes,
        }
    }

    /// Reads one signature line, without its newline.
    ///
    /// # Errors
    ///
    /// [`NoteError::Malformed`] when it is none.
    pub fn parse_line(line: &str) -> Result<Self, NoteError> {
        let parse = || {
            let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
            let bytes = text::from_base64(encoded)?;
            let (id, bytes) = bytes.split_first_chunk::<4>()?;
            (text::is_key_name(name) && !bytes.is_empty()).then(|| Self {
                name: name.to_owned(),
                key_id: u32::from_be_bytes(*id),
                bytes: bytes.to_vec(),
            })
        };
        parse().ok_or(NoteError::Malformed)
    }

    /// Reads signature lines, each with its newline, such as a witness answers.
    ///
    /// # Errors
    ///
    /// [`NoteError::Malformed`] when there is none or one is none, [`NoteError::TooLong`] when there are too many.
    pub fn parse_lines(lines: &str) -> Result<Vec<Self>, NoteError> {
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::TooLong);
        }
        lines.split('\n').map(Self::parse_line).collect()
    }

    /// The name of the key that claims to have signed.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id, which together with its name says which key and which kind of signature it is.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key_id
    }

    /// What follows the key's id.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether this claims to be by the key.
    pub(crate) fn claims(&self, key: &PublicKey) -> bool {
        self.name == key.name && self.key_id == key.id
    }
}

impl fmt::Display for Signature {
    /// The signature line, without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoded = text::base64(&[self.key_id.to_be_bytes().as_slice(), &self.bytes].concat());
        write!(f, "{SIGNATURE_PREFIX}{} {encoded}", self.name)
    }
}

/// A note as it was read or made. That it could be read says nothing about who signed it: see [`Note::open`].
///
/// `Display` writes exactly the bytes that [`Note::parse`] reads. Signatures of keys that nobody here knows are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    // INVARIANT: ends in a newline and holds no other control character.
    text: String,
    // INVARIANT: not empty, at most MAX_SIGNATURES; all of the note has at most MAX_NOTE_LENGTH bytes.
    signatures: Vec<Signature>,
}

impl Note {
    /// Refuses what would not be read again.
    fn within_bounds(text: String, signatures: Vec<Signature>) -> Result<Self, NoteError> {
        let note = Self { text, signatures };
        if note.signatures.len() > MAX_SIGNATURES || note.to_string().len() > MAX_NOTE_LENGTH {
            return Err(NoteError::TooLong);
        }
        Ok(note)
    }

    /// Reads a note.
    ///
    /// # Errors
    ///
    /// [`NoteError::Malformed`] and [`NoteError::TooLong`].
    pub fn parse(note: impl AsRef<[u8]>) -> Result<Self, NoteError> {
        let note = note.as_ref();
        if note.len() > MAX_NOTE_LENGTH {
            return Err(NoteError::TooLong);
        }
        let note = std::str::from_utf8(note).map_err(|_| NoteError::Malformed)?;
        // The last empty line is the one in front of the signatures.
        let (text, signatures) = note
            .rfind("\n\n")
            .and_then(|at| Some((note.get(..=at)?, note.get(at + 2..)?)))
            .ok_or(NoteError::Malformed)?;
        if !is_text(text) {
            return Err(NoteError::Malformed);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures: Signature::parse_lines(signatures)?,
        })
    }

    /// Signs a text with each of these keys. While a key is being replaced, the old and the new one sign.
    ///
    /// # Errors
    ///
    /// [`NoteError::BadText`], [`NoteError::NoSigner`], [`NoteError::TooLong`].
    pub fn sign(text: impl Into<String>, signers: &[&NoteSigner]) -> Result<Self, NoteError> {
        let text = text.into();
        if !is_text(&text) {
            return Err(NoteError::BadText);
        }
        if signers.is_empty() {
            return Err(NoteError::NoSigner);
        }
        let signatures = signers.iter().map(|signer| signer.sign(&text)).collect();
        Self::within_bounds(text, signatures)
    }

    /// The signed text, which ends in a newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All signatures, known and unknown, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a signature at the end, such as a witness's. One by the same key is replaced in its place.
    ///
    /// # Errors
    ///
    /// [`NoteError::TooLong`] when the note would have more than [`MAX_SIGNATURES`], or be longer than [`MAX_NOTE_LENGTH`]; then it
    /// is as it was.
    pub fn add(&mut self, signature: Signature) -> Result<(), NoteError> {
        let same_key = |other: &&mut Signature| {
            other.name == signature.name && other.key_id == signature.key_id
        };
        let mut signatures = self.signatures.clone();
        match signatures.iter_mut().find(same_key) {
            Some(other) => *other = signature,
            None => signatures.push(signature),
        }
        *self = Self::within_bounds(self.text.clone(), signatures)?;
        Ok(())
    }

    /// Verifies the note: which of these keys signed it. Signatures of other keys are not looked at.
    ///
    /// # Errors
    ///
    /// [`NoteError::Unverified`] when none did; [`NoteError::BadSignature`] when a signature claims to be by one of
    /// them and is wrong, even if others are right.
    pub fn open<'v>(
        &self,
        verifiers: impl IntoIterator<Item = &'v NoteVerifier>,
    ) -> Result<Vec<&'v NoteVerifier>, NoteError> {
        let mut signed_by = Vec::new();
        for verifier in verifiers {
            if verifier.signed(self)? {
                signed_by.push(verifier);
            }
        }
        if signed_by.is_empty() {
            return Err(NoteError::Unverified);
        }
        Ok(signed_by)
    }

    /// Whether a key signed: `verify` is asked about each signature that claims to be by it. One that is wrong is
    /// an error, whatever stands beside it.
    pub(crate) fn each_claimed<T>(
        &self,
        key: &PublicKey,
        verify: impl Fn(&Signature) -> Option<T>,
    ) -> Result<Option<T>, NoteError> {
        let mut verified = None;
        for signature in self
            .signatures
            .iter()
            .filter(|signature| signature.claims(key))
        {
            let found = verify(signature).ok_or_else(|| NoteError::BadSignature {
                name: key.name.clone(),
            })?;
            verified.get_or_insert(found);
        }
        Ok(verified)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl std::str::FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        Self::parse(note)
    }
}

fn is_text(text: &str) -> bool {
    text.ends_with('\n') && !text.chars().any(|c| c != '\n' && text::is_forbidden(c))
}

/// A key that verifies notes: Ed25519 over the text, type `0x01`. Two are equal if name and key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteVerifier(PublicKey);

impl NoteVerifier {
    /// Reads a verifier key, `NAME+ID+base64(0x01 ‖ public key)`.
    ///
    /// # Errors
    ///
    /// See [`KeyError`].
    pub fn parse(vkey: &str) -> Result<Self, KeyError> {
        PublicKey::parse(vkey, KeyType::Note).map(Self)
    }

    /// The key's name; for a log's key, its origin.
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

    /// Whether this key signed the note.
    ///
    /// # Errors
    ///
    /// [`NoteError::BadSignature`] when a signature claims to be by it and is wrong.
    pub fn signed(&self, note: &Note) -> Result<bool, NoteError> {
        let verify = |signature: &Signature| {
            let bytes = signature.bytes().try_into().ok()?;
            self.0.verifies(note.text().as_bytes(), bytes).then_some(())
        };
        Ok(note.each_claimed(&self.0, verify)?.is_some())
    }
}

impl fmt::Display for NoteVerifier {
    /// The verifier key that [`NoteVerifier::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for NoteVerifier {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        Self::parse(vkey)
    }
}

/// A key that signs notes. Its `Debug` shows the public half.
#[derive(Debug, Clone)]
pub struct NoteSigner {
    key: PrivateKey,
    verifier: NoteVerifier,
}

impl NoteSigner {
    /// Makes a key of a name and a seed, 32 random bytes that are the Ed25519 private key (RFC 8032, section 5.1.5).
    ///
    /// # Errors
    ///
    /// [`KeyError::BadName`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        PrivateKey::from_seed(name, KeyType::Note, seed).map(Self::new)
    }

    /// Reads a signer key, `PRIVATE+KEY+NAME+ID+base64(0x01 ‖ seed)`, as Go's `sumdb/note` writes it.
    ///
    /// # Errors
    ///
    /// See [`KeyError`].
    pub fn parse(skey: &str) -> Result<Self, KeyError> {
        PrivateKey::parse(skey, KeyType::Note).map(Self::new)
    }

    fn new(key: PrivateKey) -> Self {
        let verifier = NoteVerifier(key.public().clone());
        Self { key, verifier }
    }

    /// The signer key that [`NoteSigner::parse`] reads. It is the secret itself: for a file that only the log may
    /// read.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.key.to_text()
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &NoteVerifier {
        &self.verifier
    }

    fn sign(&self, text: &str) -> Signature {
        Signature::new(self.key.public(), self.key.sign(text.as_bytes()).to_vec())
    }
}
