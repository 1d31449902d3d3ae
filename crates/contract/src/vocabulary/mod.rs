//! The closed vocabularies, by their stable codes. A code is never given another meaning; requests with a code that is
//! not listed are refused.

mod access;
mod audit;
mod consent;
mod contact;
mod contact_pair;
mod directory;
mod disclosure;
mod grading;
mod handover;
mod involvement;
mod language;
mod leaflet;
mod office;
mod regional;
mod scope;
mod security_notice;

pub use access::{AccessScope, DataProtectionRegime};
pub use audit::{
    DenialReason, EventState, ExportFormat, LegalBasis, Operation, Outcome, Retention, Role,
};
pub use consent::{
    Capacity, ConsentEventKind, ConsentStatus, Decision, EvidenceMedium, FormKind,
    RepresentativeBasis, RevisionState,
};
pub use contact::{ContactItemKind, ContactState};
pub use contact_pair::{ContactGap, PairChannel, PairRole, PairStanding};
pub use directory::{
    AccessibilityFeature, Channel, DirectoryFormat, EntryStanding, ExploitationForm, Frequency,
    LanguageMode, MatchReason, Offer, OnPublicHolidays, OpeningKind, PlaceMatch, SearchOrder,
    ServiceStatus, TargetGroup,
};
pub use disclosure::{
    DisclosureState, NoticeAnswerKind, NoticeCause, PersonRole, PlaceRole, RefusalReason,
    SealReason,
};
pub use grading::{Handling, InformationGrade, SourceGrade, Statement};
pub use handover::Accompanies;
pub use involvement::{
    ContactMode, InvolvementState, OfferAnswerKind, OfferReason, OfferStanding, ReferralMedium,
};
pub use language::Language;
pub use leaflet::{LeafletReview, LeafletTopic, TextDirection};
pub use office::{CompetenceNote, CompetenceReason, Land, OfficeKind, Specialism, Task};
pub use regional::{AgreementStanding, Precedence};
pub use scope::{Action, Category, ExpressScope, NeverAccepted, Purpose};
pub use security_notice::{
    AcknowledgingRole, Measure, SecurityNoticeKind, SecurityNoticeState, ThreatLevel, Urgency,
};

/// A code that the vocabulary does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCodeError {
    /// The vocabulary's name.
    pub vocabulary: &'static str,
}

impl std::fmt::Display for UnknownCodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown code for {}", self.vocabulary)
    }
}

impl std::error::Error for UnknownCodeError {}

/// Defines a closed vocabulary: an enum whose members are written as their codes, with a schema that lists and explains
/// them.
macro_rules! vocabulary {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $( $member:ident = $code:literal, $label:literal; )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( #[doc = concat!("`", $code, "`: ", $label, ".")] $member, )+
        }

        impl $name {
            /// Every member, in the vocabulary's order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$member => $code),+ }
            }

            /// What it means: in English, and in German in brackets.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$member => $label),+ }
            }

            /// Reads a code.
            ///
            /// # Errors
            /// When the vocabulary does not know it.
            pub fn from_code(code: &str) -> Result<Self, $crate::vocabulary::UnknownCodeError> {
                match code {
                    $($code => Ok(Self::$member),)+
                    _ => Err($crate::vocabulary::UnknownCodeError { vocabulary: stringify!($name) }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownCodeError;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::from_code(code)
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

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let meaning = concat!($($doc, "\n",)+ $("\n- `", $code, "`: ", $label,)+);
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($code),+]))
                    .description(Some(meaning.trim()))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use vocabulary;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Ok(*category));
            let json = serde_json::to_string(category).unwrap();
            assert_eq!(serde_json::from_str::<Category>(&json).unwrap(), *category);
        }
        assert!(serde_json::from_str::<Category>("\"therapy_notes\"").is_err());
    }
}
