//! Supplementary agreements (agreement, point 10): shares add up to the cent, all parties say yes to the same, and nobody who is affected pays for
//! anything.

mod agreeing;
mod bad_input;
mod guard;

use freigabe_client::Client;
use freigabe_contract::supplementary::{ProposeSupplementaryAgreement, SupplementaryAgreement};
use freigabe_testkit::{
    TestApp,
    network::{CENTRE_A, COORDINATION, KB_HAMBURG},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The office, as a party.
pub(super) fn office(id: &str) -> Value {
    json!({ "type": "office", "office": id })
}

/// A centre by its client, as a party.
pub(super) fn centre(app: &TestApp, client: &str) -> Value {
    let organisation = app.network().participant(client).organisation;
    json!({ "type": "centre", "organisation_id": organisation })
}

pub(super) fn coordination(app: &TestApp) -> Value {
    let organisation = app.network().participant(COORDINATION).organisation;
    json!({ "type": "coordination", "organisation_id": organisation })
}

/// The office, the first centre and the coordination share a hundred euros in three, for all of 2027.
pub(super) fn terms(app: &TestApp) -> Value {
    json!({
        "title": "Saal für den Fachtag",
        "total": { "cents": 10000, "currency": "EUR" },
        "sharing": { "type": "parts", "parties": [
            { "participant": office(KB_HAMBURG), "parts": 1 },
            { "participant": centre(app, CENTRE_A), "parts": 1 },
            { "participant": coordination(app), "parts": 1 }
        ] },
        "valid_from": "2027-01-01T00:00:00Z",
        "valid_until": "2028-01-01T00:00:00Z"
    })
}

/// The same with another value.
pub(super) fn with(mut terms: Value, name: &str, value: Value) -> Value {
    terms[name] = value;
    terms
}

pub(super) fn written(terms: Value) -> ProposeSupplementaryAgreement {
    serde_json::from_value(terms).expect("an agreement")
}

pub(super) async fn proposed(by: &Client, terms: Value) -> SupplementaryAgreement {
    let new = written(terms);
    let proposed = by.propose_supplementary_agreement(&new, None).await;
    proposed.expect("a proposal")
}

pub(super) async fn confirmed(by: &Client, id: Uuid) -> SupplementaryAgreement {
    let confirmed = by.confirm_supplementary_agreement(id, None).await;
    confirmed.expect("a confirmed agreement")
}

/// Proposed by the office, and confirmed by the others.
pub(super) async fn agreed(app: &TestApp, terms: Value) -> SupplementaryAgreement {
    let proposal = proposed(&app.office(KB_HAMBURG), terms).await;
    confirmed(&app.centre_a(), proposal.id).await;
    confirmed(&app.coordination(), proposal.id).await
}
