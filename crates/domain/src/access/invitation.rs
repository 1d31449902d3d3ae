//! Invitations: how a partner's system brings its own key (RFC 7591).

use std::fmt::Write as _;

use super::{AccessScopes, ClientId};
use crate::{
    entropy::{Entropy, EntropyError},
    ids::OrganisationId,
    instant::Instant,
};

/// The operator lets an organisation register one client, once, until a certain time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The identifier that the client will have.
    pub client: ClientId,
    /// The organisation that it will speak for.
    pub organisation: OrganisationId,
    /// What it will be allowed; none: all that its organisation's role may ever do.
    pub scopes: Option<AccessScopes>,
    /// Good until then, by the store's clock.
    pub expires_at: Instant,
}

/// What whoever accepts an invitation must show: 32 random bytes. The store keeps a hash of it only. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationSecret([u8; 32]);

impl InvitationSecret {
    /// A new one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn fresh(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads 64 hexadecimal digits in small letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let small = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() != 64 || !text.bytes().all(small) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digits = std::str::from_utf8(digits).ok()?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The bytes, to be hashed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 hexadecimal digits, to be handed over.
    #[must_use]
    pub fn reveal(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl std::fmt::Debug for InvitationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SequentialEntropy;

    #[test]
    fn a_secret_is_read_as_it_was_handed_over_and_shown_nowhere() {
        let secret = InvitationSecret::fresh(&SequentialEntropy::starting_at(7)).unwrap();
        let text = secret.reveal();
        assert_eq!(InvitationSecret::parse(&text), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "InvitationSecret");
        for bad in [
            &text[1..],
            &text.to_uppercase(),
            &format!("{text}0"),
            &"+1".repeat(32),
            "",
        ] {
            assert_eq!(InvitationSecret::parse(bad), None, "{bad:?}");
        }
    }
}
