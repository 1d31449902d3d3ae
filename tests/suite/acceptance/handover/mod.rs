//! Handovers (agreement, point 9): whoever takes a case over is a new recipient. What was held stays sealed until a consent covers the new
//! office, and the centre is told.

mod elsewhere;
mod redirecting;
mod returning;
mod telling;

use freigabe_client::{Client, PageQuery};
use freigabe_contract::handover::{
    HandCaseOver, HandoverView, ListedHandover, MadeHandoverDetails, ToldHandover,
    ToldHandoverDetails,
};
use freigabe_testkit::network::FRANKFURT_ODER;
use serde_json::{Value, json};
use uuid::Uuid;

/// Another office, far away.
fn to_office() -> Value {
    json!({ "type": "office", "office": FRANKFURT_ODER })
}

fn to_prosecution() -> Value {
    json!({ "type": "prosecution", "land": "DE-HH", "unit": "Staatsanwaltschaft Hamburg" })
}

/// The case of the person whom an office knows from a message.
fn handover(disclosure: Uuid, to: &Value) -> HandCaseOver {
    let body =
        json!({ "known_from": { "type": "disclosure", "disclosure_id": disclosure }, "to": to });
    serde_json::from_value(body).expect("a handover")
}

async fn handed_over(office: &Client, disclosure: Uuid, to: &Value) -> MadeHandoverDetails {
    let done = office.hand_case_over(&handover(disclosure, to), None).await;
    done.expect("a handover")
}

/// What a centre is told of, newest first.
async fn told(centre: &Client) -> Vec<ToldHandover> {
    let found = centre.list_handovers(&PageQuery::default()).await;
    let listed = found.expect("a page").items.into_iter();
    let told = listed.map(|one| match one {
        ListedHandover::Centre(told) => told,
        ListedHandover::Office(made) => panic!("the centre got the office's view: {made:?}"),
    });
    told.collect()
}

async fn told_in_full(centre: &Client, id: Uuid) -> ToldHandoverDetails {
    match centre.get_handover(id).await.expect("a handover") {
        HandoverView::Centre(told) => told,
        HandoverView::Office(made) => panic!("the centre got the office's view: {made:?}"),
    }
}

async fn made_in_full(office: &Client, id: Uuid) -> MadeHandoverDetails {
    match office.get_handover(id).await.expect("a handover") {
        HandoverView::Office(made) => made,
        HandoverView::Centre(told) => panic!("the office got the centre's view: {told:?}"),
    }
}
