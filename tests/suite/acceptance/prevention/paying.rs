//! What is done together rests on a supplementary agreement that holds, or each side bears its own costs (agreement, point 10).

use freigabe_client::Client;
use freigabe_contract::{ProblemType, gathering::CostBearing};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{a_day, planned, with};
use crate::acceptance::supplementary::{agreed, confirmed, proposed, terms};

fn paid_by(agreement: Uuid) -> Value {
    let costs = json!({ "type": "shared", "supplementary_agreement_id": agreement });
    with(a_day(), "costs", costs)
}

async fn is_refused(office: &Client, day: Value) {
    let answer = Raw::post("/v1/prevention-events")
        .json(&day)
        .send(office)
        .await;
    let refused = pointers(&answer.expect_problem(ProblemType::InvalidBody));
    assert_eq!(refused, ["/costs/supplementary_agreement_id"]);
}

on_both_databases! {
    async fn costs_rest_on_an_agreement_that_all_have_confirmed(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let agreement = proposed(&office, terms(&app)).await.id;
        is_refused(&office, paid_by(agreement)).await;
        confirmed(&app.centre_a(), agreement).await;
        is_refused(&office, paid_by(agreement)).await;
        confirmed(&app.coordination(), agreement).await;
        let event = planned(&office, paid_by(agreement)).await;
        assert_eq!(event.costs, CostBearing::Shared { supplementary_agreement_id: agreement });
        let read = app.centre_b().get_prevention_event(event.id).await.unwrap();
        assert_eq!(read.costs, event.costs);
    }

    async fn it_must_hold_all_the_time_and_bind_the_office(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let agreement = agreed(&app, terms(&app)).await.id;
        let early = with(paid_by(agreement), "starts_at", json!("2026-12-31T09:00:00Z"));
        is_refused(&office, early).await;
        let late = with(with(paid_by(agreement), "starts_at", json!("2027-12-31T09:00:00Z")), "ends_at", json!("2028-01-01T09:00:00Z"));
        is_refused(&office, late).await;
        is_refused(&app.office(HAMBURG), paid_by(agreement)).await;
        let event = planned(&office, paid_by(agreement)).await;
        app.centre_a().end_supplementary_agreement(agreement, None).await.unwrap();
        is_refused(&office, paid_by(agreement)).await;
        let stays = office.get_prevention_event(event.id).await.unwrap();
        assert_eq!(stays.costs, event.costs, "what was planned on it stays");
    }
}
