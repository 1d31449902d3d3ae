//! Whatever is wrong is told with its place, and nothing is stored.

use freigabe_contract::ProblemType;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, CENTRE_B},
    on_both_databases,
};
use serde_json::{Value, json};

use super::{OFFICE, agreed, host, opened, wish, with};
use crate::support::NOBODYS;

const PSEUDONYM: &str = "p-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

on_both_databases! {
    async fn every_fault_of_a_request_has_a_pointer(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let offices = |all: Value| json!({ "type": "offices", "offices": all });
        for (by, faulty, expected) in [
            (&office, with(wish(), "title", json!(" ")), vec!["/title"]),
            (&office, with(wish(), "title", json!(format!("wegen {PSEUDONYM}"))), vec!["/title"]),
            (&office, with(wish(), "description", json!(PSEUDONYM)), vec!["/description"]),
            (&office, with(wish(), "topics", json!([])), vec!["/topics"]),
            (&office, with(wish(), "topics", json!(["trauma", "trauma"])), vec!["/topics/1"]),
            (&office, with(wish(), "topics", json!(["cases"])), vec!["/topics/0"]),
            (&office, with(wish(), "audience", offices(json!([OFFICE, OFFICE]))), vec!["/audience/offices/1"]),
            (&office, with(wish(), "audience", offices(json!(["bpoli-nirgendwo"]))), vec!["/audience/offices/0"]),
            (&office, with(wish(), "audience", json!({ "type": "direktion", "office": OFFICE })), vec!["/audience/office"]),
            (&office, with(wish(), "seats", json!(0)), vec!["/seats"]),
            (&office, with(wish(), "seats", json!(1001)), vec!["/seats"]),
            (&office, with(wish(), "language", json!("xx")), vec!["/language"]),
            (&office, with(wish(), "host", json!({ "type": "centre", "organisation_id": NOBODYS })), vec!["/host"]),
            (&office, with(wish(), "host", json!({ "type": "office", "office": OFFICE })), vec!["/host"]),
            (&office, with(wish(), "costs", json!({ "type": "shared", "supplementary_agreement_id": NOBODYS })), vec!["/costs/supplementary_agreement_id"]),
            (&office, with(wish(), "case_reference", json!("2026/1")), vec!["/case_reference"]),
            (&centre, with(wish(), "host", host(&app, CENTRE_B)), vec!["/host"]),
            (&centre, with(wish(), "audience", json!({ "type": "all" })), vec!["/audience/type"]),
        ] {
            let answer = Raw::post("/v1/trainings").json(&faulty).send(by).await;
            let answer = answer.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&answer), expected, "{faulty}");
        }
        assert_eq!(app.inspect().rows_in("trainings").await, 0);
        // The coordination can be asked as well.
        let coordination = app.network().participant(freigabe_testkit::network::COORDINATION).organisation;
        let asked = opened(&office, with(wish(), "host", json!({ "type": "coordination", "organisation_id": coordination }))).await;
        agreed(&app.coordination(), asked.id).await;
    }

    async fn every_fault_of_a_step_has_a_pointer(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "host", host(&app, CENTRE_A))).await;
        let path = format!("/v1/trainings/{}", asked.id);
        let planned = |starts: &str, ends: &str, venue: Value| json!({ "starts_at": starts, "ends_at": ends, "venue": venue });
        let there = || json!({ "place": "Hamburg" });
        for (faulty, expected) in [
            (planned("2027-01-20T08:00:00Z", "2027-01-20T08:00:00Z", there()), "/ends_at"),
            (planned("2027-01-20T08:00:00Z", "2028-02-20T08:00:00Z", there()), "/ends_at"),
            (planned("2020-01-20T08:00:00Z", "2020-01-20T09:00:00Z", there()), "/ends_at"),
            (planned("2027-01-20T08:00:00Z", "2027-01-20T09:00:00Z", json!({})), "/venue"),
            (planned("2027-01-20T08:00:00Z", "2027-01-20T09:00:00Z", json!({ "place": PSEUDONYM })), "/venue/place"),
            (planned("2027-01-20T08:00:00Z", "2027-01-20T09:00:00Z", json!({ "online": "https://x" })), "/venue/online"),
        ] {
            let answer = Raw::post(format!("{path}/agreement")).json(&faulty).send(&centre).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [expected], "{faulty}");
        }
        agreed(&centre, asked.id).await;
        let material = json!({ "title": PSEUDONYM, "address": "ftp://example.org/x", "sha256": "AB" });
        let answer = Raw::post(format!("{path}/materials")).json(&material).send(&centre).await;
        assert!(!pointers(&answer.expect_problem(ProblemType::InvalidBody)).is_empty());
        let answer = Raw::post(format!("{path}/holding")).json(&json!({ "participants": 5001 })).send(&centre).await;
        assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/participants"]);
        let answer = Raw::post(format!("{path}/holding")).json(&json!({ "participants": 1, "names": [] })).send(&centre).await;
        assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/names"]);
        for (faulty, expected) in [(json!({ "grade": 6 }), "/grade"), (json!({ "grade": 1, "remark": PSEUDONYM }), "/remark")] {
            let answer = Raw::post(format!("{path}/evaluation")).json(&faulty).send(&office).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [expected]);
        }
        let moved = Raw::new(freigabe_client::Method::PUT, format!("{path}/plan")).json(&planned("2027-01-20T08:00:00Z", "2027-01-20T09:00:00Z", there()));
        let _ = moved.send(&office).await.expect_problem(ProblemType::PreconditionRequired);
    }
}
