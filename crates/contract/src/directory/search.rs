//! What a search finds.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Opening, Service};
use crate::{
    Postcode, ShortText, Timestamp, WebAddress,
    vocabulary::{EntryStanding, Land, MatchReason, PlaceMatch},
};

/// A service that fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundService {
    /// The identifier of its centre.
    pub centre_id: Uuid,
    /// The name of its centre.
    pub centre: ShortText,
    /// The page of its centre on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<WebAddress>,
    /// The service's identifier: it follows from the centre's and the service's name (UUIDv5).
    pub service_id: Uuid,
    /// The service.
    pub service: Service,
    /// Great-circle distance from the place that was asked for, in kilometres; absent where there is none to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub distance_km: Option<f64>,
    /// Whether it is open at this moment.
    pub opening: Opening,
    /// How far its entry can be relied on.
    pub standing: EntryStanding,
    /// When the coordination confirmed the entry last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assured_at: Option<Timestamp>,
    /// Why it is where it is in the answer.
    pub reasons: Vec<MatchReasonText>,
}

/// A reason in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MatchReasonText {
    /// Which.
    pub code: MatchReason,
    /// In German.
    pub text_de: String,
    /// In English.
    pub text_en: String,
}

/// A place with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NamedPlace {
    /// Its name.
    pub name: String,
    /// Its Land.
    pub land: Land,
}

/// The place around which was searched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FoundPlace {
    /// Its name.
    pub name: String,
    /// Its Land.
    pub land: Land,
    /// Its postcode, if it was named by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postcode: Option<Postcode>,
    /// How it was found.
    pub found_by: PlaceMatch,
    /// Others that could have been meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<NamedPlace>,
}

/// A page of services, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::found_services))]
pub struct FoundServicePage {
    /// The place around which was searched, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<FoundPlace>,
    /// How many services fit altogether.
    pub total: u32,
    /// The moment of the answer: what is open is open then.
    pub at: Timestamp,
    /// What is on this page.
    #[schema(max_items = 200)]
    pub items: Vec<FoundService>,
    /// Opaque `cursor` of the next page; absent on the last one. The same stands in the `Link` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    pub next: Option<String>,
}

/// Places whose names are, begin, or look like what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlaceList {
    /// The likelier first.
    #[schema(max_items = 20)]
    pub items: Vec<NamedPlace>,
}
