//! A counselling centre as it stands in the directory.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    AccessibilityFeature, Address, Assurance, Channel, Contact, ExploitationForm, LanguageCode,
    LanguageMode, Offer, ServiceArea, ServiceStatus, TargetGroup, WebAddress, hours::OpeningHours,
};
use crate::{
    access::DataProtectionRegime,
    error::InvalidInput,
    ids::{CentreId, OrganisationId, ServiceId},
    instant::Instant,
    office::{GeoPoint, Land, Postcode},
    text::{LongText, ShortText},
};

/// A centre has so many services at most.
pub(super) const MOST_SERVICES: usize = 20;
/// A service has so many languages at most.
pub(super) const MOST_LANGUAGES: usize = 60;
/// A service is reached in so many ways at most.
pub(super) const MOST_CONTACTS: usize = 20;

/// A counselling centre in the directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    /// Its identifier.
    pub id: CentreId,
    /// The organisation that keeps the entry; none while the coordination does.
    pub organisation: Option<OrganisationId>,
    /// Counts the changes, from 1.
    pub version: u64,
    /// When it was changed last.
    pub changed_at: Instant,
    /// When the coordination confirmed it last, and what it confirmed then.
    pub assurance: Option<Assurance>,
    /// What it says.
    pub entry: CentreEntry,
}

/// What a centre says about itself (HSDS `organization` with its services).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentreEntry {
    /// Its name.
    pub name: ShortText,
    /// Another name that it goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate_name: Option<ShortText>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LongText>,
    /// Its page on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<WebAddress>,
    /// The data-protection law it falls under.
    pub regime: DataProtectionRegime,
    /// What it offers.
    pub services: Vec<Service>,
}

/// What a centre offers at one place, from afar, or as a shelter (HSDS `service`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name, which no other service of the centre has.
    pub name: ShortText,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LongText>,
    /// Whether it is there at present.
    pub status: ServiceStatus,
    /// Where it is, or for which area.
    pub place: ServicePlace,
    /// Whether its people come to where a person is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mobile: bool,
    /// In which languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<SpokenLanguage>,
    /// For whom; nobody named: for everybody.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub target_groups: BTreeSet<TargetGroup>,
    /// For which forms of exploitation; none named: for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub exploitation_forms: BTreeSet<ExploitationForm>,
    /// What is done.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub offers: BTreeSet<Offer>,
    /// How it is reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// When.
    #[serde(default, skip_serializing_if = "OpeningHours::is_empty")]
    pub hours: OpeningHours,
    /// What makes its place accessible.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accessibility: BTreeSet<AccessibilityFeature>,
}

/// Where a service is, or for which area. A shelter has an area and nothing else: there is no room for its address here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServicePlace {
    /// People come to it.
    Location {
        /// Where (HSDS `location`).
        location: Location,
        /// For which area, if it says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
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

impl ServicePlace {
    /// The place, of a service that has one to show.
    #[must_use]
    pub const fn location(&self) -> Option<&Location> {
        match self {
            Self::Location { location, .. } => Some(location),
            Self::Remote { .. } | Self::Shelter { .. } => None,
        }
    }

    /// The area, if it is stated.
    #[must_use]
    pub const fn area(&self) -> Option<&ServiceArea> {
        match self {
            Self::Location { area, .. } => area.as_ref(),
            Self::Remote { area } | Self::Shelter { area } => Some(area),
        }
    }

    /// The Land whose public holidays count: that of the place, or of an area that is one Land.
    #[must_use]
    pub fn land(&self) -> Option<Land> {
        if let Some(location) = self.location() {
            return Some(location.land);
        }
        let area = self.area()?;
        let mut laender = area.laender();
        let first = laender.next();
        first.filter(|_| laender.next().is_none() && area.postcodes().next().is_none())
    }
}

/// A place where people come to (HSDS `location`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The town.
    pub city: ShortText,
    /// Its postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<Postcode>,
    /// Its Land.
    pub land: Land,
    /// Street and number, where the centre wants them known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<StreetAddress>,
    /// Where it is on the map: of the town or the postcode, where nothing better is known.
    pub point: GeoPoint,
}

/// Street and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreetAddress {
    /// Street and number.
    pub street: ShortText,
    /// Floor, entrance, name at the bell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<ShortText>,
}

/// A language, and how it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenLanguage {
    /// Which.
    pub language: LanguageCode,
    /// How.
    pub mode: LanguageMode,
}

/// Why something is no entry. What is wrong stands in [`InvalidInput`], each with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError(pub Vec<InvalidInput>);

impl CentreEntry {
    /// Checks what no single field can say: how many of each there are, and that nothing stands twice.
    ///
    /// # Errors
    /// Everything that is wrong, with JSON pointers into the entry.
    pub fn check(&self) -> Result<(), EntryError> {
        let mut faults = Faults(Vec::new());
        let count = self.services.len();
        if count == 0 || count > MOST_SERVICES {
            faults.add("/services", format!("must be 1 to {MOST_SERVICES}"));
        }
        let mut names = BTreeSet::new();
        for (index, service) in self.services.iter().enumerate() {
            let at = format!("/services/{index}");
            if !names.insert(service.name.as_str()) {
                faults.add(
                    format!("{at}/name"),
                    "is the name of another service of this centre",
                );
            }
            service.check(&at, &mut faults);
        }
        if faults.0.is_empty() {
            Ok(())
        } else {
            Err(EntryError(faults.0))
        }
    }
}

