//! Press releases.

use serde_json::{Value, json};

use super::CENTRE_ID;

const PRESS_RELEASE_ID: &str = "019a7011-44bb-7c33-8d44-5e66f7718831";
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const DRAFTED: &str = "2026-11-26T09:00:00.123456Z";
const APPROVED: &str = "2026-11-27T10:30:00.654321Z";
const PUBLISHED: &str = "2026-11-28T08:00:00.000001Z";

fn content() -> Value {
    json!({
        "title": "Gemeinsam gegen Menschenhandel",
        "text": "Bundespolizei und Fachberatungsstellen beginnen heute ihre gemeinsame Kampagne an Bahnhöfen.",
        "language": "de",
        "embargo_until": "2026-11-28T08:00:00.000000Z"
    })
}

fn office() -> Value {
    json!({ "type": "office", "office": "bpoli-rostock" })
}

fn centre() -> Value {
    json!({ "type": "centre", "organisation_id": CENTRE_ID })
}

/// A centre drafts a release on a common campaign.
#[must_use]
pub fn draft_press_release() -> Value {
    json!({ "participants": [office()], "content": content() })
}

/// The office writes a second version.
#[must_use]
pub fn revise_press_release() -> Value {
    json!({ "based_on": 1, "content": content() })
}

/// And says why.
#[must_use]
pub fn comment_press_release() -> Value {
    json!({ "version": 1, "text": "Bitte die Bahnhöfe nicht einzeln nennen." })
}

/// Both sides approve it.
#[must_use]
pub fn approve_press_release() -> Value {
    json!({ "version": 2 })
}

/// The same, once it is public.
#[must_use]
pub fn press_release() -> Value {
    let version = |number: u32, by: Value| {
        json!({
            "number": number,
            "content": content(),
            "sha256": SHA256,
            "written_by": by,
            "written_at": DRAFTED
        })
    };
    json!({
        "id": PRESS_RELEASE_ID,
        "standing": "published",
        "participants": [centre(), office()],
        "drafted_at": DRAFTED,
        "latest": version(2, office()),
        "former_versions": [version(1, centre())],
        "comments": [{
            "number": 1,
            "version": 1,
            "written_by": office(),
            "written_at": DRAFTED,
            "text": "Bitte die Bahnhöfe nicht einzeln nennen."
        }],
        "approvals": [
            { "side": "police", "version": 2, "approved_by": office(), "approved_at": APPROVED },
            { "side": "network", "version": 2, "approved_by": centre(), "approved_at": APPROVED }
        ],
        "published_by": office(),
        "published_at": PUBLISHED
    })
}
