//! Files of other publishers: what is understood, and what is refused.

use freigabe_contract::{
    directory::{CentreEntry, ServicePlace},
    vocabulary::{Channel, DirectoryFormat, Land, ServiceStatus},
};
use serde_json::{Value, json};

use super::{bad, good, organization};

/// An attribute with a term of ours, as others may write it: without identifiers.
fn attribute(code: &str) -> Value {
    let (taxonomy, _) = code.split_once(':').unwrap();
    json!({ "id": "ae58cc39-8b70-4ab1-8aea-786882e5ac8e", "taxonomy_term": { "taxonomy": format!("freigabe:{taxonomy}"), "code": code } })
}

/// The organization with these values at these pointers.
fn with(changes: &[(&str, Value)]) -> Vec<u8> {
    let mut organization = organization();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        organization.pointer_mut(parent).unwrap()[name] = value.clone();
    }
    serde_json::to_vec(&json!([organization])).unwrap()
}

#[track_caller]
fn entry(changes: &[(&str, Value)]) -> CentreEntry {
    good(DirectoryFormat::HsdsJson, &with(changes))
        .remove(0)
        .entry
}

#[track_caller]
fn faults(changes: &[(&str, Value)]) -> Vec<String> {
    bad(DirectoryFormat::HsdsJson, &with(changes))
}

#[test]
fn what_others_publish_is_understood() {
    let entry = entry(&[
        (
            "/phones",
            json!([{ "id": "1", "number": "0381 555 0100" }, { "id": "2", "number": "0381 555 0101", "type": "fax" }]),
        ),
        ("/email", json!("hilfe@hafenlicht.example")),
        ("/services/0/url", json!("https://hafenlicht.example")),
        (
            "/services/0/attributes",
            json!([attribute("offer:counselling"), { "id": "3", "taxonomy_term": { "code": "women" } }]),
        ),
        (
            "/services/0/service_areas",
            json!([{ "id": "4", "name": "Schleswig-Holstein" }, { "id": "5", "extent": "DE-MV" }]),
        ),
        (
            "/services/0/contacts",
            json!([{ "id": "6", "name": "Ann Persona", "email": "ann@hafenlicht.example" }]),
        ),
        (
            "/services/0/languages",
            json!([{ "id": "7", "code": "ro", "name": "Romanian" }]),
        ),
        (
            "/services/0/service_at_locations/0/schedules",
            json!([
                { "id": "8", "freq": "WEEKLY", "byday": "TH, FR", "opens_at": "10:00", "closes_at": "18:00:00", "wkst": "SU" },
                { "id": "9", "dtstart": "2026-12-24", "until": "2026-12-24", "opens_at": "10:00+01:00", "closes_at": "12:00" },
            ]),
        ),
    ]);
    let service = &entry.services[0];
    assert_eq!(entry.description, None);
    assert_eq!(
        entry.website.unwrap().as_str(),
        "https://hafenlicht.example"
    );
    assert_eq!(service.status, ServiceStatus::Active);
    let ServicePlace::Location { location, area } = &service.place else {
        panic!("{:?}", service.place);
    };
    assert_eq!(location.land, Some(Land::MecklenburgVorpommern));
    assert_eq!(
        area.as_ref().unwrap().laender,
        [Land::SchleswigHolstein, Land::MecklenburgVorpommern]
    );
    let ways: Vec<_> = service
        .contacts
        .iter()
        .map(|way| (way.channel, way.address.as_str()))
        .collect();
    assert_eq!(
        ways,
        [
            (Channel::Phone, "0381 555 0100"),
            (Channel::Email, "hilfe@hafenlicht.example")
        ]
    );
    assert_eq!(service.offers.len(), 1);
    assert!(service.target_groups.is_empty());
    assert_eq!(service.languages[0].language.as_str(), "ro");
    let days = (
        service.schedules[0].byday.as_deref(),
        service.schedules[1].freq,
        &service.schedules[1].until,
    );
    assert_eq!(days, (Some("TH,FR"), None, &None));
}

#[test]
fn a_page_of_organizations_and_a_single_one_are_read_as_well() {
    for document in [
        json!({ "total_items": 1, "contents": [organization()] }),
        organization(),
    ] {
        let read = good(
            DirectoryFormat::HsdsJson,
            &serde_json::to_vec(&document).unwrap(),
        );
        assert_eq!(read[0].entry.name.as_str(), "Hafenlicht");
    }
}

#[test]
fn a_service_without_place_is_there_from_afar_for_its_area() {
    let nowhere = ("/services/0/service_at_locations", Value::Null);
    let area = (
        "/services/0/service_areas",
        json!([{ "id": "4", "name": "Deutschland" }]),
    );
    let entry = entry(&[nowhere.clone(), area]);
    assert!(
        matches!(&entry.services[0].place, ServicePlace::Remote { area } if area.nationwide == Some(true))
    );
    assert_eq!(
        faults(&[nowhere]),
        [
            "/0/services/0/service_areas: must say for which area the service is, which has no place that people come to"
        ]
    );
}

#[test]
fn an_address_of_a_shelter_is_a_fault_and_never_kept() {
    let shelter = ("/services/0/attributes", json!([attribute("mark:shelter")]));
    let area = (
        "/services/0/service_areas",
        json!([{ "id": "4", "extent": "DE-MV" }]),
    );
    let told = faults(&[shelter.clone(), area.clone()]);
    assert_eq!(
        told,
        [
            "/0/services/0/service_at_locations/0: a shelter has no address: nothing tells where it is"
        ]
    );
    let nowhere = ("/services/0/service_at_locations", json!([]));
    let entry = entry(&[shelter, area, nowhere]);
    assert!(matches!(
        entry.services[0].place,
        ServicePlace::Shelter { .. }
    ));
}

