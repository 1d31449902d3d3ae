//! The directory of counselling centres.

use serde_json::{Value, json};

use super::CENTRE_ID;

pub(super) const DIRECTORY_ID: &str = "019a6b2e-7c40-7d11-8a00-5a2b8c4d6e77";

/// An opening time: on weekdays from nine to five.
#[must_use]
pub fn schedule() -> Value {
    json!({
        "freq": "WEEKLY",
        "byday": "MO,TU,WE,TH,FR",
        "opens_at": "09:00",
        "closes_at": "17:00",
        "on_public_holidays": "closed"
    })
}

/// A place to come to.
fn counselling() -> Value {
    json!({
        "name": "Counselling in Rostock",
        "status": "active",
        "place": {
            "type": "location",
            "location": {
                "city": "Rostock",
                "postcode": "18055",
                "land": "DE-MV",
                "address": { "street": "Lange Strasse 1", "details": "2nd floor" },
                "point": { "lat": 54.0887, "lon": 12.14049 }
            },
            "area": { "laender": ["DE-MV"] }
        },
        "mobile": true,
        "languages": [
            { "language": "de", "mode": "spoken" },
            { "language": "ro", "mode": "spoken" },
            { "language": "bin", "mode": "interpreter" }
        ],
        "target_groups": ["women", "minors"],
        "exploitation_forms": ["sexual", "labour"],
        "offers": ["counselling", "accompaniment"],
        "contacts": [
            { "channel": "phone", "address": "0381 555 0100", "languages": ["de", "ro"] },
            { "channel": "email", "address": "hilfe@hafenlicht.example" }
        ],
        "schedules": [schedule()],
        "accessibility": ["step_free"]
    })
}

/// What a centre says about itself: a place to come to, and a shelter of which nobody learns where it is.
#[must_use]
pub fn centre_entry() -> Value {
    json!({
        "name": "Hafenlicht",
        "description": "Specialised counselling centre for people affected by human trafficking.",
        "website": "https://hafenlicht.example",
        "data_protection_regime": "gdpr",
        "services": [
            counselling(),
            {
                "name": "Shelter",
                "status": "active",
                "place": { "type": "shelter", "area": { "laender": ["DE-MV", "DE-SH"] } },
                "languages": [{ "language": "de", "mode": "spoken" }],
                "target_groups": ["women"],
                "offers": ["shelter"],
                "contacts": [{ "channel": "phone", "address": "0381 555 0100" }]
            }
        ]
    })
}

/// An entry of the directory, confirmed.
#[must_use]
pub fn counselling_centre() -> Value {
    json!({
        "id": DIRECTORY_ID,
        "version": 3,
        "changed_at": "2026-10-01T08:00:00.000000Z",
        "assured_at": "2026-10-02T08:00:00.000000Z",
        "standing": "confirmed",
        "standing_de": "von der Koordination bestätigt",
        "standing_en": "confirmed by the coordination",
        "entry": centre_entry()
    })
}

/// A new entry.
#[must_use]
pub fn add_counselling_centre() -> Value {
    json!({ "entry": centre_entry() })
}

/// A centre will keep an entry.
#[must_use]
pub fn set_keeper() -> Value {
    json!({ "organisation_id": CENTRE_ID })
}

/// What a search found: one service, near the place.
#[must_use]
pub fn found_services() -> Value {
    json!({
        "place": {
            "name": "Rostock",
            "land": "DE-MV",
            "found_by": "exact"
        },
        "total": 1,
        "at": "2026-11-24T08:00:00.000000Z",
        "items": [{
            "centre_id": DIRECTORY_ID,
            "centre": "Hafenlicht",
            "website": "https://hafenlicht.example",
            "service_id": "5b1d6a0e-6c57-5a8e-9a51-2f9f8c1d7e01",
            "service": counselling(),
            "distance_km": 1.2,
            "opening": { "state": "open", "closes": "2026-11-24T16:00:00.000000Z" },
            "standing": "confirmed",
            "assured_at": "2026-10-02T08:00:00.000000Z",
            "reasons": [
                {
                    "code": "serves_place",
                    "text_de": "ist für diesen Ort da",
                    "text_en": "is there for this place"
                },
                { "code": "open_now", "text_de": "ist jetzt erreichbar", "text_en": "is open now" }
            ]
        }]
    })
}

/// A file with one centre, as a rehearsal.
#[must_use]
pub fn import_counselling_centres() -> Value {
    json!({
        "format": "csv",
        "content": "aWQsbmFtZSxjaXR5LHBvc3Rjb2RlCmhhZmVubGljaHQsSGFmZW5saWNodCxSb3N0b2NrLDE4MDU1Cg==",
        "rehearsal": true
    })
}
