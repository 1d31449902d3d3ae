//! HSDS services: what is done, where, for whom, and how it is reached.

use std::fmt::Display;

use freigabe_contract::{
    directory as wire,
    office::GeoPoint,
    vocabulary::{
        AccessibilityFeature, ExploitationForm, Land, LanguageMode, Offer, ServiceStatus,
        TargetGroup, UnknownCodeError,
    },
};

use super::{
    contact,
    read::{Attributes, Reader, Spot},
    schedule,
};
use crate::directory::formats::terms::mark;

/// A service, and its page on the web if that is none of its contacts.
pub(super) struct ReadService {
    pub(super) service: wire::Service,
    pub(super) page: Option<String>,
}

/// Reads a service, with what stands at its location or its organization where it says nothing itself.
pub(super) fn read(
    reader: &mut Reader<'_>,
    spot: &Spot<'_>,
    organization: &Spot<'_>,
    entry: &str,
) -> ReadService {
    reader.note(entry, spot, None);
    let attributes = reader.attributes(spot);
    let name = reader.needed(spot, "name", &format!("{entry}/name"));
    let description = reader.text(spot, "description", Some(&format!("{entry}/description")));
    let options = listed(ServiceStatus::ALL);
    let status_at = format!("{entry}/status");
    let status = reader.code(
        spot,
        "status",
        &status_at,
        ServiceStatus::from_code,
        &options,
    );
    if spot.member("status").is_none() {
        reader.fault(spot, Some("status"), "is needed");
    }
    let there = reader.list(spot, "service_at_locations", &format!("{entry}/place"));
    let locations: Vec<Spot<'_>> = there
        .iter()
        .filter_map(|there| there.member("location"))
        .collect();
    let is_shelter = attributes
        .with(mark::TAXONOMY, mark::SHELTER)
        .next()
        .is_some();
    let place = place(reader, spot, &there, is_shelter, &format!("{entry}/place"));
    let around = || std::iter::once(spot).chain(&there).chain(&locations);
    let schedules = around()
        .find_map(|spot| spot.member("schedules").map(|_| spot))
        .unwrap_or(spot);
    let schedules = schedule::read_all(reader, schedules, &format!("{entry}/schedules"));
    let contacts = contact::read_all(reader, around().chain([organization]), entry);
    let page = reader.text(spot, "url", None);
    let page = page.filter(|page| !contacts.iter().any(|one| one.address.as_str() == page));
    let accessibility = accessibility(reader, &attributes, &locations, is_shelter, entry);
    let mut vocabulary = Vocabulary {
        reader,
        attributes: &attributes,
        entry,
    };
    let service = wire::Service {
        target_groups: vocabulary.codes("target_group", "target_groups", TargetGroup::from_code),
        exploitation_forms: vocabulary.codes(
            "exploitation_form",
            "exploitation_forms",
            ExploitationForm::from_code,
        ),
        offers: vocabulary.codes("offer", "offers", Offer::from_code),
        mobile: attributes
            .with(mark::TAXONOMY, mark::MOBILE)
            .next()
            .map(|_| true),
        languages: languages(reader, spot, entry),
        name: name.into(),
        description: description.map(Into::into),
        status: status.unwrap_or(ServiceStatus::Active),
        place,
        contacts,
        schedules,
        accessibility,
    };
    ReadService { service, page }
}

struct Vocabulary<'a, 'r, 'v> {
    reader: &'a mut Reader<'r>,
    attributes: &'a Attributes<'v>,
    entry: &'a str,
}

impl Vocabulary<'_, '_, '_> {
    fn codes<T>(
        &mut self,
        taxonomy: &str,
        field: &str,
        known: fn(&str) -> Result<T, UnknownCodeError>,
    ) -> Vec<T> {
        let mut read = Vec::new();
        for (code, spot) in self.attributes.codes(taxonomy) {
            if let Ok(member) = known(code) {
                self.reader.note(
                    &format!("{}/{field}/{}", self.entry, read.len()),
                    spot,
                    None,
                );
                read.push(member);
            }
        }
        read
    }
}

