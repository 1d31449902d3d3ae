//! Whatever is wrong with a proposal is told with its place, and nothing is stored.

use freigabe_contract::ProblemType;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, CENTRE_B, HAMBURG, KB_HAMBURG},
    on_both_databases,
};
use serde_json::{Value, json};

use super::{centre, coordination, office, terms, with};
use crate::support::NOBODYS;

on_both_databases! {
    async fn every_fault_of_a_proposal_has_a_pointer(app: TestApp) {
        let good = || terms(&app);
        let amounts = |parties: Vec<(Value, u64)>| {
            let parties = parties.into_iter().map(|(party, cents)| json!({ "participant": party, "share_cents": cents }));
            json!({ "type": "amounts", "parties": parties.collect::<Vec<_>>() })
        };
        let shared = |parties| with(good(), "sharing", amounts(parties));
        let (kb, a, c) = (|| office(KB_HAMBURG), || centre(&app, CENTRE_A), || coordination(&app));
        let stranger = json!({ "type": "centre", "organisation_id": NOBODYS });
        let as_centre = with(c(), "type", json!("centre"));
        let as_coordination = with(a(), "type", json!("coordination"));
        let pseudonym = format!("für p-{}", "0f".repeat(16));
        for (faulty, expected) in [
            (shared(vec![(kb(), 5000), (a(), 4999)]), vec!["/sharing/parties"]),
            (shared(vec![(kb(), 5000), (a(), 5001)]), vec!["/sharing/parties"]),
            (shared(vec![(kb(), 5000), (a(), 2500), (a(), 2500)]), vec!["/sharing/parties/2/participant"]),
            (shared(vec![(kb(), 5000), (office(HAMBURG), 5000)]), vec!["/sharing/parties"]),
            (shared(vec![(kb(), 10000)]), vec!["/sharing/parties"]),
            (shared(vec![(office(HAMBURG), 5000), (a(), 5000)]), vec!["/sharing/parties"]),
            (shared(vec![(kb(), 5000), (stranger, 5000)]), vec!["/sharing/parties/1/participant/organisation_id"]),
            (shared(vec![(kb(), 5000), (as_centre, 5000)]), vec!["/sharing/parties/1/participant/organisation_id"]),
            (shared(vec![(kb(), 5000), (as_coordination, 5000)]), vec!["/sharing/parties/1/participant/organisation_id"]),
            (
                shared(vec![(kb(), 0), (a(), 10000), (office("bpoli-nowhere"), 0)]),
                vec!["/sharing/parties/2/participant/office"],
            ),
            (with(good(), "total", json!({ "cents": 0, "currency": "EUR" })), vec!["/total/cents"]),
            (with(good(), "total", json!({ "cents": 1.5, "currency": "EUR" })), vec!["/total/cents"]),
            (with(good(), "total", json!({ "cents": -1, "currency": "EUR" })), vec!["/total/cents"]),
            (with(good(), "total", json!({ "cents": 5, "currency": "euro" })), vec!["/total/currency"]),
            (with(good(), "title", json!(pseudonym)), vec!["/title"]),
            (with(good(), "reference", json!(pseudonym)), vec!["/reference"]),
            (with(good(), "valid_until", json!("2027-01-01T00:00:00Z")), vec!["/valid_until"]),
            (with(good(), "person", json!("p")), vec!["/person"]),
        ] {
            let answer = Raw::post("/v1/supplementary-agreements").json(&faulty).send(&app.office(KB_HAMBURG)).await;
            let answer = answer.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&answer), expected, "{faulty}");
        }
        let long_ago = with(with(good(), "valid_from", json!("2020-01-01T00:00:00Z")), "valid_until", json!("2021-01-01T00:00:00Z"));
        let answer = Raw::post("/v1/supplementary-agreements").json(&long_ago).send(&app.office(KB_HAMBURG)).await;
        assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/valid_until"]);
        assert_eq!(app.inspect().rows_in("supplementary_agreements").await, 0);
        let exact = shared(vec![(kb(), 4999), (a(), 5001)]);
        let answer = Raw::post("/v1/supplementary-agreements").json(&exact).send(&app.office(KB_HAMBURG)).await;
        let _ = answer.expect_status(201);
    }

    async fn who_proposes_is_one_of_the_parties(app: TestApp) {
        let two = json!({ "type": "parts", "parties": [
            { "participant": office(KB_HAMBURG), "parts": 1 },
            { "participant": centre(&app, CENTRE_B), "parts": 1 }
        ] });
        let terms = with(terms(&app), "sharing", two);
        for stranger in [app.centre_a(), app.office(HAMBURG), app.coordination()] {
            let answer = Raw::post("/v1/supplementary-agreements").json(&terms).send(&stranger).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/sharing/parties"]);
        }
    }

    async fn nobody_bears_parts_of_nothing(app: TestApp) {
        let none = json!({ "type": "parts", "parties": [
            { "participant": office(KB_HAMBURG), "parts": 0 },
            { "participant": centre(&app, CENTRE_A), "parts": 0 }
        ] });
        let terms = with(terms(&app), "sharing", none);
        let answer = Raw::post("/v1/supplementary-agreements").json(&terms).send(&app.centre_a()).await;
        assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/sharing/parties"]);
    }
}
