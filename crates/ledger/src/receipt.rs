//! Receipts: the log's signed promise that a leaf will be in the tree by a given time.
//!
//! A receipt is a signed note by the log's keys. Its text has four lines:
//!
//! ```text
//! freigabe-receipt/v1
//! example.org/log
//! AQEH6hWWk0dybmKfxgJdieWIXnzCwkYVM8JrKO8EHmYlyLhh
//! 2026-11-24T20:15:00Z
//! ```
//!
//! They are the format's name, the log's origin, the leaf's 36 bytes in base64, and the time by which the leaf is
//! merged. No receipt can be read as a checkpoint: its second line is no number.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

use crate::note::{Note, NoteError, NoteSigner, NoteVerifier};
use crate::{Leaf, LeafError, text};

/// The first line.
const FORMAT: &str = "freigabe-receipt/v1";

/// The last second that the text can say, 9999-12-31T23:59:59Z.
const LAST_SECOND: u64 = 253_402_300_799;

/// What the log promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The log's origin, which is its keys' name.
    pub origin: String,
    /// What will be in the tree.
    pub leaf: Leaf,
    /// By when, in seconds since 1970-01-01 UTC.
    pub merge_by: u64,
}

/// Why something is no receipt, or none of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not four lines, or one is not what it should be.
    #[error("not a receipt")]
    Malformed,
    /// The third line is no leaf.
    #[error("the receipt's leaf: {0}")]
    Leaf(#[from] LeafError),
    /// A key signs only for the log whose origin is its name.
    #[error("the key of {key} signs no receipt of {origin}")]
    OtherOrigin {
        /// The key's name.
        key: String,
        /// The receipt's origin.
        origin: String,
    },
    /// The note cannot be read, made or trusted.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Receipt {
    /// Signs the promise with all of the log's keys.
    ///
    /// # Errors
    ///
    /// When there is no key, or one has another name than the log's origin, when the origin is a number, or when
    /// the time is after the year 9999.
    pub fn sign(&self, signers: &[&NoteSigner]) -> Result<Note, ReceiptError> {
        for signer in signers {
            self.expect_origin(signer.verifier())?;
        }
        if !is_origin(&self.origin) || self.merge_by > LAST_SECOND {
            return Err(ReceiptError::Malformed);
        }
        Ok(Note::sign(self.to_string(), signers)?)
    }

    /// Verifies that a note is a receipt signed by one of these keys of the log.
    ///
    /// # Errors
    ///
    /// When the text is no receipt, when none of the keys signed, when a key that signed has another name than the
    /// receipt's origin, and when a signature that claims to be by one of them is wrong.
    pub fn open<'v>(
        note: &Note,
        verifiers: impl IntoIterator<Item = &'v NoteVerifier>,
    ) -> Result<Self, ReceiptError> {
        let receipt = Self::parse(note.text())?;
        for verifier in note.open(verifiers)? {
            receipt.expect_origin(verifier)?;
        }
        Ok(receipt)
    }

    /// Reads a receipt's text, the text of a note. Says nothing about who signed it.
    ///
    /// # Errors
    ///
    /// [`ReceiptError::Malformed`] and [`ReceiptError::Leaf`].
    pub fn parse(written: &str) -> Result<Self, ReceiptError> {
        let mut lines = written
            .strip_suffix('\n')
            .ok_or(ReceiptError::Malformed)?
            .split('\n');
        let mut line = || lines.next().ok_or(ReceiptError::Malformed);
        let (format, origin, leaf, merge_by) = (line()?, line()?, line()?, line()?);
        if format != FORMAT || !is_origin(origin) || lines.next().is_some() {
            return Err(ReceiptError::Malformed);
        }
        let leaf = text::from_base64(leaf).ok_or(ReceiptError::Malformed)?;
        Ok(Self {
            origin: origin.to_owned(),
            leaf: Leaf::decode(&leaf)?,
            merge_by: seconds(merge_by).ok_or(ReceiptError::Malformed)?,
        })
    }

    fn expect_origin(&self, key: &NoteVerifier) -> Result<(), ReceiptError> {
        if key.name() == self.origin {
            return Ok(());
        }
        Err(ReceiptError::OtherOrigin {
            key: key.name().to_owned(),
            origin: self.origin.clone(),
        })
    }
}

/// The note of a receipt for a header: base64url without padding (RFC 4648, section 5).
#[must_use]
pub fn to_header(note: &Note) -> String {
    URL_SAFE_NO_PAD.encode(note.to_string())
}

/// Reads what [`to_header`] writes.
///
/// # Errors
///
/// [`NoteError::Malformed`], [`NoteError::TooLong`].
pub fn from_header(value: &str) -> Result<Note, NoteError> {
    let note = URL_SAFE_NO_PAD
        .decode(value)
        .map_err(|_| NoteError::Malformed)?;
    Note::parse(note)
}

impl fmt::Display for Receipt {
    /// The four lines, each with its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORMAT}\n{}", self.origin)?;
        writeln!(f, "{}", text::base64(&self.leaf.encode()))?;
        // A later time has no text; such a receipt cannot be signed.
        let merge_by = rfc3339(self.merge_by.min(LAST_SECOND)).unwrap_or_default();
        writeln!(f, "{merge_by}")
    }
}

impl FromStr for Receipt {
    type Err = ReceiptError;

    fn from_str(written: &str) -> Result<Self, ReceiptError> {
        Self::parse(written)
    }
}

/// A key's name that is no number: a checkpoint has its size where a receipt has its origin.
fn is_origin(origin: &str) -> bool {
    text::is_key_name(origin) && !origin.bytes().all(|byte| byte.is_ascii_digit())
}

fn rfc3339(seconds: u64) -> Option<String> {
    let seconds = i64::try_from(seconds).ok()?;
    let time = UtcDateTime::from_unix_timestamp(seconds).ok()?;
    time.format(&Rfc3339).ok()
}

/// Reads a time in its one spelling: UTC with `Z`, whole seconds.
fn seconds(written: &str) -> Option<u64> {
    let time = UtcDateTime::parse(written, &Rfc3339).ok()?;
    let seconds = u64::try_from(time.unix_timestamp()).ok()?;
    (rfc3339(seconds)? == written).then_some(seconds)
}
