//! Supplementary agreements, prevention days, and where the police name the network.

use serde_json::{Value, json};

use super::CENTRE_ID;

const AGREEMENT_ID: &str = "019a7011-55cc-7d44-9e55-6f77a8829930";
const EVENT_ID: &str = "019a7011-66dd-7e55-8f66-7a88b9930a41";
const REFERENCE_ID: &str = "019a7011-77ee-7f66-9a77-8b99ca041b52";
const ENTRY_ID: &str = "019a6b40-1111-7a22-8b33-4c55d6e7f808";
const COORDINATION_ID: &str = "019a6b2e-0c00-7c0c-8c0c-0c0c0c0c0c0c";
const PROPOSED: &str = "2026-11-26T09:00:00.123456Z";
const CONFIRMED: &str = "2026-11-27T10:30:00.654321Z";
const FROM: &str = "2026-12-01T00:00:00.000000Z";
const UNTIL: &str = "2027-03-01T00:00:00.000000Z";

fn office() -> Value {
    json!({ "type": "office", "office": "bpoli-rostock" })
}

fn centre() -> Value {
    json!({ "type": "centre", "organisation_id": CENTRE_ID })
}

/// Two thirds of a hall are the police's, a third the centre's.
#[must_use]
pub fn propose_supplementary_agreement() -> Value {
    json!({
        "title": "Saal für den Präventionstag im Seehafen",
        "reference": "Registratur VG 9/2026, Blatt 3",
        "total": { "cents": 100000, "currency": "EUR" },
        "sharing": {
            "type": "parts",
            "parties": [
                { "participant": office(), "parts": 2 },
                { "participant": centre(), "parts": 1 }
            ]
        },
        "valid_from": FROM,
        "valid_until": UNTIL
    })
}

/// The same, once both have said yes.
#[must_use]
pub fn supplementary_agreement() -> Value {
    json!({
        "id": AGREEMENT_ID,
        "standing": "confirmed",
        "title": "Saal für den Präventionstag im Seehafen",
        "reference": "Registratur VG 9/2026, Blatt 3",
        "total": { "cents": 100000, "currency": "EUR" },
        "parties": [
            { "participant": office(), "share_cents": 66667, "confirmed_at": PROPOSED },
            { "participant": centre(), "share_cents": 33333, "confirmed_at": CONFIRMED }
        ],
        "valid_from": FROM,
        "valid_until": UNTIL,
        "proposed_by": office(),
        "proposed_at": PROPOSED,
        "confirmed_at": CONFIRMED
    })
}

/// An office plans a day in the port.
#[must_use]
pub fn plan_prevention_event() -> Value {
    json!({
        "title": "Präventionstag im Seehafen",
        "description": "Woran man Menschenhandel erkennt, und wer hilft. Mit Ständen der Fachberatungsstellen.",
        "starts_at": "2026-12-10T09:00:00.000000Z",
        "ends_at": "2026-12-10T16:00:00.000000Z",
        "venue": { "place": "Rostock, Seehafen, Terminal 5" },
        "public": true,
        "costs": { "type": "own" }
    })
}

/// It invites the coordination, and the centres of the Land.
#[must_use]
pub fn invite_prevention_event() -> Value {
    json!({ "coordination": true, "laender": ["DE-MV"] })
}

/// One of them comes.
#[must_use]
pub fn reply_to_prevention_event() -> Value {
    json!({ "answer": "accepted" })
}

/// The day, as it is then.
#[must_use]
pub fn prevention_event() -> Value {
    json!({
        "id": EVENT_ID,
        "version": 2,
        "state": "planned",
        "office": "bpoli-rostock",
        "title": "Präventionstag im Seehafen",
        "description": "Woran man Menschenhandel erkennt, und wer hilft. Mit Ständen der Fachberatungsstellen.",
        "starts_at": "2026-12-10T09:00:00.000000Z",
        "ends_at": "2026-12-10T16:00:00.000000Z",
        "venue": { "place": "Rostock, Seehafen, Terminal 5" },
        "public": true,
        "costs": { "type": "own" },
        "planned_at": PROPOSED,
        "invitations": [
            { "participant": centre(), "invited_at": PROPOSED, "answer": "accepted", "answered_at": CONFIRMED },
            { "participant": { "type": "coordination", "organisation_id": COORDINATION_ID }, "invited_at": PROPOSED }
        ]
    })
}

/// A page of the police names the KOK.
#[must_use]
pub fn add_media_reference() -> Value {
    json!({
        "place": { "type": "page", "address": "https://www.bundespolizei.example/menschenhandel" },
        "names": { "type": "coordination" }
    })
}

/// Somebody has looked.
#[must_use]
pub fn record_media_reference_check() -> Value {
    json!({ "still_live": "yes", "checked_by": "hand" })
}

/// A leaflet names a centre, and is no longer there.
#[must_use]
pub fn media_reference() -> Value {
    json!({
        "id": REFERENCE_ID,
        "office": "bpoli-rostock",
        "place": { "type": "leaflet", "title": "Hilfe für Betroffene", "lies_at": "Wache Seehafen" },
        "names": { "type": "centre", "centre_id": ENTRY_ID },
        "still_live": "no",
        "added_at": PROPOSED,
        "last_checked_at": CONFIRMED,
        "checked_by": "hand",
        "stale": false
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{prevention as wire, supplementary};

    #[track_caller]
    fn reads_and_writes_back<T: serde::de::DeserializeOwned + serde::Serialize>(example: Value) {
        let read: T = serde_json::from_value(example.clone()).expect("an example");
        assert_eq!(serde_json::to_value(read).expect("JSON"), example);
    }

    #[test]
    fn every_example_is_one() {
        reads_and_writes_back::<supplementary::ProposeSupplementaryAgreement>(
            propose_supplementary_agreement(),
        );
        reads_and_writes_back::<supplementary::SupplementaryAgreement>(supplementary_agreement());
        reads_and_writes_back::<wire::PlanPreventionEvent>(plan_prevention_event());
        reads_and_writes_back::<wire::InvitePreventionEvent>(invite_prevention_event());
        reads_and_writes_back::<wire::ReplyToPreventionEvent>(reply_to_prevention_event());
        reads_and_writes_back::<wire::PreventionEvent>(prevention_event());
        reads_and_writes_back::<wire::AddMediaReference>(add_media_reference());
        reads_and_writes_back::<wire::RecordMediaReferenceCheck>(record_media_reference_check());
        reads_and_writes_back::<wire::MediaReference>(media_reference());
    }
}
