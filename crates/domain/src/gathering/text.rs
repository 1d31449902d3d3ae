//! Texts about nobody.

use crate::text::{Text, TextError};

/// Why a text was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeneralTextError {
    /// It is no text of that length.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A person's pseudonym stands in it.
    #[error("must not contain a pseudonym: nothing here is about a person")]
    NamesAPseudonym,
}

/// A text of 1 to `MAX` characters that many may read. No pseudonym stands in it; that nobody writes a name, no machine can see.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GeneralText<const MAX: usize>(Text<MAX>);

/// A line.
pub type ShortGeneralText = GeneralText<200>;
/// A paragraph or several.
pub type LongGeneralText = GeneralText<4000>;

impl<const MAX: usize> GeneralText<MAX> {
    /// Checks and wraps a text.
    ///
    /// # Errors
    /// When it is no [`Text`], or a pseudonym stands in it.
    pub fn parse(text: impl Into<String>) -> Result<Self, GeneralTextError> {
        let text = Text::parse(text)?;
        if names_a_pseudonym(text.as_str()) {
            return Err(GeneralTextError::NamesAPseudonym);
        }
        Ok(Self(text))
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Hexadecimal digits of a pseudonym, after its `p-`.
const DIGITS: usize = 32;

/// Whether `p-` and 32 hexadecimal digits stand in it, in whatever case.
#[must_use]
pub fn names_a_pseudonym(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("p-").any(|(at, prefix)| {
        let rest = lower.get(at + prefix.len()..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_found_wherever_it_stands_and_nothing_else_is_one() {
        let digits = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        for text in [
            format!("p-{digits}"),
            format!("siehe P-{}.", digits.to_uppercase()),
            format!("(p-p-{digits}9)"),
        ] {
            let refused = ShortGeneralText::parse(text.as_str());
            assert_eq!(refused, Err(GeneralTextError::NamesAPseudonym), "{text}");
        }
        for text in [
            digits.to_owned(),
            format!("p-{}", &digits[1..]),
            "Camp-deadbeef".to_owned(),
            "p-".to_owned(),
            "pö-ß".to_owned(),
        ] {
            assert_eq!(
                ShortGeneralText::parse(text.as_str()).unwrap().as_str(),
                text
            );
        }
        let refused = ShortGeneralText::parse(" ");
        assert_eq!(refused, Err(GeneralTextError::Text(TextError::Empty)));
    }
}
