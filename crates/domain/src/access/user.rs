//! The person behind a client, as the partner knows them.

use serde::Serialize;

/// A partner's own reference of the person on whose behalf its system calls: 1 to 64 characters from
/// `A-Z a-z 0-9 . _ : -`, such as a staff number. It says nothing to anybody but the partner.
///
/// § 76(2) BDSG: the log of retrievals and disclosures must let the person be told, as far as possible. What works by itself
/// names itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct UserReference(String);

/// Not a reference of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a user reference has 1 to 64 characters from A-Z a-z 0-9 . _ : - and is neither a name nor an address"
)]
pub struct UserReferenceError;

impl UserReference {
    /// The longest reference, in characters.
    pub const MOST: usize = 64;

    /// Checks and wraps a reference.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn parse(text: impl Into<String>) -> Result<Self, UserReferenceError> {
        let text = text.into();
        let allowed = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-'));
        if allowed && (1..=Self::MOST).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(UserReferenceError)
        }
    }

    /// The reference itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_short_and_no_address() {
        for good in ["7", "P-4711", "dienst:nacht.lauf_2", &"x".repeat(64)] {
            assert_eq!(UserReference::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "a b",
            "name@example.org",
            "Ümit",
            "a/b",
            "a\"b",
            "a\nb",
            &"x".repeat(65),
        ] {
            assert_eq!(
                UserReference::parse(bad),
                Err(UserReferenceError),
                "{bad:?}"
            );
        }
    }
}
