//! The two languages in which people are spoken to.

use clap::ValueEnum;

/// A language of texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Language {
    /// German
    De,
    /// English
    #[default]
    En,
}

impl Language {
    /// The text in this language.
    pub(crate) const fn of<T: Copy>(self, german: T, english: T) -> T {
        match self {
            Self::De => german,
            Self::En => english,
        }
    }
}

/// A text with values in it, in one of the languages.
macro_rules! tell {
    ($language:expr, $german:literal, $english:literal) => {
        match $language {
            $crate::language::Language::De => format!($german),
            $crate::language::Language::En => format!($english),
        }
    };
}
pub(crate) use tell;
