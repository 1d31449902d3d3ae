//! Police offices, and which of them is competent (agreement, points 4 and 9).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId,
    page::page,
    vocabulary::{CompetenceNote, CompetenceReason, Land, OfficeKind, Specialism},
};

/// An office of the Bundespolizei.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::office))]
pub struct Office {
    /// Its identifier in this directory.
    pub id: OfficeId,
    /// Its level.
    pub kind: OfficeKind,
    /// Its German name.
    pub name: String,
    /// The office it belongs to; absent for the Präsidium.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parent: Option<OfficeId>,
    /// The town of its seat, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city: Option<String>,
    /// The Land of its seat, where known. Not its area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub land: Option<Land>,
    /// The centre of the seat's town, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub point: Option<GeoPoint>,
    /// What it is there for.
    pub specialism: Specialism,
    /// Whether it still exists and takes part.
    pub active: bool,
}

/// A point on the earth (WGS 84), in decimal degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GeoPoint {
    /// Latitude, north positive.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: f64,
    /// Longitude, east positive.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: f64,
}

page! {
    /// A page of offices, in the order of their identifiers.
    OfficePage of Office
}

/// Which office is competent for a matter, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CompetentOffice {
    /// The office suggested.
    pub office: Office,
    /// Why it is competent.
    pub reason: CompetenceReason,
    /// The regional agreement that says so, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub regional_agreement_id: Option<Uuid>,
    /// Other offices that a centre may address in this matter.
    pub also_competent: Vec<AlsoCompetent>,
    /// What to know about the suggestion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<Note>,
}

/// An office that is competent besides the one suggested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlsoCompetent {
    /// The office.
    pub office: OfficeId,
    /// Why it is competent.
    pub reason: CompetenceReason,
    /// The regional agreement that says so, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub regional_agreement_id: Option<Uuid>,
}

/// Something to know about a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// Which.
    pub code: CompetenceNote,
    /// In German.
    pub text_de: String,
    /// In English.
    pub text_en: String,
}
