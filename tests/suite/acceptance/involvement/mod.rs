//! Referral notices and early involvement (agreement, points 2 and 3): told about help, and helped early, whatever a person decides.

mod answering;
mod escalating;
mod guard;
mod offering;
mod referrals;
mod two_worlds;

use freigabe_client::{Client, PageQuery};
use freigabe_contract::{
    Timestamp,
    involvement::{AnswerOffer, Involvement, InvolvementOffer, NoteInvolvement},
    vocabulary::{OfferAnswerKind, OfferReason},
};
use freigabe_testkit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::directory::{added, location};

/// When a suspicion was noted: before everything else in these tests.
const NOTED: &str = "2026-01-01T06:30:00Z";

/// An entry of the directory, with one service at a place.
fn entry(name: &str, city: &str, postcode: &str) -> Value {
    json!({
        "name": name,
        "data_protection_regime": "gdpr",
        "services": [{
            "name": "Beratung",
            "status": "active",
            "place": location(city, postcode),
            "mobile": true,
            "languages": [{ "language": "ro", "mode": "spoken" }]
        }]
    })
}

/// The entry of a centre that takes part, which keeps it.
async fn listed(centre: &Client, name: &str, city: &str, postcode: &str) -> Uuid {
    added(centre, json!({ "entry": entry(name, city, postcode) })).await
}

/// Entries of the three centres: near Hamburg, in Rostock, in Munich.
async fn three(app: &TestApp) -> [Uuid; 3] {
    [
        listed(&app.centre_a(), "Ahorn", "Hamburg", "20095").await,
        listed(&app.centre_b(), "Birke", "Rostock", "18055").await,
        listed(&app.centre_c(), "Clematis", "München", "80331").await,
    ]
}

/// A suspected case of this person, near Hamburg, for whom these centres are asked at once.
fn suspected(person: &str, offer_to: &[Uuid]) -> NoteInvolvement {
    let new = json!({
        "case_reference": format!("VG/{person}"),
        "person_reference": person,
        "suspicion_noted_at": NOTED,
        "needed": { "postcode": "20095", "language": "ro", "mobile": true },
        "offer_to": offer_to
    });
    serde_json::from_value(new).expect("a suspected case")
}

async fn noted(office: &Client, person: &str, offer_to: &[Uuid]) -> Involvement {
    let noted = office
        .note_involvement(&suspected(person, offer_to), None)
        .await;
    noted.expect("a noted involvement")
}

/// What a centre was asked, newest first.
async fn offers(centre: &Client) -> Vec<InvolvementOffer> {
    let found = centre.list_involvement_offers(&PageQuery::default()).await;
    found.expect("offers").items
}

const fn answer(answer: OfferAnswerKind, reason: Option<OfferReason>) -> AnswerOffer {
    AnswerOffer { answer, reason }
}

const ACCEPTED: AnswerOffer = answer(OfferAnswerKind::Accepted, None);
const DECLINED: AnswerOffer = answer(OfferAnswerKind::Declined, Some(OfferReason::Capacity));
const UNAVAILABLE: AnswerOffer = answer(OfferAnswerKind::Unavailable, None);

#[track_caller]
fn time(rfc3339: &str) -> Timestamp {
    Timestamp::parse(rfc3339).expect("a time")
}
