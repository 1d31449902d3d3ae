//! Whatever is wrong with a release is told with its place, and nothing is stored.

use freigabe_client::{PageQuery, PressFilter};
use freigabe_contract::ProblemType;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, CENTRE_B, HAMBURG},
    on_both_databases,
};
use serde_json::{Value, json};

use super::{centre, content, draft, drafted, office};
use crate::support::NOBODYS;

const PSEUDONYM: &str = "Es geht um p-0f1e2d3c4b5a69788796a5b4c3d2e1f0.";

fn saying(name: &str, value: Value) -> Value {
    let mut changed = content("Gemeinsam");
    changed[name] = value;
    changed
}

on_both_databases! {
    async fn every_fault_of_a_draft_has_a_pointer(app: TestApp) {
        let by = app.centre_a();
        let good = || content("Gemeinsam");
        let of = |kind: &str| json!({ "type": kind, "organisation_id": NOBODYS });
        let not_the_coordination = json!({ "type": "coordination", "organisation_id": app.network().participant(CENTRE_B).organisation });
        for (faulty, expected) in [
            (draft(json!([]), good()), vec!["/participants"]),
            (draft(json!([centre(&app, CENTRE_B)]), good()), vec!["/participants"]),
            (draft(json!([office(HAMBURG), office(HAMBURG)]), good()), vec!["/participants/1"]),
            (draft(json!([office(HAMBURG), centre(&app, CENTRE_A)]), good()), vec!["/participants/1"]),
            (draft(json!([office(HAMBURG), office("bpoli-nowhere")]), good()), vec!["/participants/1/office"]),
            (draft(json!([office(HAMBURG), of("centre")]), good()), vec!["/participants/1/organisation_id"]),
            (draft(json!([office(HAMBURG), of("coordination")]), good()), vec!["/participants/1/organisation_id"]),
            (draft(json!([office(HAMBURG), not_the_coordination]), good()), vec!["/participants/1/organisation_id"]),
            (draft(json!([office(HAMBURG)]), saying("title", json!(PSEUDONYM))), vec!["/content/title"]),
            (draft(json!([office(HAMBURG)]), saying("text", json!(PSEUDONYM))), vec!["/content/text"]),
            (draft(json!([office(HAMBURG)]), saying("text", json!(" "))), vec!["/content/text"]),
            (draft(json!([office(HAMBURG)]), saying("language", json!("xx"))), vec!["/content/language"]),
            (draft(json!([office(HAMBURG)]), saying("embargo_until", json!("morgen"))), vec!["/content/embargo_until"]),
            (draft(json!([office(HAMBURG)]), saying("case_id", json!(NOBODYS))), vec!["/content/case_id"]),
        ] {
            let answer = Raw::post("/v1/press-releases").json(&faulty).send(&by).await;
            let problem = answer.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&problem), expected, "{faulty}");
        }
        let all = by.list_press_releases(&PressFilter::default(), &PageQuery::default()).await;
        assert!(all.unwrap().items.is_empty(), "nothing is stored");
    }

    async fn every_fault_of_what_comes_after_has_a_pointer(app: TestApp) {
        let by = app.centre_a();
        let release = drafted(&by).await;
        let path = |what: &str| format!("/v1/press-releases/{}/{what}", release.id);
        for (what, faulty, expected) in [
            ("versions", json!({ "based_on": 1, "content": saying("text", json!(PSEUDONYM)) }), "/content/text"),
            ("versions", json!({ "based_on": 0, "content": content("Zweite") }), "/based_on"),
            ("comments", json!({ "version": 1, "text": PSEUDONYM }), "/text"),
            ("comments", json!({ "version": 2, "text": "Welche?" }), "/version"),
            ("approvals", json!({ "version": 0 }), "/version"),
            ("approvals", json!({ "version": 1, "side": "police" }), "/side"),
        ] {
            let answer = Raw::post(path(what)).json(&faulty).send(&by).await;
            let problem = answer.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&problem), [expected], "{faulty}");
        }
        assert_eq!(by.get_press_release(release.id).await.unwrap(), release, "nothing was changed");
    }
}
