//! Trainings and general advisories.

use serde_json::{Value, json};

use super::CENTRE_ID;

const TRAINING_ID: &str = "019a7020-44bb-7c33-8d44-5e66f7718830";
const ADVISORY_ID: &str = "019a7021-44bb-7c33-8d44-5e66f7718831";
const OPENED: &str = "2026-11-26T09:00:00.123456Z";
const AGREED: &str = "2026-11-27T10:30:00.654321Z";

/// A Direktion asks the network for a day of training.
#[must_use]
pub fn request_training() -> Value {
    json!({
        "title": "Anzeichen von Menschenhandel erkennen",
        "description": "Ein Tag für Dienstgruppen an der Grenze; gern im Januar.",
        "topics": ["indicators", "trauma"],
        "audience": { "type": "direktion", "office": "bpold-bad-bramstedt" },
        "seats": 25,
        "language": "de",
        "costs": { "type": "own" },
        "public": true
    })
}

/// When and where.
#[must_use]
pub fn training_plan() -> Value {
    json!({
        "starts_at": "2027-01-20T08:00:00.000000Z",
        "ends_at": "2027-01-20T15:00:00.000000Z",
        "venue": { "place": "Rostock, Lehrsaal 2", "online": "https://example.org/schulung" }
    })
}

/// It took place.
#[must_use]
pub fn training_held() -> Value {
    json!({ "participants": 22 })
}

/// How it was.
#[must_use]
pub fn training_evaluation() -> Value {
    json!({ "grade": 2, "remark": "Mehr Zeit für Übungen." })
}

/// Slides.
#[must_use]
pub fn add_training_material() -> Value {
    json!({
        "title": "Folien",
        "address": "https://example.org/schulung/folien.pdf",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    })
}

/// The training, once a centre has agreed.
#[must_use]
pub fn training() -> Value {
    let mut training = request_training();
    let more = json!({
        "id": TRAINING_ID,
        "version": 2,
        "state": "agreed",
        "opened_by": { "type": "office", "office": "bpold-bad-bramstedt" },
        "opened_at": OPENED,
        "changed_at": AGREED,
        "host": { "type": "centre", "organisation_id": CENTRE_ID },
        "office": "bpold-bad-bramstedt",
        "plan": training_plan(),
        "materials": []
    });
    if let (Some(all), Value::Object(more)) = (training.as_object_mut(), more) {
        all.extend(more);
    }
    training
}

/// A centre tells of a development.
#[must_use]
pub fn publish_advisory() -> Value {
    json!({
        "title": "Anwerbung über Stellenportale",
        "text": "Anzeigen für Pflege und Logistik führen vermehrt zu Adressen, unter denen niemand arbeitet.",
        "topics": ["indicators", "exploitation_forms"],
        "countries": ["RO", "VN"],
        "exploitation_forms": ["labour"]
    })
}

/// The same, once it is published.
#[must_use]
pub fn advisory() -> Value {
    let mut advisory = publish_advisory();
    let more = json!({
        "id": ADVISORY_ID,
        "published_by": { "type": "centre", "organisation_id": CENTRE_ID },
        "published_at": OPENED
    });
    if let (Some(all), Value::Object(more)) = (advisory.as_object_mut(), more) {
        all.extend(more);
    }
    advisory
}