impl Service {
    /// Its identifier: it follows from its centre's and its name (`UUIDv5`, RFC 9562), so that it is the same whoever brings the entry in.
    #[must_use]
    pub fn id(&self, centre: CentreId) -> ServiceId {
        let name = self.name.as_str().as_bytes();
        ServiceId::from_uuid(uuid::Uuid::new_v5(&centre.as_uuid(), name))
    }

    fn check(&self, at: &str, faults: &mut Faults) {
        if self.languages.len() > MOST_LANGUAGES {
            faults.add(
                format!("{at}/languages"),
                format!("must be at most {MOST_LANGUAGES}"),
            );
        }
        let mut languages = BTreeSet::new();
        for (index, spoken) in self.languages.iter().enumerate() {
            if !languages.insert(*spoken) {
                faults.add(format!("{at}/languages/{index}"), "stands twice");
            }
        }
        if self.contacts.len() > MOST_CONTACTS {
            faults.add(
                format!("{at}/contacts"),
                format!("must be at most {MOST_CONTACTS}"),
            );
        }
        let mut contacts: BTreeSet<(Channel, &str)> = BTreeSet::new();
        for (index, contact) in self.contacts.iter().enumerate() {
            if !contacts.insert((contact.channel(), Address::as_str(contact.address()))) {
                faults.add(format!("{at}/contacts/{index}"), "stands twice");
            }
        }
        let is_shelter = matches!(self.place, ServicePlace::Shelter { .. });
        if is_shelter && !self.accessibility.is_empty() {
            faults.add(
                format!("{at}/accessibility"),
                "describes a place, which a shelter does not show",
            );
        }
    }
}

struct Faults(Vec<InvalidInput>);

impl Faults {
    fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.0.push(InvalidInput::new(pointer, detail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELTER: &str = r#"{"type":"shelter","area":{"laender":["DE-MV"]}}"#;

    fn service(place: &str) -> String {
        format!(r#"{{"name":"Unterkunft","status":"active","place":{place}}}"#)
    }

    fn entry(services: &[String]) -> CentreEntry {
        let services = services.join(",");
        serde_json::from_str(&format!(
            r#"{{"name":"Hafenlicht","regime":"gdpr","services":[{services}]}}"#
        ))
        .unwrap()
    }

    #[test]
    fn a_shelter_has_no_room_for_where_it_is() {
        assert!(serde_json::from_str::<ServicePlace>(SHELTER).is_ok());
        let location =
            r#""location":{"city":"Rostock","land":"DE-MV","point":{"lat":54.1,"lon":12.1}}"#;
        for told in [
            location,
            r#""address":{"street":"Lange Strasse 1"}"#,
            r#""point":{"lat":54.1,"lon":12.1}"#,
            r#""city":"Rostock""#,
            r#""postcode":"18055""#,
        ] {
            let place = format!(r#"{{"type":"shelter","area":{{"laender":["DE-MV"]}},{told}}}"#);
            assert!(
                serde_json::from_str::<ServicePlace>(&place).is_err(),
                "{told}"
            );
        }
        let area = r#"{"type":"shelter","area":{"postcodes":["18055"]}}"#;
        assert!(serde_json::from_str::<ServicePlace>(area).is_err());
        let place: ServicePlace = serde_json::from_str(SHELTER).unwrap();
        assert_eq!(place.location(), None);
    }

    #[test]
    fn faults_of_an_entry_are_all_told_with_their_places() {
        let twice = r#"{"channel":"phone","address":"0381 555 0100"}"#;
        let languages = r#"{"language":"ro","mode":"spoken"}"#;
        let faulty = format!(
            r#"{{"name":"Unterkunft","status":"active","place":{SHELTER},"accessibility":["lift"],
                "contacts":[{twice},{twice}],"languages":[{languages},{languages}]}}"#
        );
        let EntryError(faults) = entry(&[service(SHELTER), faulty]).check().unwrap_err();
        let places: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/services/1/name",
                "/services/1/languages/1",
                "/services/1/contacts/1",
                "/services/1/accessibility",
            ]
        );
        assert!(entry(&[]).check().is_err());
        assert_eq!(entry(&[service(SHELTER)]).check(), Ok(()));
    }

    #[test]
    fn a_service_keeps_its_identifier_as_long_as_its_name() {
        let centre = |number| CentreId::from_uuid(uuid::Uuid::from_u128(number));
        let one = entry(&[service(SHELTER)]).services.remove(0);
        let renamed = Service {
            name: ShortText::parse("Anderes").unwrap(),
            ..one.clone()
        };
        assert_eq!(one.id(centre(1)), one.clone().id(centre(1)));
        assert_ne!(one.id(centre(1)), one.id(centre(2)));
        assert_ne!(one.id(centre(1)), renamed.id(centre(1)));
        assert_eq!(one.id(centre(1)).as_uuid().get_version_num(), 5);
    }

    #[test]
    fn holidays_follow_the_place_or_the_one_land_of_the_area() {
        let land = |place: &str| serde_json::from_str::<ServicePlace>(place).unwrap().land();
        assert_eq!(land(SHELTER), Some(Land::MecklenburgVorpommern));
        let several = r#"{"type":"remote","area":{"laender":["DE-MV","DE-SH"]}}"#;
        assert_eq!(land(several), None);
        let regions = r#"{"type":"remote","area":{"laender":["DE-MV"],"postcodes":["2"]}}"#;
        assert_eq!(land(regions), None);
        assert_eq!(
            land(r#"{"type":"remote","area":{"nationwide":true}}"#),
            None
        );
    }
}
