//! Security notices.

use serde_json::{Value, json};

use super::{CASE_ID, CENTRE_ID, DISCLOSURE_ID};

const SECURITY_NOTICE_ID: &str = "019a6e01-33aa-7b22-9c33-4d55e66f7718";
const ISSUED: &str = "2026-11-26T08:15:00.123456Z";
const VALID_UNTIL: &str = "2099-12-31T23:00:00.000000Z";
const READ: &str = "2026-11-26T08:40:12.345678Z";

fn assessment() -> Value {
    json!({
        "level": "high",
        "source": "B",
        "information": "2",
        "statements": [
            {
                "statement": "fact",
                "observed_at": "2026-11-25T18:00:00.000000Z",
                "text": "The person who threatened her was released from custody."
            },
            {
                "statement": "assessment",
                "observed_at": "2026-11-26T07:30:00.000000Z",
                "text": "It must be expected that he looks for her at her former address."
            }
        ],
        "measures": ["relocation", "phone_change"]
    })
}

/// An urgent notice about a person whom the office knows from a disclosure.
#[must_use]
pub fn issue_security_notice() -> Value {
    json!({
        "kind": "threat_person",
        "audience": {
            "type": "centre",
            "subject": {
                "type": "person",
                "known_from": { "type": "disclosure", "disclosure_id": DISCLOSURE_ID }
            }
        },
        "urgency": "urgent",
        "valid_from": "2026-11-26T00:00:00.000000Z",
        "valid_until": VALID_UNTIL,
        "assessment": assessment()
    })
}

/// A notice to every centre about a country: there is no field for a person.
#[must_use]
pub fn issue_security_broadcast() -> Value {
    json!({
        "kind": "origin_country_change",
        "audience": { "type": "all", "subject": { "type": "country", "country": "RO" } },
        "urgency": "routine",
        "valid_from": "2026-11-26T00:00:00.000000Z",
        "valid_until": VALID_UNTIL,
        "assessment": {
            "level": "medium",
            "source": "A",
            "information": "1",
            "statements": [{
                "statement": "fact",
                "observed_at": "2026-11-25T18:00:00.000000Z",
                "text": "A programme of protection for those who return has ended."
            }],
            "measures": []
        }
    })
}

/// A later version.
#[must_use]
pub fn revise_security_notice() -> Value {
    json!({
        "urgency": "routine",
        "valid_from": "2026-11-26T00:00:00.000000Z",
        "valid_until": VALID_UNTIL,
        "assessment": assessment()
    })
}

/// A notice as its office sees it.
#[must_use]
pub fn security_notice() -> Value {
    json!({
        "id": SECURITY_NOTICE_ID,
        "series_id": SECURITY_NOTICE_ID,
        "version": 1,
        "kind": "threat_person",
        "urgency": "urgent",
        "state": "current",
        "valid_from": "2026-11-26T00:00:00.000000Z",
        "valid_until": VALID_UNTIL,
        "issued_at": ISSUED,
        "counts": { "addressed": 1, "delivered": 1, "read": 1, "acknowledged": 0 },
        "deliveries": [{ "organisation_id": CENTRE_ID, "delivered_at": READ, "read_at": READ }]
    })
}

/// The same in a centre's list.
#[must_use]
pub fn inbox_security_notice() -> Value {
    json!({
        "id": SECURITY_NOTICE_ID,
        "series_id": SECURITY_NOTICE_ID,
        "version": 1,
        "office": "bpoli-rostock",
        "kind": "threat_person",
        "urgency": "urgent",
        "state": "current",
        "valid_from": "2026-11-26T00:00:00.000000Z",
        "valid_until": VALID_UNTIL,
        "issued_at": ISSUED,
        "read_at": READ
    })
}

/// The same as it is read.
#[must_use]
pub fn read_security_notice() -> Value {
    json!({
        "notice": inbox_security_notice(),
        "subject": {
            "type": "person",
            "known_by": { "type": "disclosure", "disclosure_id": DISCLOSURE_ID, "case_id": CASE_ID }
        },
        "assessment": assessment()
    })
}

/// Acknowledged by the management.
#[must_use]
pub fn acknowledge_security_notice() -> Value {
    json!({ "role": "management" })
}
