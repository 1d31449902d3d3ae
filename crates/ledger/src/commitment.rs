use std::fmt;
use std::str::FromStr;

use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;

use crate::{LengthError, Salt, exactly_32};

/// Keeps commitments apart from any other HMAC that might ever be made with the same 32 bytes.
const DOMAIN_SEPARATOR: &[u8] = b"freigabe/event/v1\n";

/// What the log says about an event in public: `HMAC-SHA256(salt, "freigabe/event/v1\n" ‖ payload)`.
///
/// Written as 64 lower-case hexadecimal digits, in text and in serde alike; no other spelling is read, so that
/// equal texts and equal commitments are the same thing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment([u8; 32]);

impl Commitment {
    /// Commits to `payload`, the canonical bytes of an event.
    #[must_use]
    pub fn over(salt: &Salt, payload: &[u8]) -> Self {
        Self(keyed(salt, payload).finalize().into_bytes().into())
    }

    /// Whether this is the commitment to `payload` under `salt`. Compares in constant time.
    #[must_use]
    pub fn verify(&self, salt: &Salt, payload: &[u8]) -> bool {
        keyed(salt, payload).verify_slice(&self.0).is_ok()
    }

    /// Takes 32 bytes as read from a leaf or a database.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, as a leaf holds them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The HMAC before its last step.
fn keyed(salt: &Salt, payload: &[u8]) -> Hmac<Sha256> {
    // HMAC pads a key that is shorter than a hash block with zeros (RFC 2104, section 2). Padding here gives the
    // fixed-size key whose constructor cannot fail.
    let mut key = Key::<Hmac<Sha256>>::default();
    key.iter_mut()
        .zip(salt.as_bytes())
        .for_each(|(padded, byte)| *padded = *byte);
    let mut mac = Hmac::<Sha256>::new(&key);
    mac.update(DOMAIN_SEPARATOR);
    mac.update(payload);
    mac
}

impl TryFrom<&[u8]> for Commitment {
    type Error = LengthError;

    fn try_from(bytes: &[u8]) -> Result<Self, LengthError> {
        exactly_32(bytes).map(Self)
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({self})")
    }
}

/// A text that is not a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a commitment is written as 64 lower-case hexadecimal digits")]
pub struct ParseCommitmentError;

impl FromStr for Commitment {
    type Err = ParseCommitmentError;

    fn from_str(text: &str) -> Result<Self, ParseCommitmentError> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(ParseCommitmentError);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Self(bytes))
    }
}

fn nibble(digit: u8) -> Result<u8, ParseCommitmentError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(ParseCommitmentError),
    }
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 0x00, 0x01, … 0x1f.
    fn counting_salt() -> Salt {
        Salt::from_bytes(std::array::from_fn(|i| u8::try_from(i).unwrap()))
    }

    /// Made with another implementation of HMAC: Python's
    /// `hmac.new(bytes(range(32)), b"freigabe/event/v1\n" + payload, "sha256").hexdigest()`.
    const FOREIGN_VECTORS: [(&[u8], &str); 2] = [
        (
            br#"{"event":"consent_given","seq":1}"#,
            "15697934e72629fc6025d89885e7cc2c2461533c26b68ef041e6625c8b61e510",
        ),
        (
            b"",
            "66c30a645be096e81c39d31cbf21d5938bb2d99cff6089d77c174e83cbe4c648",
        ),
    ];

    #[test]
    fn a_commitment_shows_itself() {
        let (_, written) = FOREIGN_VECTORS[0];
        let commitment: Commitment = written.parse().unwrap();
        assert_eq!(format!("{commitment:?}"), format!("Commitment({written})"));
    }

    #[test]
    fn agrees_with_a_foreign_hmac() {
        for (payload, expected) in FOREIGN_VECTORS {
            assert_eq!(
                Commitment::over(&counting_salt(), payload).to_string(),
                expected
            );
        }
    }

    #[test]
    fn reads_only_its_own_spelling() {
        let (_, text) = FOREIGN_VECTORS[0];
        assert!(text.parse::<Commitment>().is_ok());
        for wrong in [
            "",
            &text[1..],
            &format!("{text}0"),
            &format!("{text}00"),
            &text.to_uppercase(),
            &text.replacen('1', "g", 1),
            &text.replacen("15", "é", 1),
            &format!(" {}", &text[1..]),
        ] {
            assert_eq!(
                wrong.parse::<Commitment>(),
                Err(ParseCommitmentError),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn serde_uses_the_same_text() {
        let commitment = Commitment::from_bytes([0x0f; 32]);
        let json = serde_json::to_string(&commitment).unwrap();
        assert_eq!(json, format!("\"{}\"", "0f".repeat(32)));
        assert_eq!(
            serde_json::from_str::<Commitment>(&json).unwrap(),
            commitment
        );
        assert!(serde_json::from_str::<Commitment>("\"0f\"").is_err());
    }

    #[test]
    fn only_32_bytes_make_a_commitment() {
        assert!(Commitment::try_from([1_u8; 32].as_slice()).is_ok());
        assert_eq!(
            Commitment::try_from([1_u8; 31].as_slice()),
            Err(LengthError { found: 31 })
        );
    }

    proptest! {
        #[test]
        fn text_round_trips(bytes: [u8; 32]) {
            let commitment = Commitment::from_bytes(bytes);
            prop_assert_eq!(commitment.to_string().parse(), Ok(commitment));
        }

        #[test]
        fn an_untouched_event_verifies(salt: [u8; 32], payload: Vec<u8>) {
            let salt = Salt::from_bytes(salt);
            prop_assert!(Commitment::over(&salt, &payload).verify(&salt, &payload));
        }

        #[test]
        fn one_changed_payload_byte_is_found(
            salt: [u8; 32],
            payload in prop::collection::vec(any::<u8>(), 1..200),
            at: prop::sample::Index,
            flip in 1_u8..,
        ) {
            let salt = Salt::from_bytes(salt);
            let commitment = Commitment::over(&salt, &payload);
            let mut changed = payload;
            *at.get_mut(&mut changed) ^= flip;
            prop_assert!(!commitment.verify(&salt, &changed));
        }

        #[test]
        fn one_changed_salt_or_commitment_byte_is_found(
            salt: [u8; 32],
            payload: Vec<u8>,
            at in 0_usize..32,
            flip in 1_u8..,
        ) {
            let commitment = Commitment::over(&Salt::from_bytes(salt), &payload);
            let mut other = salt;
            other[at] ^= flip;
            prop_assert!(!commitment.verify(&Salt::from_bytes(other), &payload));
            let mut other = *commitment.as_bytes();
            other[at] ^= flip;
            prop_assert!(!Commitment::from_bytes(other).verify(&Salt::from_bytes(salt), &payload));
        }
    }
}
