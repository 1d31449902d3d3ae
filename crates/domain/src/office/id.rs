//! Identifier of an office.

use serde::{Deserialize, Serialize, de};

/// Why a text is not the identifier of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 2 to 64 characters from a-z 0-9 - and start with a letter or digit")]
pub struct OfficeIdError;

/// Identifier of an office in the directory: a slug such as `bpoli-frankfurt-oder`. It is public and carries no secret.
///
/// Ordered like its text, which is how ties between offices are broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct OfficeId(String);

impl OfficeId {
    /// Checks and wraps an identifier.
    ///
    /// # Errors
    /// When it does not match `[a-z0-9][a-z0-9-]{1,63}`.
    pub fn parse(text: &str) -> Result<Self, OfficeIdError> {
        let starts_well = text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let all_allowed = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if starts_well && all_allowed && (2..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OfficeIdError)
        }
    }

    /// The identifier's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for OfficeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OfficeId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_id_is_a_slug() {
        for accepted in ["bpolp", "bpold-11", "11", &"a".repeat(64)] {
            assert_eq!(
                OfficeId::parse(accepted).map(|id| id.to_string()),
                Ok(accepted.to_owned())
            );
        }
        for refused in [
            "",
            "a",
            "-a",
            "Bpolp",
            "bpold 11",
            "münchen",
            "a_b",
            "ab\n",
            &"a".repeat(65),
        ] {
            assert_eq!(OfficeId::parse(refused), Err(OfficeIdError), "{refused:?}");
        }
    }

    #[test]
    fn an_office_id_is_checked_when_it_is_read_from_json() {
        let id: OfficeId = serde_json::from_str("\"bpoli-kiel\"").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"bpoli-kiel\"");
        assert!(serde_json::from_str::<OfficeId>("\"BPOLI Kiel\"").is_err());
    }
}
