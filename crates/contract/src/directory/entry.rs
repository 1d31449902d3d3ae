//! What a centre says about itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Schedule;
use crate::{
    LanguageCode, LongText, Postcode, PostcodeRegion, ShortText, WebAddress,
    office::GeoPoint,
    vocabulary::{
        AccessibilityFeature, Channel, DataProtectionRegime, ExploitationForm, Land, LanguageMode,
        Offer, ServiceStatus, TargetGroup,
    },
};

/// What a centre says about itself (HSDS `organization` with its services).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::centre_entry))]
pub struct CentreEntry {
    /// Its name.
    pub name: ShortText,
    /// Another name that it goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub alternate_name: Option<ShortText>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<LongText>,
    /// Its page on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub website: Option<WebAddress>,
    /// The data-protection law it falls under.
    pub data_protection_regime: DataProtectionRegime,
    /// What it offers.
    #[schema(min_items = 1, max_items = 20)]
    pub services: Vec<Service>,
}

/// What a centre offers at one place, from afar, or as a shelter (HSDS `service`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name, which no other service of the centre has.
    pub name: ShortText,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<LongText>,
    /// Whether it is there at present. Searches find what is `active` or `temporarily closed`.
    pub status: ServiceStatus,
    /// Where it is, or for which area.
    pub place: ServicePlace,
    /// Whether its people come to where a person is. Default: they don't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mobile: Option<bool>,
    /// In which languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 60)]
    pub languages: Vec<SpokenLanguage>,
    /// For whom; nobody named: for everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 12)]
    pub target_groups: Vec<TargetGroup>,
    /// For which forms of exploitation; none named: for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 7)]
    pub exploitation_forms: Vec<ExploitationForm>,
    /// What is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 16)]
    pub offers: Vec<Offer>,
    /// How it is reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub contacts: Vec<Contact>,
    /// When it is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 40)]
    pub schedules: Vec<Schedule>,
    /// What makes its place accessible.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 7)]
    pub accessibility: Vec<AccessibilityFeature>,
}

/// Where a service is, or for which area. A shelter has an area and nothing else: there is no field for its address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServicePlace {
    /// People come to it.
    Location {
        /// Where (HSDS `location`).
        location: Location,
        /// For which area, if it says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        area: Option<ServiceArea>,
    },
    /// By telephone or on the web alone.
    Remote {
        /// For which area.
        area: ServiceArea,
    },
    /// A shelter.
    Shelter {
        /// For which area: never where it is.
        area: ServiceArea,
    },
}

/// A place where people come to (HSDS `location`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The town.
    pub city: ShortText,
    /// Its postcode. Needed in a request unless `point` and `land` are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postcode: Option<Postcode>,
    /// Its Land. Absent in a request: that of the postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub land: Option<Land>,
    /// Street and number, where the centre wants them known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<StreetAddress>,
    /// Where it is on the map. Absent in a request: the middle of the postcode's area, or of the town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub point: Option<GeoPoint>,
}

/// Street and number (HSDS `address`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StreetAddress {
    /// Street and number.
    pub street: ShortText,
    /// Floor, entrance, name at the bell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<ShortText>,
}

/// The area that a service is there for (HSDS `service_area`): all of Germany, or at least one Land or postcode region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceArea {
    /// All of Germany. Default: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nationwide: Option<bool>,
    /// Länder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 16)]
    pub laender: Vec<Land>,
    /// Parts of Germany by the beginning of their postcodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 110)]
    pub postcodes: Vec<PostcodeRegion>,
}

/// A language, and how it is there (HSDS `language`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpokenLanguage {
    /// Which.
    pub language: LanguageCode,
    /// How.
    pub mode: LanguageMode,
}

/// One way to reach a service (HSDS `phone`, `email`, `url`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// By which means.
    pub channel: Channel,
    /// A number, an e-mail address, an address on the web, as the channel has it.
    pub address: ShortText,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<ShortText>,
    /// In which languages; none: in those of the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 40)]
    pub languages: Vec<LanguageCode>,
    /// When; not stated: when the service is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 40)]
    pub schedules: Vec<Schedule>,
}
