//! Reviews (agreement, point 11): by date and on occasion, with figures that reveal nobody, until both sides conclude them.

mod bad_input;
mod figures;
mod files;
mod life;

use freigabe_client::{Client, PageQuery};
use freigabe_contract::{
    review::{AssessReview, OpenReview, ProposeMeasure, Review},
    vocabulary::{AgreementPoint, ReviewReason},
};
use freigabe_testkit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::upkeep::open_due;

/// All reviews, newest first.
async fn all(by: &Client) -> Vec<Review> {
    let listed = by.list_reviews(&PageQuery::default()).await;
    listed.expect("reviews").items
}

/// The review that the date brought.
async fn by_date(app: &TestApp) -> Review {
    assert_eq!(open_due(app).await, 1);
    all(&app.coordination()).await.remove(0)
}

async fn asked(by: &Client, reason: ReviewReason) -> Review {
    let asked = by.open_review(&OpenReview { reason }, None).await;
    asked.expect("a review that is due")
}

fn assessments(assessments: Value) -> AssessReview {
    serde_json::from_value(json!({ "assessments": assessments })).expect("assessments")
}

fn measure(by: &str) -> ProposeMeasure {
    let measure = json!({
        "point": "training",
        "title": "Je Direktion eine gemeinsame Fortbildung",
        "by": by,
        "due_at": "2027-06-30T22:00:00Z"
    });
    serde_json::from_value(measure).expect("a measure")
}

/// A side assesses every point, and says that it is over.
async fn concluded(by: &Client, id: Uuid) -> Review {
    let every: Vec<Value> = AgreementPoint::ALL
        .iter()
        .map(|point| json!({ "point": point, "attainment": "largely_attained" }))
        .collect();
    let said = by.assess_review(id, &assessments(json!(every)), None).await;
    said.expect("assessed");
    let concluded = by.conclude_review(id, None).await;
    concluded.expect("concluded by one side")
}