fn place(
    reader: &mut Reader<'_>,
    spot: &Spot<'_>,
    there: &[Spot<'_>],
    is_shelter: bool,
    entry: &str,
) -> wire::ServicePlace {
    let area = area(reader, spot, &format!("{entry}/area"));
    if is_shelter {
        for told in there {
            reader.fault(
                told,
                None,
                "a shelter has no address: nothing tells where it is",
            );
        }
        return wire::ServicePlace::Shelter {
            area: needed(reader, spot, area),
        };
    }
    let mut physical = Vec::new();
    for there in there {
        let Some(location) = there.member("location") else {
            reader.fault(there, Some("location"), "is needed");
            continue;
        };
        match reader.text(&location, "location_type", None).as_deref() {
            Some("physical") => physical.push(location),
            // Letters go there, people don't.
            Some("postal") => {}
            Some("virtual") if location.member("addresses").is_none() => {}
            Some("virtual") => {
                reader.fault(
                    &location,
                    Some("addresses"),
                    "a virtual location has no address",
                );
            }
            _ => reader.fault(
                &location,
                Some("location_type"),
                "must be one of: physical, postal, virtual",
            ),
        }
    }
    if let Some(second) = physical.get(1) {
        reader.fault(
            second,
            None,
            "a service has one place here: make it two services",
        );
    }
    match physical.first() {
        Some(first) => wire::ServicePlace::Location {
            location: location(reader, first, &format!("{entry}/location")),
            area,
        },
        None => wire::ServicePlace::Remote {
            area: needed(reader, spot, area),
        },
    }
}

fn needed(
    reader: &mut Reader<'_>,
    spot: &Spot<'_>,
    area: Option<wire::ServiceArea>,
) -> wire::ServiceArea {
    area.unwrap_or_else(|| {
        let detail =
            "must say for which area the service is, which has no place that people come to";
        reader.fault(spot, Some("service_areas"), detail);
        no_area()
    })
}

const fn no_area() -> wire::ServiceArea {
    wire::ServiceArea {
        nationwide: None,
        laender: Vec::new(),
        postcodes: Vec::new(),
    }
}

/// The area; none when nothing is said about it.
fn area(reader: &mut Reader<'_>, spot: &Spot<'_>, entry: &str) -> Option<wire::ServiceArea> {
    let rows = reader.list(spot, "service_areas", entry);
    let mut area = no_area();
    for row in &rows {
        let is_text = reader
            .text(row, "extent_type", None)
            .is_none_or(|kind| kind == "text");
        let extent = reader.text(row, "extent", None).filter(|_| is_text);
        let name = reader.text(row, "name", None);
        let member = if extent.is_some() { "extent" } else { "name" };
        match extent.or(name).as_deref().map(str::trim) {
            Some("DE" | "Germany" | "Deutschland") => area.nationwide = Some(true),
            Some(digits) if digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let pointer = format!("{entry}/postcodes/{}", area.postcodes.len());
                reader.note(&pointer, row, Some(member));
                area.postcodes.push(digits.into());
            }
            Some(name) if land(name).is_some() => {
                let pointer = format!("{entry}/laender/{}", area.laender.len());
                reader.note(&pointer, row, Some(member));
                area.laender.extend(land(name));
            }
            _ => reader.fault(
                row,
                Some(member),
                "must be DE, a Land (its code of ISO 3166-2 or its name), or the first one or two digits of postcodes",
            ),
        }
    }
    (!rows.is_empty()).then_some(area)
}

/// A Land by its code, with or without `DE-`, or by its German or English name.
pub(in super::super) fn land(name: &str) -> Option<Land> {
    Land::ALL.iter().copied().find(|land| {
        let code = land.code();
        let mut names = land
            .label()
            .split(['(', ')'])
            .map(str::trim)
            .filter(|name| !name.is_empty());
        name == code || code.strip_prefix("DE-") == Some(name) || names.any(|known| known == name)
    })
}

fn location(reader: &mut Reader<'_>, spot: &Spot<'_>, entry: &str) -> wire::Location {
    reader.note(&format!("{entry}/point"), spot, Some("latitude"));
    let point = match (
        reader.number(spot, "latitude"),
        reader.number(spot, "longitude"),
    ) {
        (Some(lat), Some(lon)) => Some(GeoPoint { lat, lon }),
        (None, None) => None,
        (lat, _) => {
            let missing = if lat.is_some() {
                "longitude"
            } else {
                "latitude"
            };
            reader.fault(
                spot,
                Some(missing),
                "is needed: latitude and longitude go together",
            );
            None
        }
    };
    let rows = reader.list(spot, "addresses", entry);
    let mut physical = Vec::new();
    for row in rows {
        match reader.text(&row, "address_type", None).as_deref() {
            Some("physical") | None => physical.push(row),
            Some("postal" | "virtual") => {}
            Some(_) => reader.fault(
                &row,
                Some("address_type"),
                "must be one of: physical, postal, virtual",
            ),
        }
    }
    if let Some(second) = physical.get(1) {
        reader.fault(
            second,
            None,
            "a location has one address of type physical here",
        );
    }
    let Some(row) = physical.first() else {
        reader.fault(
            spot,
            Some("addresses"),
            "must hold an address of type physical, with the town at least",
        );
        return wire::Location {
            city: "".into(),
            postcode: None,
            land: None,
            address: None,
            point,
        };
    };
    address(reader, row, point, entry)
}

