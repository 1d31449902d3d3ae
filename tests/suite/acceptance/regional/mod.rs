//! Regional agreements (agreement, point 9): what was agreed for a region decides before the federal default, for its parties and for nobody
//! else, from the last confirmation to the end.

mod agreeing;
mod bad_input;
mod competence;
mod deadlines;

use freigabe_client::Client;
use freigabe_contract::regional::{ProposeRegionalAgreement, RegionalAgreement};
use freigabe_testkit::{TestApp, network::FRANKFURT_ODER};
use serde_json::{Value, json};
use uuid::Uuid;

/// The office that is agreed on: by default it has nothing to do with Hamburg.
const AGREED: &str = FRANKFURT_ODER;
const REPLACES: &str = "replaces_federal_default";
const SUPPLEMENTS: &str = "supplements_federal_default";

/// What the office and a centre may agree on for the middle of Hamburg: who investigates.
fn terms(entry: Uuid, precedence: &str) -> Value {
    json!({
        "title": "Kooperationsvereinbarung Hamburg",
        "offices": [AGREED],
        "centres": [entry],
        "area": { "postcodes": ["200"] },
        "valid_from": "2026-01-01T00:00:00Z",
        "precedence": precedence,
        "deviations": {
            "competent_offices": [{ "task": "criminal_investigation", "office": AGREED }]
        }
    })
}

/// The same with another value.
fn with(mut terms: Value, name: &str, value: Value) -> Value {
    terms[name] = value;
    terms
}

fn written(terms: Value) -> ProposeRegionalAgreement {
    serde_json::from_value(terms).expect("an agreement")
}

async fn proposed(by: &Client, terms: Value) -> RegionalAgreement {
    let proposed = by.propose_regional_agreement(&written(terms), None).await;
    proposed.expect("a proposal")
}

async fn confirmed(by: &Client, id: Uuid) -> RegionalAgreement {
    let confirmed = by.confirm_regional_agreement(id, None).await;
    confirmed.expect("a confirmed agreement")
}

async fn ended(by: &Client, id: Uuid) -> RegionalAgreement {
    let ended = by.end_regional_agreement(id, None).await;
    ended.expect("an ended agreement")
}

/// Proposed by the centre, and confirmed by the office that is agreed on.
async fn agreed(app: &TestApp, centre: &Client, terms: Value) -> RegionalAgreement {
    let proposal = proposed(centre, terms).await;
    confirmed(&app.office(AGREED), proposal.id).await
}
