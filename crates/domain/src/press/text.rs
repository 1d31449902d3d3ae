//! What a version of a press release says, and the digest by which it is the same.

use std::fmt;

use freigabe_ledger::canonical_json;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::{
    directory::LanguageCode,
    gathering::{LongGeneralText, ShortGeneralText},
    instant::Instant,
    store::StoreError,
};

/// What is to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PressText {
    /// Its headline.
    pub title: ShortGeneralText,
    /// The release itself.
    pub text: LongGeneralText,
    /// The language of both.
    pub language: LanguageCode,
    /// Not to be published before.
    pub embargo_until: Option<Instant>,
}

/// SHA-256 of a version's canonical JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextDigest([u8; 32]);

impl TextDigest {
    /// Wraps 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 hexadecimal digits, in small letters.
impl fmt::Display for TextDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for TextDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the digest is taken over; `embargo_until` in microseconds since 1970, left out where there is none.
#[derive(Serialize)]
struct Digested<'a> {
    title: &'a str,
    text: &'a str,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    embargo_until: Option<i64>,
}

impl PressText {
    /// SHA-256 over the canonical JSON (RFC 8785) of `title`, `text`, `language` and, if there is one, `embargo_until`. Whoever approves
    /// approves all of it.
    ///
    /// # Errors
    /// Never in practice: none of it is a number that JSON can't hold.
    pub fn digest(&self) -> Result<TextDigest, StoreError> {
        let digested = Digested {
            title: self.title.as_str(),
            text: self.text.as_str(),
            language: self.language.code(),
            embargo_until: self.embargo_until.map(Instant::as_unix_micros),
        };
        let bytes =
            canonical_json(&digested).map_err(|error| StoreError::Defect(error.to_string()))?;
        Ok(TextDigest(Sha256::digest(bytes).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> PressText {
        PressText {
            title: ShortGeneralText::parse("Gemeinsam gegen Menschenhandel").unwrap(),
            text: LongGeneralText::parse("Heute beginnt die Kampagne.").unwrap(),
            language: LanguageCode::parse("de").unwrap(),
            embargo_until: None,
        }
    }

    /// Taken with another program: `printf '{"language":"de","text":"…","title":"…"}' | sha256sum`.
    #[test]
    fn the_digest_is_that_of_the_canonical_json() {
        let json = "{\"language\":\"de\",\"text\":\"Heute beginnt die Kampagne.\",\
                    \"title\":\"Gemeinsam gegen Menschenhandel\"}";
        let expected: [u8; 32] = Sha256::digest(json).into();
        assert_eq!(text().digest().unwrap(), TextDigest(expected));
    }

    #[test]
    fn whatever_is_changed_the_digest_is_another() {
        let first = text().digest().unwrap();
        let others = [
            PressText {
                title: ShortGeneralText::parse("Gemeinsam").unwrap(),
                ..text()
            },
            PressText {
                text: LongGeneralText::parse("Heute beginnt die Kampagne!").unwrap(),
                ..text()
            },
            PressText {
                language: LanguageCode::parse("en").unwrap(),
                ..text()
            },
            PressText {
                embargo_until: Some(Instant::from_unix_micros(1)),
                ..text()
            },
        ];
        for other in others {
            assert_ne!(other.digest().unwrap(), first);
        }
        assert_eq!(first.to_string().len(), 64);
    }
}
