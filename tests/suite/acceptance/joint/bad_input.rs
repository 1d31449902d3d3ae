//! What makes no sense is told with its pointer, and nothing is stored.

use freigabe_contract::ProblemType;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{AUDITOR, CENTRE_A, COORDINATION, HAMBURG, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;

use super::{a_conference, agreed, centre, coordination, office, with};
use crate::support::NOBODYS;

on_both_databases! {
    async fn every_fault_of_a_proposal_has_a_pointer(app: TestApp) {
        let pseudonym = format!("mit P-{}", "A1".repeat(16));
        let good = || a_conference(&office(KB_HAMBURG));
        let organisation = |client: &str| app.network().participant(client).organisation;
        for (faulty, expected) in [
            (with(good(), "ends_at", json!("2027-01-10T09:00:00Z")), "/ends_at"),
            (with(good(), "ends_at", json!("2029-01-10T09:00:00Z")), "/ends_at"),
            (with(good(), "venue", json!({})), "/venue"),
            (with(good(), "title", json!(pseudonym)), "/title"),
            (with(good(), "description", json!(pseudonym)), "/description"),
            (with(good(), "venue", json!({ "place": pseudonym })), "/venue/place"),
            (with(good(), "kind", json!("raid")), "/kind"),
            (with(good(), "costs", json!({ "type": "shared", "supplementary_agreement_id": NOBODYS })), "/costs/supplementary_agreement_id"),
            (with(good(), "case_id", json!(NOBODYS)), "/case_id"),
            (a_conference(&centre(&app, CENTRE_A)), "/counterpart"),
            (a_conference(&coordination(&app)), "/counterpart"),
            (a_conference(&office("bpoli-nirgendwo")), "/counterpart/office"),
        ] {
            let answer = Raw::post("/v1/joint-activities").json(&faulty).send(&app.coordination()).await;
            let mut found = pointers(&answer.expect_problem(ProblemType::InvalidBody));
            found.dedup();
            assert!(found.iter().any(|pointer| pointer == expected), "{faulty}: {found:?}");
        }
        for nobody in [
            json!({ "type": "centre", "organisation_id": NOBODYS }),
            json!({ "type": "centre", "organisation_id": organisation(COORDINATION) }),
            json!({ "type": "centre", "organisation_id": organisation(AUDITOR) }),
            json!({ "type": "coordination", "organisation_id": organisation(CENTRE_A) }),
        ] {
            let faulty = with(good(), "counterpart", nobody);
            let answer = Raw::post("/v1/joint-activities").json(&faulty).send(&app.office(HAMBURG)).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/counterpart/organisation_id"], "{faulty}");
        }
        let past = with(with(good(), "starts_at", json!("2026-01-10T09:00:00Z")), "ends_at", json!("2026-01-10T10:00:00Z"));
        let answer = Raw::post("/v1/joint-activities").json(&past).send(&app.coordination()).await;
        assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/ends_at"]);
        assert_eq!(app.inspect().rows_in("joint_activities").await, 0);
    }

    async fn whom_nobody_finds_is_not_invited(app: TestApp) {
        let activity = agreed(&app).await;
        let path = format!("/v1/joint-activities/{}/invitations", activity.id);
        let participants = json!({ "participants": [
            office(HAMBURG), office("bpoli-nirgendwo"), { "type": "centre", "organisation_id": NOBODYS }
        ] });
        for (faulty, expected) in [
            (json!({ "participants": [] }), vec!["/participants"]),
            (participants, vec!["/participants/1/office", "/participants/2/organisation_id"]),
        ] {
            let answer = Raw::post(&path).header("if-match", &activity.etag).json(&faulty).send(&app.coordination()).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), expected, "{faulty}");
        }
        assert_eq!(app.inspect().rows_in("joint_activity_invitations").await, 0);
    }
}
