//! Entries, and who keeps them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::CentreEntry;
use crate::{
    Timestamp,
    page::page,
    vocabulary::{DirectoryFormat, EntryStanding},
};

/// A counselling centre in the directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::counselling_centre))]
pub struct CounsellingCentre {
    /// Its identifier.
    pub id: Uuid,
    /// Counts the changes, from 1.
    #[schema(minimum = 1)]
    pub version: u64,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// When the coordination confirmed it last (HSDS `assured_date`); absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assured_at: Option<Timestamp>,
    /// How far it can be relied on.
    pub standing: EntryStanding,
    /// The same in German.
    pub standing_de: String,
    /// The same in English.
    pub standing_en: String,
    /// What it says.
    pub entry: CentreEntry,
}

/// An entry as whoever keeps it sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeptCentre {
    /// The organisation that keeps it; absent: the coordination alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organisation_id: Option<Uuid>,
    /// The entry.
    pub centre: CounsellingCentre,
}

page! {
    /// A page of entries, in the order of their identifiers.
    KeptCentrePage of KeptCentre
}

/// A counselling centre for the directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::add_counselling_centre))]
pub struct AddCounsellingCentre {
    /// The organisation that will keep it. Absent: the centre that calls, or the coordination alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organisation_id: Option<Uuid>,
    /// What it says.
    pub entry: CentreEntry,
}

/// Who will keep an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::set_keeper))]
pub struct SetKeeper {
    /// A centre that takes part. Absent: the coordination alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organisation_id: Option<Uuid>,
}

/// A file with counselling centres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::import_counselling_centres))]
pub struct ImportCounsellingCentres {
    /// How it is written.
    pub format: DirectoryFormat,
    /// Its bytes in base64 (RFC 4648 §4).
    #[schema(
        min_length = 4,
        max_length = 250000,
        pattern = "^[A-Za-z0-9+/]+={0,2}$"
    )]
    pub content: String,
    /// Only say what would become of the entries. Default: take them over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rehearsal: Option<bool>,
}

/// What became of entries that were brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    /// New ones.
    pub added: u64,
    /// Ones that said something else before.
    pub changed: u64,
    /// Ones that said the same before.
    pub unchanged: u64,
    /// Whether this was only a rehearsal, and nothing was changed.
    pub rehearsal: bool,
}
