use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::{LengthError, exactly_32, text};

/// What RFC 6962, section 2.1, puts before a leaf, so that none can pass for an inner node.
const LEAF_PREFIX: [u8; 1] = [0x00];

/// What RFC 6962, section 2.1, puts before the two hashes of an inner node.
const NODE_PREFIX: [u8; 1] = [0x01];

/// A hash of the Merkle tree: SHA-256 as RFC 6962, section 2.1, uses it.
///
/// Written in standard base64 with padding, 44 characters, in text and in serde alike, as the C2SP formats write it.
/// No other spelling is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// How many bytes a hash has.
    pub const LENGTH: usize = 32;

    /// The root of the tree without leaves: the SHA-256 of nothing.
    pub const EMPTY: Self = Self([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// Takes 32 bytes as read from a tile or a database.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes, as a tile holds them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

/// The hash of a leaf: `SHA-256(0x00 ‖ entry)` (RFC 6962, section 2.1).
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let digest = Sha256::new()
        .chain_update(LEAF_PREFIX)
        .chain_update(entry)
        .finalize();
    Hash(digest.into())
}

/// The hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962, section 2.1).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let digest = Sha256::new()
        .chain_update(NODE_PREFIX)
        .chain_update(left.0)
        .chain_update(right.0)
        .finalize();
    Hash(digest.into())
}

impl TryFrom<&[u8]> for Hash {
    type Error = LengthError;

    fn try_from(bytes: &[u8]) -> Result<Self, LengthError> {
        exactly_32(bytes).map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// A text that is not a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written as 32 bytes in standard base64")]
pub struct ParseHashError;

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(written: &str) -> Result<Self, ParseHashError> {
        text::from_base64(written)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(ParseHashError)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        let digest: [u8; 32] = Sha256::digest([]).into();
        assert_eq!(Hash::EMPTY, Hash::from_bytes(digest));
        let written = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(Hash::EMPTY.to_string(), written);
        assert_eq!(format!("{:?}", Hash::EMPTY), format!("Hash({written})"));
        assert_eq!(written.parse(), Ok(Hash::EMPTY));
    }

    #[test]
    fn only_its_own_spelling_is_read() {
        let written = Hash::EMPTY.to_string();
        for wrong in [
            "",
            &written[..43],
            &format!("{written}\n"),
            // The same bytes to a careless reader: the last two bits before the padding are not zero.
            &written.replace("FU=", "FV="),
            &written.replace('+', "-"),
            "AAAA",
        ] {
            assert_eq!(wrong.parse::<Hash>(), Err(ParseHashError), "{wrong:?}");
        }
    }

    #[test]
    fn serde_uses_the_same_text() {
        let json = serde_json::to_string(&Hash::EMPTY).unwrap();
        assert_eq!(json, format!("\"{}\"", Hash::EMPTY));
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), Hash::EMPTY);
        assert!(serde_json::from_str::<Hash>("\"AAAA\"").is_err());
    }
}
