//! Whatever is wrong with a proposal is told with its place, all at once, and nothing is stored.

use freigabe_contract::ProblemType;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
};
use serde_json::{Value, json};

use super::{AGREED, REPLACES, terms, with};
use crate::support::{NOBODYS, directory::entry_of};

on_both_databases! {
    async fn every_fault_of_a_proposal_has_a_pointer(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let nobodys = entry_of(&app.coordination()).await;
        let twice = entry_of(&centre).await;
        let good = || terms(entry, REPLACES);
        let deviating = |name: &str, value: Value| {
            let mut terms = good();
            terms["deviations"][name] = value;
            terms
        };
        let office = |task: &str, office: &str| json!({ "task": task, "office": office });
        for (faulty, expected) in [
            (with(good(), "offices", json!([])), vec!["/offices"]),
            (with(good(), "centres", json!([])), vec!["/centres"]),
            (with(good(), "offices", json!([AGREED, "bpoli-nowhere"])), vec!["/offices/1"]),
            (with(good(), "offices", json!([AGREED, AGREED])), vec!["/offices/1"]),
            (with(good(), "centres", json!([entry, NOBODYS])), vec!["/centres/1"]),
            (with(good(), "centres", json!([entry, nobodys])), vec!["/centres/1"]),
            (with(good(), "centres", json!([entry, entry])), vec!["/centres/1"]),
            (with(good(), "centres", json!([entry, twice])), vec!["/centres/1"]),
            (with(good(), "centres", json!([nobodys])), vec!["/centres", "/centres/0"]),
            (with(good(), "area", json!({})), vec!["/area"]),
            (with(good(), "area", json!({ "postcodes": ["2a"] })), vec!["/area/postcodes/0"]),
            (with(good(), "area", json!({ "postcodes": ["123456"] })), vec!["/area/postcodes/0"]),
            (with(good(), "area", json!({ "laender": ["DE-XX"] })), vec!["/area/laender/0"]),
            (with(good(), "valid_until", json!("2025-12-31T00:00:00Z")), vec!["/valid_until"]),
            (with(good(), "valid_until", json!("2026-01-02T00:00:00Z")), vec!["/valid_until"]),
            (with(good(), "precedence", json!("federal_default")), vec!["/precedence"]),
            (with(good(), "title", json!(" ")), vec!["/title"]),
            (with(good(), "replaces", json!(NOBODYS)), vec!["/replaces"]),
            (with(good(), "standing", json!("in_force")), vec!["/standing"]),
            (
                deviating("competent_offices", json!([office("danger_prevention", HAMBURG)])),
                vec!["/deviations/competent_offices/0/office"],
            ),
            (
                deviating("competent_offices", json!([office("danger_prevention", AGREED), office("danger_prevention", AGREED)])),
                vec!["/deviations/competent_offices/1/task"],
            ),
            (
                deviating("offer_deadlines", json!({ "remind_after_hours": 0, "answer_within_hours": 721 })),
                vec!["/deviations/offer_deadlines/answer_within_hours", "/deviations/offer_deadlines/remind_after_hours"],
            ),
            (
                deviating("offer_deadlines", json!({ "remind_after_hours": 5, "answer_within_hours": 4 })),
                vec!["/deviations/offer_deadlines/answer_within_hours"],
            ),
            (
                deviating("notice_deadlines", json!({ "routine_hours": 5, "urgent_hours": 6 })),
                vec!["/deviations/notice_deadlines/urgent_hours"],
            ),
            (deviating("fees", json!(1)), vec!["/deviations/fees"]),
        ] {
            let answer = Raw::post("/v1/regional-agreements").json(&faulty).send(&centre).await;
            let answer = answer.expect_problem(ProblemType::InvalidBody);
            let mut found = pointers(&answer);
            found.sort_unstable();
            assert_eq!(found, expected, "{faulty}");
        }
        assert_eq!(app.inspect().rows_in("regional_agreements").await, 0);
        let answer = Raw::post("/v1/regional-agreements").json(&good()).send(&centre).await;
        let _ = answer.expect_status(201);
    }

    async fn who_proposes_is_one_of_the_parties(app: TestApp) {
        let entry = entry_of(&app.centre_a()).await;
        for (stranger, expected) in [(app.centre_b(), "/centres"), (app.office(KB_HAMBURG), "/offices")] {
            let answer = Raw::post("/v1/regional-agreements").json(&terms(entry, REPLACES)).send(&stranger).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [expected]);
        }
        let coordination = Raw::post("/v1/regional-agreements").json(&terms(entry, REPLACES)).send(&app.coordination()).await;
        let _ = coordination.expect_problem(ProblemType::Forbidden);
    }

    async fn an_agreement_that_changes_nothing_is_one_too(app: TestApp) {
        let centre = app.centre_a();
        let mut plain = terms(entry_of(&centre).await, REPLACES);
        plain.as_object_mut().unwrap().remove("deviations");
        let answer = Raw::post("/v1/regional-agreements").json(&plain).send(&centre).await.expect_status(201);
        let made: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(made["deviations"], json!({}));
    }

    async fn a_standing_is_one_of_the_vocabulary(app: TestApp) {
        for query in ["standing=valid", "standing=in_force&standing=ended", "state=in_force"] {
            let answer = Raw::get(format!("/v1/regional-agreements?{query}")).send(&app.centre_a()).await;
            let _ = answer.expect_problem(ProblemType::InvalidQuery);
        }
    }
}
