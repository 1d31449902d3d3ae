//! Any language of ISO 639.

use isolang::Language as Iso;
use serde::{Deserialize, Serialize, de};

use crate::vocabulary::Language;

/// Not a language of ISO 639.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a language code: two letters of ISO 639-1, or three of ISO 639-3 where 639-1 has none"
)]
pub struct LanguageCodeError;

/// A language: two letters of ISO 639-1, or three of ISO 639-3 where 639-1 has none. Centres speak more languages than consent
/// forms and leaflets are written in, which are those of [`Language`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LanguageCode(Iso);

impl LanguageCode {
    /// Reads a code, in small letters. Three letters for a language that has two are taken as well (`deu` for `de`).
    ///
    /// # Errors
    /// When it is no code of a language.
    pub fn parse(code: &str) -> Result<Self, LanguageCodeError> {
        let known = match code.len() {
            2 => Iso::from_639_1(code),
            3 => Iso::from_639_3(code),
            _ => None,
        };
        known
            .filter(|_| code.bytes().all(|byte| byte.is_ascii_lowercase()))
            .map(Self)
            .ok_or(LanguageCodeError)
    }

    /// The code: always the shorter one.
    #[must_use]
    pub fn code(self) -> &'static str {
        // `sh`, Serbo-Croatian, was withdrawn from ISO 639-1 in 2000.
        let short = self.0.to_639_1().filter(|code| *code != "sh");
        short.unwrap_or_else(|| self.0.to_639_3())
    }
}

impl From<Language> for LanguageCode {
    fn from(language: Language) -> Self {
        // INVARIANT: every member of the vocabulary is a code of ISO 639; a test walks them.
        Self::parse(language.code()).unwrap_or(Self(Iso::Und))
    }
}

impl PartialOrd for LanguageCode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LanguageCode {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl std::fmt::Display for LanguageCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for LanguageCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for LanguageCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_one_code_however_it_was_written() {
        for (written, code) in [
            ("de", "de"),
            ("deu", "de"),
            ("bin", "bin"),
            ("pcm", "pcm"),
            ("hbs", "hbs"),
        ] {
            let language = LanguageCode::parse(written);
            assert_eq!(language.map(LanguageCode::code), Ok(code), "{written}");
        }
        for refused in [
            "",
            "d",
            "xx",
            "DE",
            "Deu",
            "german",
            "d1",
            "\u{0646}\u{0627}",
        ] {
            assert_eq!(
                LanguageCode::parse(refused),
                Err(LanguageCodeError),
                "{refused}"
            );
        }
    }

    #[test]
    fn every_language_of_forms_and_leaflets_is_one() {
        for language in Language::ALL {
            assert_eq!(LanguageCode::from(*language).code(), language.code());
        }
    }
}
