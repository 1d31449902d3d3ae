//! The two languages of the story.

use clap::ValueEnum;

/// A language in which the story can be told.
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
    pub(super) const fn of<T: Copy>(self, german: T, english: T) -> T {
        match self {
            Self::De => german,
            Self::En => english,
        }
    }
}

/// A text with values in it, in the language of the story.
macro_rules! tell {
    ($language:expr, $german:literal, $english:literal) => {
        match $language {
            $crate::demo::language::Language::De => format!($german),
            $crate::demo::language::Language::En => format!($english),
        }
    };
}
pub(super) use tell;
