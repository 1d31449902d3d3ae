//! Bounded texts. Their `Debug` shows a length, never the words: what people told must not reach a log.

use serde::{Deserialize, Serialize, de};

/// Why a text was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Too many characters.
    #[error("must not be longer than {0} characters")]
    TooLong(usize),
    /// A control character other than tab and line feed (PostgreSQL can't store U+0000, and the rest hide things).
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Not of the form of a reference.
    #[error("must be 1 to 64 characters from A-Z a-z 0-9 . _ / - and start with a letter or digit")]
    NotAReference,
}

/// A text of 1 to `MAX` characters.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// A line: names, places, numbers.
pub type ShortText = Text<200>;
/// A paragraph or several.
pub type LongText = Text<4000>;

impl<const MAX: usize> Text<MAX> {
    /// Checks and wraps a text.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return Err(TextError::ControlCharacter);
        }
        if text.chars().count() > MAX {
            return Err(TextError::TooLong(MAX));
        }
        Ok(Self(text))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> std::fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// A partner's own reference (a case number, a pseudonym, a counsellor's code). The narrow alphabet keeps names in
/// plain language out; what a reference means stays with the partner.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Checks and wraps a reference.
    ///
    /// # Errors
    /// When it is not 1 to 64 characters of the alphabet `A-Z a-z 0-9 . _ / -`, starting with a letter or digit.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        let starts_well = text
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphanumeric());
        let all_allowed = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-'));
        if starts_well && all_allowed && text.len() <= 64 {
            Ok(Self(text))
        } else {
            Err(TextError::NotAReference)
        }
    }

    /// The reference itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reference({} characters)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded_in_characters_not_bytes() {
        assert!(Text::<3>::parse("äöü").is_ok());
        assert_eq!(Text::<3>::parse("äöüß"), Err(TextError::TooLong(3)));
        assert_eq!(Text::<3>::parse(" \n"), Err(TextError::Empty));
        assert_eq!(Text::<3>::parse("a\0"), Err(TextError::ControlCharacter));
    }

    #[test]
    fn debug_never_shows_what_a_text_says() {
        let text = ShortText::parse("Sie wohnt in der Hafenstraße").unwrap();
        let reference = Reference::parse("KLIENT-7").unwrap();
        assert_eq!(
            format!("{text:?} {reference:?}"),
            "Text(28 characters) Reference(8 characters)"
        );
    }

    #[test]
    fn a_reference_has_no_room_for_a_full_name() {
        for refused in ["", "Maria Muster", "-x", "ä", "a\n"] {
            assert_eq!(
                Reference::parse(refused),
                Err(TextError::NotAReference),
                "{refused:?}"
            );
        }
        assert!(Reference::parse("2026/KL.017-b").is_ok());
    }
}
