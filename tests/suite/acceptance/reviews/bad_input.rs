//! Whatever is wrong is told with its place, and nothing is stored.

use freigabe_contract::{ProblemType, review::OpenReview, vocabulary::ReviewReason};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, expect::pointers, on_both_databases,
};
use serde_json::{Value, json};

use super::by_date;

const PSEUDONYM: &str = "p-0123456789abcdef0123456789abcdef war beteiligt";

on_both_databases! {
    async fn every_fault_has_a_pointer(app: TestApp) {
        let review = by_date(&app).await;
        let police = app.coordination();
        let measure = |name: &str, value: Value| {
            let mut measure = freigabe_contract::examples::propose_measure();
            measure[name] = value;
            ("measures", measure)
        };
        let said = |assessments: Value| ("assessments", json!({ "assessments": assessments }));
        for ((what, body), expected) in [
            (said(json!([])), "/assessments"),
            (said(json!([{ "point": "twelfth", "attainment": "attained" }])), "/assessments/0/point"),
            (said(json!([{ "point": "costs", "attainment": "good" }])), "/assessments/0/attainment"),
            (said(json!([{ "point": "costs", "attainment": "attained", "remark": PSEUDONYM }])), "/assessments/0/remark"),
            (
                said(json!([{ "point": "costs", "attainment": "attained" }, { "point": "costs", "attainment": "attained" }])),
                "/assessments/1/point",
            ),
            (measure("title", json!(PSEUDONYM)), "/title"),
            (measure("by", json!("centre")), "/by"),
            (measure("due_at", json!("2020-01-01T00:00:00Z")), "/due_at"),
            (measure("person", json!("x")), "/person"),
        ] {
            let path = format!("/v1/reviews/{}/{what}", review.id);
            let answer = Raw::post(path).json(&body).send(&police).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [expected], "{body}");
        }
        let after = police.get_review(review.id).await.unwrap();
        assert_eq!(after, review);
    }

    async fn nobody_asks_for_a_review_by_date(app: TestApp) {
        let body = OpenReview { reason: ReviewReason::Date };
        let refused = app.centre_a().open_review(&body, None).await;
        refused.expect_problem(ProblemType::InvalidBody);
    }
}
