//! Reviews.

use serde_json::{Value, json};

const REVIEW_ID: &str = "019a7011-66bb-7c33-8d44-5e66f7718829";
const MEASURE_ID: &str = "019a7011-66bb-7c33-8d44-5e66f771882a";
const FROM: &str = "2025-07-22T00:00:00.000000Z";
const OPENED: &str = "2026-07-22T00:00:12.123456Z";
const LATER: &str = "2026-08-03T09:00:00.123456Z";
const DUE: &str = "2027-03-31T22:00:00.000000Z";

/// Something happened that both sides ought to talk about.
#[must_use]
pub fn open_review() -> Value {
    json!({ "reason": "difficulty_in_cooperation" })
}

/// One side, two points.
#[must_use]
pub fn assess_review() -> Value {
    json!({
        "assessments": [
            { "point": "involvement", "attainment": "largely_attained",
              "remark": "Die Anfragen kommen früher als im Vorjahr; in ländlichen Regionen fehlen Plätze." },
            { "point": "training", "attainment": "partly_attained" }
        ]
    })
}

/// What comes of it.
#[must_use]
pub fn propose_measure() -> Value {
    json!({
        "point": "training",
        "title": "Je Direktion eine gemeinsame Fortbildung",
        "by": "police",
        "due_at": DUE
    })
}

/// A review by date, assessed by one side.
#[must_use]
pub fn review() -> Value {
    json!({
        "id": REVIEW_ID,
        "number": 4,
        "state": "open",
        "reason": "date",
        "asked_at": OPENED,
        "period_from": FROM,
        "period_until": OPENED,
        "assessments": [
            { "side": "network", "point": "training", "attainment": "partly_attained", "assessed_at": LATER }
        ],
        "measures": [{
            "id": MEASURE_ID,
            "review_id": REVIEW_ID,
            "point": "training",
            "title": "Je Direktion eine gemeinsame Fortbildung",
            "by": "police",
            "due_at": DUE,
            "proposed_by": "network",
            "proposed_at": LATER
        }]
    })
}

/// One topic of its figures: one number is small, and another one is withheld with it.
#[must_use]
pub fn review_figures() -> Value {
    let row = |land: &str, count: Value| json!({ "direktion": "bpold-bad-bramstedt", "land": land, "figures": [count], "medians": [] });
    json!({
        "review_id": REVIEW_ID,
        "period_from": FROM,
        "period_until": OPENED,
        "threshold": 5,
        "tables": [{
            "topic": "offices_in_contact",
            "columns": [{ "code": "sum", "label_de": "insgesamt", "label_en": "in all" }],
            "rows": [
                { "figures": [{ "count": 31 }], "medians": [] },
                { "direktion": "bpold-bad-bramstedt", "figures": [{ "count": 31 }], "medians": [] },
                row("DE-MV", json!({})),
                row("DE-SH", json!({}))
            ]
        }]
    })
}
