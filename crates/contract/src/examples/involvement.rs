//! Referral notices and involvements.

use serde_json::{Value, json};

use super::{CASE_ID, directory::DIRECTORY_ID};

const REFERRAL_ID: &str = "019a6d00-22bb-7c33-8d44-5e66f7708815";
const INVOLVEMENT_ID: &str = "019a6d02-11aa-7b22-9c33-4d55e66f7716";
const OFFER_ID: &str = "019a6d02-11aa-7c44-8e55-6f77a8899017";
const PERSON_FOR_CENTRE: &str = "p-5a4b3c2d1e0f99887766554433221100";
const NOTED: &str = "2026-11-24T06:30:00.000000Z";
const OPENED: &str = "2026-11-24T07:10:12.345678Z";
const ANSWER_BY: &str = "2026-11-25T07:10:12.345678Z";

/// Somebody was given the leaflet in Romanian, and told about one centre.
#[must_use]
pub fn note_referral() -> Value {
    json!({
        "told_at": NOTED,
        "language": "ro",
        "medium": "leaflet",
        "leaflet_version": 1,
        "centres": [DIRECTORY_ID]
    })
}

/// The same as it was recorded.
#[must_use]
pub fn referral_notice() -> Value {
    json!({
        "id": REFERRAL_ID,
        "office": "bpoli-rostock",
        "recorded_at": OPENED,
        "told_at": NOTED,
        "language": "ro",
        "medium": "leaflet",
        "leaflet_version": 1,
        "centres": [DIRECTORY_ID]
    })
}

fn needed() -> Value {
    json!({
        "postcode": "18055",
        "language": "ro",
        "target_group": "women",
        "mobile": true
    })
}

/// A suspected case, and one centre that is asked at once.
#[must_use]
pub fn note_involvement() -> Value {
    json!({
        "case_reference": "VG/2026/004711",
        "person_reference": "P-2",
        "suspicion_noted_at": NOTED,
        "needed": needed(),
        "offer_to": [DIRECTORY_ID]
    })
}

/// Another centre is asked.
#[must_use]
pub fn offer_involvement() -> Value {
    json!({ "centres": [DIRECTORY_ID] })
}

/// The centre comes at noon.
#[must_use]
pub fn agree_contact() -> Value {
    json!({ "mode": "centre_comes", "meeting_at": "2026-11-24T11:00:00.000000Z" })
}

/// A suspected case for which one centre was asked.
#[must_use]
pub fn involvement() -> Value {
    json!({
        "id": INVOLVEMENT_ID,
        "case_id": CASE_ID,
        "suspicion_noted_at": NOTED,
        "opened_at": OPENED,
        "needed": needed(),
        "state": "offered",
        "offers": [{
            "id": OFFER_ID,
            "centre_id": DIRECTORY_ID,
            "person_for_centre": PERSON_FOR_CENTRE,
            "standing": "open",
            "offered_at": OPENED,
            "answer_by": ANSWER_BY
        }]
    })
}

/// The same as the centre sees it.
#[must_use]
pub fn involvement_offer() -> Value {
    json!({
        "id": OFFER_ID,
        "office": "bpoli-rostock",
        "centre_id": DIRECTORY_ID,
        "person": PERSON_FOR_CENTRE,
        "needed": {
            "postcode_region": "18",
            "language": "ro",
            "target_group": "women",
            "mobile": true
        },
        "standing": "open",
        "offered_at": OPENED,
        "answer_by": ANSWER_BY
    })
}

/// The centre can't help at present.
#[must_use]
pub fn answer_offer() -> Value {
    json!({ "answer": "declined", "reason": "capacity" })
}
