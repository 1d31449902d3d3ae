use std::fmt;

use crate::{LengthError, exactly_32};

/// The secret half of a commitment: 32 random bytes, drawn for one event and for no other.
///
/// As long as the salt is kept, an event can be proven; once it is erased, the commitment says nothing about
/// the event, not even to someone who guesses the payload. Hence a salt is never derived from a key that stays,
/// and its bytes do not appear in debug output.
#[derive(Clone)]
pub struct Salt([u8; 32]);

impl Salt {
    /// Takes 32 bytes as they are. Whoever calls this answers for their randomness.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for storing them beside the payload.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Salt {
    type Error = LengthError;

    fn try_from(bytes: &[u8]) -> Result<Self, LengthError> {
        exactly_32(bytes).map(Self)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_bytes() {
        let shown = format!("{:?}", Salt::from_bytes([0xAB; 32]));
        assert_eq!(shown, "Salt(redacted)");
    }

    #[test]
    fn only_32_bytes_make_a_salt() {
        assert_eq!(
            Salt::try_from([1_u8; 32].as_slice()).unwrap().as_bytes(),
            &[1; 32]
        );
        for length in [0, 31, 33] {
            let error = Salt::try_from(vec![0_u8; length].as_slice()).unwrap_err();
            assert_eq!(error, LengthError { found: length });
        }
    }
}
