//! Referral notices (agreement, point 2): that somebody was told about help. No field could say anything about the person.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{LanguageCode, OfficeId, Timestamp, page::page, vocabulary::ReferralMedium};

/// That somebody was told about help. Codes, identifiers of the public directory, and a minute: there is no room for anything about
/// the person, or for what she decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::note_referral))]
pub struct NoteReferral {
    /// When it was, by your clock. Kept to the minute.
    pub told_at: Timestamp,
    /// In which language.
    pub language: LanguageCode,
    /// How.
    pub medium: ReferralMedium,
    /// Which version of the leaflet in that language; only where the medium is `leaflet` or `link`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 1000000)]
    pub leaflet_version: Option<u32>,
    /// About which centres: their identifiers in the directory, each once.
    #[schema(min_items = 1, max_items = 20)]
    pub centres: Vec<Uuid>,
}

/// A recorded referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::referral_notice))]
pub struct ReferralNotice {
    /// Its identifier.
    pub id: Uuid,
    /// The office that told.
    pub office: OfficeId,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was, to the minute.
    pub told_at: Timestamp,
    /// In which language.
    pub language: LanguageCode,
    /// How.
    pub medium: ReferralMedium,
    /// Which version of the leaflet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub leaflet_version: Option<u32>,
    /// About which centres.
    #[schema(min_items = 1, max_items = 20)]
    pub centres: Vec<Uuid>,
}

page! {
    /// A page of an office's referral notices, newest first.
    ReferralNoticePage of ReferralNotice
}
