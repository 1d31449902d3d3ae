//! Joint activities.

use serde_json::{Value, json};

use super::CENTRE_ID;

const ACTIVITY_ID: &str = "019a7011-88ff-7a77-8b88-9c00db152c63";
const PROPOSED: &str = "2026-11-26T09:00:00.123456Z";
const AGREED: &str = "2026-11-27T10:30:00.654321Z";

fn office(id: &str) -> Value {
    json!({ "type": "office", "office": id })
}

fn centre() -> Value {
    json!({ "type": "centre", "organisation_id": CENTRE_ID })
}

/// A centre proposes an exhibition in a station to the office there.
#[must_use]
pub fn propose_joint_activity() -> Value {
    json!({
        "kind": "exhibition",
        "title": "Ausstellung im Bahnhof",
        "description": "Woran man Menschenhandel erkennt, und wer hilft. Mit Führungen für Schulklassen.",
        "starts_at": "2027-02-01T08:00:00.000000Z",
        "ends_at": "2027-02-28T18:00:00.000000Z",
        "venue": { "place": "Rostock Hauptbahnhof" },
        "public": true,
        "costs": { "type": "own" },
        "counterpart": office("bpoli-rostock")
    })
}

/// A party invites another office.
#[must_use]
pub fn invite_to_joint_activity() -> Value {
    json!({ "participants": [office("bpoli-kiel")] })
}

/// It may come.
#[must_use]
pub fn reply_to_invitation() -> Value {
    json!({ "answer": "tentative" })
}

/// The same, once it is agreed and somebody is invited.
#[must_use]
pub fn joint_activity() -> Value {
    let mut activity = propose_joint_activity();
    let more = json!({
        "id": ACTIVITY_ID,
        "version": 3,
        "state": "agreed",
        "proposed_by": centre(),
        "proposed_at": PROPOSED,
        "answered_at": AGREED,
        "invitations": [{ "participant": office("bpoli-kiel"), "invited_at": AGREED }]
    });
    if let (Some(all), Value::Object(more)) = (activity.as_object_mut(), more) {
        all.extend(more);
    }
    activity
}