fn address(
    reader: &mut Reader<'_>,
    row: &Spot<'_>,
    point: Option<GeoPoint>,
    entry: &str,
) -> wire::Location {
    let city = reader.needed(row, "city", &format!("{entry}/city"));
    let postcode = reader.text(row, "postal_code", Some(&format!("{entry}/postcode")));
    let land_name = reader.text(row, "state_province", Some(&format!("{entry}/land")));
    let land_name = land_name.filter(|name| name != "DE");
    let land = land_name.as_deref().and_then(|name| land(name.trim()));
    if land_name.is_some() && land.is_none() {
        let detail = "must be a Land: its code of ISO 3166-2 or its name";
        reader.fault(row, Some("state_province"), detail);
    }
    let country = reader.text(row, "country", None);
    if !matches!(
        country.as_deref(),
        None | Some("DE" | "Germany" | "Deutschland")
    ) {
        reader.fault(row, Some("country"), "must be DE");
    }
    let street = reader.text(row, "address_1", Some(&format!("{entry}/address/street")));
    let details = reader.text(row, "address_2", Some(&format!("{entry}/address/details")));
    let marks = reader.attributes(row);
    let is_untold = marks.with(mark::TAXONOMY, mark::NO_STREET).next().is_some();
    // Whoever wrote a street over the town's name meant it.
    let street = street.filter(|street| !(is_untold && *street == city));
    if street.is_none() && details.is_some() {
        reader.fault(row, Some("address_1"), "is needed with address_2");
    }
    wire::Location {
        address: street.map(|street| wire::StreetAddress {
            street: street.into(),
            details: details.map(Into::into),
        }),
        city: city.into(),
        postcode: postcode.filter(|code| code != "unknown").map(Into::into),
        land,
        point,
    }
}

fn languages(reader: &mut Reader<'_>, spot: &Spot<'_>, entry: &str) -> Vec<wire::SpokenLanguage> {
    let rows = reader.list(spot, "languages", &format!("{entry}/languages"));
    let mut languages = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let entry = format!("{entry}/languages/{index}");
        reader.note(&entry, row, None);
        let language = reader.needed(row, "code", &format!("{entry}/language"));
        let note = reader.text(row, "note", Some(&format!("{entry}/mode")));
        let mode = match note.as_deref() {
            Some("interpreter") => LanguageMode::Interpreter,
            _ => LanguageMode::Spoken,
        };
        languages.push(wire::SpokenLanguage {
            language: language.into(),
            mode,
        });
    }
    languages
}

fn accessibility(
    reader: &mut Reader<'_>,
    attributes: &Attributes<'_>,
    locations: &[Spot<'_>],
    is_shelter: bool,
    entry: &str,
) -> Vec<AccessibilityFeature> {
    let mut own = Vocabulary {
        reader,
        attributes,
        entry,
    };
    let mut features = own.codes(
        "accessibility",
        "accessibility",
        AccessibilityFeature::from_code,
    );
    if is_shelter {
        return features;
    }
    for location in locations {
        for row in reader.list(location, "accessibility", &format!("{entry}/accessibility")) {
            let terms = reader.attributes(&row);
            let by_term = terms.codes("accessibility").first().map(|(code, _)| *code);
            let said = reader.text(&row, "description", None);
            let feature = AccessibilityFeature::ALL
                .iter()
                .find(|feature| match by_term {
                    Some(code) => feature.code() == code,
                    None => said
                        .as_deref()
                        .is_some_and(|said| said == feature.label() || said == feature.code()),
                });
            // Free text about buildings has no place here.
            if let Some(feature) = feature {
                reader.note(
                    &format!("{entry}/accessibility/{}", features.len()),
                    &row,
                    None,
                );
                features.push(*feature);
            }
        }
    }
    features
}

fn listed<T: Display>(members: &[T]) -> String {
    members
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