#[test]
fn what_would_mean_something_else_without_it_is_refused() {
    let there = organization()
        .pointer("/services/0/service_at_locations/0")
        .unwrap()
        .clone();
    let one = |rule: Value| {
        let mut schedule = json!({ "id": "1", "opens_at": "09:00", "closes_at": "17:00" });
        schedule
            .as_object_mut()
            .unwrap()
            .extend(rule.as_object().unwrap().clone());
        json!([schedule])
    };
    let phone = |rest: Value| {
        let mut phone = json!({ "id": "1", "number": "0381 555 0100" });
        phone
            .as_object_mut()
            .unwrap()
            .extend(rest.as_object().unwrap().clone());
        json!([phone])
    };
    let schedules = "/services/0/schedules";
    for (pointer, value, place) in [
        (
            "/services/0/service_at_locations",
            json!([there.clone(), there]),
            "/services/0/service_at_locations/1/location",
        ),
        (
            "/services/0/service_at_locations/0/location/location_type",
            json!("virtual"),
            "/services/0/service_at_locations/0/location/addresses",
        ),
        (
            "/services/0/service_at_locations/0/location/latitude",
            json!(54.1),
            "/services/0/service_at_locations/0/location/longitude",
        ),
        (
            "/services/0/service_at_locations/0/location/addresses/0/country",
            json!("AT"),
            "/services/0/service_at_locations/0/location/addresses/0/country",
        ),
        (
            "/services/0/service_at_locations/0/location/addresses/0/state_province",
            json!("Tirol"),
            "/services/0/service_at_locations/0/location/addresses/0/state_province",
        ),
        (
            "/services/0/service_at_locations/0/location/addresses/0/postal_code",
            json!("1805"),
            "/services/0/service_at_locations/0/location/addresses/0/postal_code",
        ),
        (
            "/services/0/service_areas",
            json!([{ "id": "1", "extent": "{}", "extent_type": "geojson" }]),
            "/services/0/service_areas/0/name",
        ),
        (
            "/services/0/service_areas",
            json!([{ "id": "1", "name": "18055" }]),
            "/services/0/service_areas/0/name",
        ),
        ("/services/0/status", json!("open"), "/services/0/status"),
        (
            "/services/0/languages",
            json!([{ "id": "1", "name": "German" }]),
            "/services/0/languages/0/code",
        ),
        (
            "/services/0/languages",
            json!([{ "id": "1", "code": "German" }]),
            "/services/0/languages/0/code",
        ),
        (
            "/services/0/phones",
            phone(json!({ "extension": 100 })),
            "/services/0/phones/0/extension",
        ),
        (
            "/services/0/phones",
            phone(json!({ "type": "telegraph" })),
            "/services/0/phones/0/type",
        ),
        (
            "/services/0/attributes",
            json!([attribute("offer:lottery")]),
            "/services/0/attributes/0",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "count": 3, "byday": "MO" })),
            "/services/0/schedules/0/count",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "byweekno": "41" })),
            "/services/0/schedules/0/byweekno",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "byday": "MO", "interval": 2, "wkst": "SU" })),
            "/services/0/schedules/0/wkst",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "byday": "MO", "interval": 1.5 })),
            "/services/0/schedules/0/interval",
        ),
        (
            schedules,
            one(json!({ "freq": "YEARLY" })),
            "/services/0/schedules/0/freq",
        ),
        (
            schedules,
            one(json!({ "byday": "MO" })),
            "/services/0/schedules/0/freq",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "byday": "Montag" })),
            "/services/0/schedules/0/byday",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "byday": "MO", "opens_at": "09:00Z" })),
            "/services/0/schedules/0/opens_at",
        ),
        (
            schedules,
            one(json!({ "freq": "WEEKLY", "byday": "MO", "dtstart": "1.1.2026" })),
            "/services/0/schedules/0/dtstart",
        ),
        ("/website", json!("hafenlicht.example"), "/website"),
        ("/id", json!("17"), "/id"),
        ("/name", json!("x".repeat(201)), "/name"),
    ] {
        let area = (
            "/services/0/service_areas",
            json!([{ "id": "1", "extent": "DE-MV" }]),
        );
        let told = faults(&[area, (pointer, value)]);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].starts_with(&format!("/0{place}: ")),
            "{place}: {told:?}"
        );
    }
}

#[test]
fn every_bad_organization_is_told_and_nothing_is_repeated() {
    let mut organizations = vec![organization(); 3];
    organizations[0]["services"][0]["status"] = json!("SECRET");
    organizations[0]["services"][0]["service_at_locations"][0]["location"]["addresses"][0]["country"] =
        json!("SECRET");
    organizations[1]["id"] = json!("SECRET");
    organizations[2]["website"] = json!("SECRET");
    organizations.push(json!("SECRET"));
    let told = bad(
        DirectoryFormat::HsdsJson,
        &serde_json::to_vec(&organizations).unwrap(),
    );
    let places: Vec<&str> = told
        .iter()
        .map(|fault| fault.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "/0/services/0/status",
            "/0/services/0/service_at_locations/0/location/addresses/0/country",
            "/1/id",
            "/3",
            "/2/website",
        ]
    );
    assert_eq!(
        faults(&[("/services", json!([]))]),
        ["/0/services: must have at least one service"]
    );
    assert!(!told.concat().contains("SECRET"), "{told:?}");
}

#[test]
fn a_centre_stands_in_a_file_once() {
    let organizations = serde_json::to_vec(&vec![organization(); 2]).unwrap();
    assert_eq!(
        bad(DirectoryFormat::HsdsJson, &organizations),
        ["/1: is a centre that stands in the file before"]
    );
}
