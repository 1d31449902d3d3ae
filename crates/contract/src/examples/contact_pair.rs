//! Contact pairs.

use serde_json::{Value, json};

use super::{CENTRE_ID, office};

const CONTACT_PAIR_ID: &str = "019a6e02-51bc-7d04-8e15-6f77a88b9c2d";
const OPENED: &str = "2026-11-26T09:00:00.123456Z";
const ANSWERED: &str = "2026-11-27T10:30:00.654321Z";
const UNTIL: &str = "2027-11-26T09:00:00.123456Z";

fn of_office() -> Value {
    json!([
        {
            "role": "trafficking_contact",
            "name": "K. Petersen",
            "channel": "phone",
            "value": "+49 381 555 0110",
            "reachable": "Mon to Fri 8:00 to 16:00"
        },
        { "role": "on_call_desk", "channel": "phone", "value": "+49 381 555 0100", "reachable": "always" }
    ])
}

fn of_centre() -> Value {
    json!([
        { "role": "counselling", "channel": "phone", "value": "+49 381 555 0200" },
        { "role": "management", "channel": "email", "value": "leitung@example.org" }
    ])
}

/// An office opens a pair with a centre.
#[must_use]
pub fn open_contact_pair() -> Value {
    json!({ "with": { "type": "centre", "centre_id": CENTRE_ID }, "contacts": of_office() })
}

/// A centre writes its half.
#[must_use]
pub fn set_pair_contacts() -> Value {
    json!({ "contacts": of_centre() })
}

/// A pair as its sides see it.
#[must_use]
pub fn contact_pair() -> Value {
    let mut pair = listed_contact_pair();
    for (half, contacts) in [("office_half", of_office()), ("centre_half", of_centre())] {
        if let Some(half) = pair.get_mut(half).and_then(Value::as_object_mut) {
            half.insert("version".to_owned(), json!(1));
            half.insert("contacts".to_owned(), contacts);
        }
    }
    pair
}

/// The same in a list.
#[must_use]
pub fn listed_contact_pair() -> Value {
    json!({
        "id": CONTACT_PAIR_ID,
        "office": "bpoli-rostock",
        "organisation_id": CENTRE_ID,
        "opened_at": OPENED,
        "standing": "current",
        "until": UNTIL,
        "office_half": { "changed_at": OPENED, "confirmed_at": OPENED },
        "centre_half": { "changed_at": ANSWERED, "confirmed_at": ANSWERED }
    })
}

/// An office that opened a pair which nobody answered.
#[must_use]
pub fn office_without_contact() -> Value {
    json!({ "office": office(), "gap": "incomplete", "since": OPENED })
}
