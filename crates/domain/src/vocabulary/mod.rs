//! The closed vocabularies of the agreement, with German and English labels. Unknown codes are refused.
//!
//! [`VERSION`] changes whenever a code is added; a code is never given another meaning.

mod finding;
mod grading;
mod language;
mod scope;

pub use finding::{Category, CategoryKind, NeverAccepted};
pub use grading::{Handling, InformationGrade, SourceGrade, Statement};
pub use language::Language;
pub use scope::{Action, ExpressScope, ExpressScopes, Purpose};

/// Version of all vocabularies together.
pub const VERSION: &str = "2026-11";

/// A code that the vocabulary does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown code for {vocabulary}")]
pub struct UnknownCodeError {
    /// Name of the vocabulary.
    pub vocabulary: &'static str,
}

/// Defines a closed vocabulary: an enum with a stable code, a German and an English label for each member.
macro_rules! vocabulary {
    (
        $(#[$doc:meta])*
        $name:ident as $vocabulary:literal {
            $( $(#[$member_doc:meta])* $member:ident = $code:literal, $german:literal, $english:literal; )+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( #[doc = concat!($english, " (", $german, ").")] $(#[$member_doc])* $member, )+
        }

        impl $name {
            /// Every member, in the vocabulary's order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The stable code that partners see.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$member => $code),+ }
            }

            /// What a German reader sees.
            #[must_use]
            pub const fn german(self) -> &'static str {
                match self { $(Self::$member => $german),+ }
            }

            /// What an English reader sees.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(Self::$member => $english),+ }
            }

            /// Reads a code.
            ///
            /// # Errors
            /// When the vocabulary does not know it.
            pub fn from_code(code: &str) -> Result<Self, $crate::vocabulary::UnknownCodeError> {
                match code {
                    $($code => Ok(Self::$member),)+
                    _ => Err($crate::vocabulary::UnknownCodeError { vocabulary: $vocabulary }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::from_code(&code).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use vocabulary;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_stands_once() {
        let codes: Vec<&str> = Category::ALL
            .iter()
            .map(|c| c.code())
            .chain(ExpressScope::ALL.iter().map(|s| s.code()))
            .chain(NeverAccepted::ALL.iter().map(|n| n.code()))
            .collect();
        let unique: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(unique.len(), codes.len());
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Ok(*category));
        }
        assert!(Category::from_code("Vehicle").is_err());
    }
}
