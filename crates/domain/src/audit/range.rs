//! Which part of the log a sample or an export is of.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::vocabulary::vocabulary;

/// Leaves of one generation of the log, from the first index until before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LeafRange {
    /// The generation.
    pub generation: u32,
    /// Index of the first leaf.
    pub from: u64,
    /// Index after the last leaf.
    pub until: u64,
}

impl LeafRange {
    /// How many leaves there are in it.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.until.saturating_sub(self.from)
    }

    /// Whether it holds no leaf.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a random sample is drawn with: 32 bytes, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSeed([u8; 32]);

/// Not a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a seed has 64 lower-case hexadecimal digits")]
pub struct SampleSeedError;

impl SampleSeed {
    /// Wraps 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn parse(text: &str) -> Result<Self, SampleSeedError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(SampleSeedError),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(SampleSeedError);
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for SampleSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for SampleSeed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

vocabulary! {
    /// How an export is written.
    ExportFormat as "export format" {
        Ndjson = "ndjson", "NDJSON, prüfbar", "NDJSON, verifiable";
        Csv = "csv", "CSV", "CSV";
        Fhir = "fhir", "FHIR AuditEvent", "FHIR AuditEvent";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_written_as_it_is_read() {
        let text = "00ff10a90102030405060708090a0b0c0d0e0f101112131415161718191a1b1c";
        assert_eq!(SampleSeed::parse(text).unwrap().to_string(), text);
        for bad in [
            String::new(),
            text[1..].to_owned(),
            format!("{text}0"),
            text.to_uppercase(),
            text.replace('a', "ä"),
        ] {
            assert_eq!(SampleSeed::parse(&bad), Err(SampleSeedError), "{bad}");
        }
    }
}
